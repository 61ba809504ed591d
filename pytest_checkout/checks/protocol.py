"""Statements about versions, methods and requests that were not authenticated."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from pytest_checkout.checks.judgements import OK, Broken, Check, Held, Judgement, Unjudged, answered, at
from pytest_checkout.compare import text_of
from pytest_checkout.contract.model import Contract
from pytest_checkout.example import AS_EXAMPLE, Trace
from pytest_checkout.exchange import ABSENT, Exchange

_NOT_ALLOWED, _NOT_IMPLEMENTED = 405, 501
#: Answers of each kind that tell whether a difference is one or chance.
_ENOUGH = 3
#: Methods that a front end passes on; it may answer others by itself.
_COMMON = ("PUT", "PATCH", "DELETE", "POST", "GET")


def refused_or_redirected(exchange: Exchange) -> bool:
    """Whether an answer names no session: 4xx, or a redirect that is not followed."""
    return 300 <= exchange.status <= 499


def no_server_error(exchange: Exchange) -> bool:
    """Whether an answer came, and is none of the server's own faults."""
    return exchange.response is not None and exchange.status < 500


def method_refused(exchange: Exchange) -> bool:
    """Whether a method did not succeed, and met no server error but 501 (RFC 9110, section 9.1)."""
    return 300 <= exchange.status <= 499 or exchange.status == _NOT_IMPLEMENTED


def names_allowed(contract: Contract) -> Check:
    """An answer 405 has an ``Allow`` that names the contract's methods (RFC 9110, section 15.5.6)."""
    wanted = {item.method for item in contract.operations.values() if item.path == contract.update.path}

    def check(trace: Trace) -> Iterator[Judgement]:
        for index, item in enumerate(trace.taken):
            response = item.exchange.response
            if item.step.claim != "method.unnamed" or response is None or item.step.method not in _COMMON:
                continue
            allow = response.header("allow")
            named = {method.strip().upper() for method in (allow or "").split(",")}
            if response.status != _NOT_ALLOWED or wanted <= named:
                yield Held(index=index)
                continue
            yield at(
                index,
                reason="405 without the methods that are allowed",
                wanted=f"Allow: {', '.join(sorted(wanted))}",
                got=f"405 with {'no Allow' if allow is None else f'Allow: {allow}'}",
            )

    return check


def version_shows(contract: Contract, version: str) -> Check:
    """Under a version, a session shows nothing that the version does not know, and all that it was created for."""
    versions = contract.versions
    if versions is None or versions.field is None or version not in versions.shows:
        return _unsaid
    field, known = versions.field, versions.shows[version]
    newest = max(versions.shows.values(), key=len)
    older = set(known) < set(newest)

    def strange(name: object) -> bool:
        """Whether another version knows the name and this one does not; new names are a compatible change."""
        return name not in known and (name in newest or older)

    def check(trace: Trace) -> Iterator[Judgement]:
        made_for = [name for name in _created_for(trace, field) if name in known] if trace.version == version else []
        for index, item in enumerate(trace.taken):
            asked = trace.version if item.step.version == AS_EXAMPLE else item.step.version
            if asked != version or item.exchange.status != OK:
                continue
            if item.exchange.member(contract.session.id_field) is ABSENT:
                continue  # that is no session, which is a statement of its own
            shown = item.exchange.member(field)
            names = shown if isinstance(shown, list) else []
            if any(map(strange, names)):
                reason = "shows what the version does not know"
                wanted = f"{field} of {text_of(sorted(known))} at the most under {version}"
            elif (names or not older) and not all(name in names for name in made_for):
                # An API that knew one thing only need not list it.
                reason = "does not show what the session was created for"
                wanted = f"{field} with {text_of(made_for)} under {version}"
            else:
                yield Held(index=index)
                continue
            yield at(index, reason=reason, wanted=wanted, got=text_of(shown))

    return check


def _unsaid(trace: Trace) -> Iterator[Judgement]:
    if trace.taken:
        yield Unjudged(index=0, cause="the contract does not say what this version shows", red=False)


def _created_for(trace: Trace, field: str) -> Sequence[object]:
    """What the trace's first session was created with in this field."""
    created = next((item.step.body for item in trace.taken if item.step.part == "create"), None)
    return created.get(field, ()) if isinstance(created, dict) else ()


def described(objection: Callable[[Exchange], str], *, accepted: bool) -> Check:
    """An answer to an update is one that the contract describes.

    ``objection`` says in a line what is wrong with an answer. With ``accepted`` it is asked about successful answers
    alone: what a refusal has to look like, and that there is no server error, are statements of their own.
    """

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in trace.updates:
            exchange = update.exchange
            if exchange.response is None or exchange.status >= 500 or exchange.deferred:
                continue
            if accepted and not exchange.ok:
                continue
            if not exchange.response.body.whole:
                yield Unjudged(index=update.index, cause="the answers are too large to be held whole", red=False)
                continue
            said = objection(exchange)
            if not said:
                yield Held(index=update.index)
                continue
            yield at(
                update.index,
                # Values differ from run to run; what is wrong with them does not.
                reason=re.sub(r'"[^"]*"|\d+', "…", said)[:80],
                wanted="an answer that the contract describes",
                got=f"{answered(exchange)} ({said[:300]})",
            )

    return check


def tells_no_difference(claim: str) -> Check:
    """Requests that differ in the id only, of which some name a session and some do not, are answered alike.

    What counts is what the API says to all of one kind and to none of the other: words may change at any time.
    """

    def check(trace: Trace) -> Iterator[Judgement]:
        rows = [(index, item) for index, item in enumerate(trace.taken) if item.step.claim == claim]
        for _, group in groupby(rows, key=lambda row: (row[1].step.part, row[1].step.credentials)):
            alike = list(group)
            known = [item.exchange for _, item in alike if not item.step.id]
            unknown = [item.exchange for _, item in alike if item.step.id]
            if min(len(known), len(unknown)) < _ENOUGH or any(each.deferred for each in (*known, *unknown)):
                continue
            index = max(index for index, item in alike if item.step.id)
            if not any(_apart(known, unknown, by) for by in (_status, _as_told, _words)):
                yield Held(index=index)
                continue
            yield Broken(
                index=index,
                cause=alike[0][0],
                until=alike[-1][0],
                reason="told apart",
                wanted=f"the same answer as for a session that exists: {answered(known[-1])}",
                got=answered(unknown[-1]),
            )

    return check


def _apart(known: Sequence[Exchange], unknown: Sequence[Exchange], by: Callable[[Exchange], object]) -> bool:
    """Whether all answers of one kind are alike, and unlike all of the other."""
    one, other = ([by(exchange) for exchange in kind] for kind in (known, unknown))
    return all(each == one[0] for each in one) and all(each == other[0] for each in other) and one[0] != other[0]


def _status(exchange: Exchange) -> int:
    return exchange.status


def _words(exchange: Exchange) -> str:
    """An answer's text without the id that was asked for."""
    segments = exchange.request.target.split("/")
    text = exchange.response.body.text if exchange.response is not None else exchange.failure
    for segment in segments:
        if len(segment) > 7:
            text = text.replace(segment, "")
    return text


def _as_told(exchange: Exchange) -> tuple[int, str]:
    """What an answer gives away: its status and the types of its errors, not their words."""
    kinds: list[str] = []
    if isinstance(exchange.value, dict):
        for member in exchange.value.values():
            entries = member if isinstance(member, list) else [member]
            kinds += [str(entry.get("type", entry.get("code", ""))) for entry in entries if isinstance(entry, dict)]
    return exchange.status, ", ".join(kinds)
