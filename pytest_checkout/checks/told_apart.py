"""The statement that an answer does not give away whether a session exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from pytest_checkout.checks.judgements import Check, Held, Judgement, among, answered
from pytest_checkout.example import Trace
from pytest_checkout.exchange import Exchange

#: Answers of each kind that tell whether a difference is one or chance.
_ENOUGH = 3


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
            yield among(
                alike,
                index,
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
