"""One behaviour's way to its verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pytest_checkout.checks import Broken, Check, Held, Unjudged
from pytest_checkout.errors import Untried
from pytest_checkout.example import Trace
from pytest_checkout.search.confirm import Confirmation, Confirmed, known_to_move
from pytest_checkout.search.evidence import EvidenceStore, Scenario

#: Findings of one reason that are tried before the reason is let go.
FINDINGS = 3


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a check found on the traces that it was shown; ``moving`` are fields that change by themselves.

    ``refused`` says why one of several scenarios could not be run.
    """

    held: int = 0
    zones: Counter[str] = field(default_factory=Counter)
    confirmed: Confirmed | None = None
    dismissed: int = 0
    unjudged: Untried | None = None
    moving: frozenset[str] = frozenset()
    refused: Untried | None = None


def judge(store: EvidenceStore, check: Check, scenarios: Sequence[Scenario]) -> Judged:
    """Show a check the traces of these scenarios, and confirm what contradicts it.

    Where a passing server error left nothing that could have shown the opposite, the scenarios that met it are run again.

    Raises:
        Untried: none of the scenarios could be run.
    """
    judged = _judged(store, check, scenarios)
    while not judged.held and judged.confirmed is None and store.again(scenarios):
        judged = _judged(store, check, scenarios)
    return judged


def _judged(store: EvidenceStore, check: Check, scenarios: Sequence[Scenario]) -> Judged:
    zones: Counter[str] = Counter()
    held = 0
    unjudged: Untried | None = None
    findings: dict[str, list[tuple[Trace, Broken]]] = {}
    traces, refused = store.of_all(scenarios)
    for trace in traces:
        for judgement in check(trace):
            if isinstance(judgement, Held):
                held += 1
                zones[judgement.zone] += bool(judgement.zone)
            elif isinstance(judgement, Unjudged):
                unjudged = Untried(judgement.cause, red=judgement.red)
            else:
                findings.setdefault(judgement.reason, []).append((trace, judgement))
    dismissed = 0
    lagged = store.ground.lag.seen
    for found in findings.values():
        for trace, broken in found[:FINDINGS]:
            if (confirmed := Confirmation(store.ground, check, broken).confirm(trace)) is not None:
                if confirmed.nearest is None:
                    confirmed = replace(confirmed, nearest=_nearest(check, traces, confirmed))
                return Judged(held=held, zones=zones, confirmed=confirmed, dismissed=dismissed, unjudged=unjudged)
            dismissed += 1
            if store.ground.lag.seen and not lagged:
                store.forget()  # what was read too early is no evidence
                return _judged(store, check, scenarios)
    moved = {broken.moved for found in findings.values() for _, broken in found}
    moving = frozenset(name for name in moved if name and known_to_move(store.ground, name))
    return Judged(held=held, zones=+zones, dismissed=dismissed, unjudged=unjudged, moving=moving, refused=refused)


def _nearest(check: Check, traces: Sequence[Trace], confirmed: Confirmed) -> Trace | None:
    """Among the exchanges that held, the one whose body has most in common with the least example's."""
    cause = confirmed.trace.taken[confirmed.broken.cause].step
    best: tuple[int, Trace] | None = None
    for trace in traces:
        created = [item for item in trace.taken if item.step.part == "create"][:1]
        judgements = list(check(trace))
        held = [each.index for each in judgements if isinstance(each, Held)]
        broken = {each.cause for each in judgements if isinstance(each, Broken)}
        # Where nothing held, the controls are nearest: updates without the defect, which were accepted.
        controls = [update.index for update in trace.updates if update.exchange.ok and update.index not in broken]
        for place in held or controls:
            item = trace.taken[place]
            likeness = _likeness(cause.body, item.step.body) - abs(len(str(cause.body)) - len(str(item.step.body)))
            if best is None or likeness > best[0]:
                best = (likeness, replace(trace, taken=(*created, item)))
    return best[1] if best is not None else None


def _likeness(one: object, other: object) -> int:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return 0
    return 1000 * len(one.keys() & other.keys()) - 1000 * len(one.keys() ^ other.keys())
