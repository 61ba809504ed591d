"""The statement that a session shows under a version what that version knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_checkout.checks.judgements import OK, Check, Held, Judgement, Unjudged, at
from pytest_checkout.compare import text_of
from pytest_checkout.contract.model import Contract
from pytest_checkout.example import AS_EXAMPLE, Trace
from pytest_checkout.exchange import ABSENT


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
