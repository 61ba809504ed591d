"""What the suite says of a mock with a fault, and of one that takes latitudes; and what is not as it should be."""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pytest_checkout.claims import Behaviour, behaviours
from pytest_checkout.contract.model import Contract
from pytest_checkout.effort import Effort
from pytest_checkout.errors import SetupProblem
from pytest_checkout.mock import Fault
from pytest_checkout.options import AREAS
from pytest_checkout.self_test.trial import Trial
from pytest_checkout.verdict import Verdict

#: The areas whose statements are held against the exchanges of all others.
UNIVERSAL = ("errors", "any")
#: The areas that send most; what is looked for anywhere is looked for in the others first.
_LARGE = ("update", "image", "schema")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the suite said of one mock: the broken behaviours, and the untried ones that turn a run red.

    ``problem`` says why nothing could be judged.
    """

    broken: tuple[str, ...] = ()
    untried: tuple[str, ...] = ()
    requests: int = 0
    seconds: float = 0.0
    problem: str = ""

    @property
    def calm(self) -> bool:
        """Whether nothing is red."""
        return not (self.broken or self.untried or self.problem)


def of_fault(contract: Contract, fault: Fault, *, seed: int, effort: Effort = Effort.STANDARD) -> Outcome:
    """What the suite says of a mock with this fault, on the areas that the fault declares.

    The behaviours that it breaks are judged first. When all of them are reported, the others of these areas are judged on
    what was sent by then: that shows whether something is accused that the fault does not break, and costs little.
    """
    areas = {each.partition(".")[0] for each in fault.breaks}
    known = tuple(behaviours(contract, AREAS if areas & set(UNIVERSAL) else [area for area in AREAS if area in areas]))
    declared = [behaviour for behaviour in known if behaviour.claim.id in fault.breaks]
    started = time.perf_counter()
    try:
        with Trial(contract, faults=[fault.name], seed=seed, effort=effort) as trial:
            verdicts = [trial.judge(behaviour) for behaviour in declared if not behaviour.universal]
            _until_seen(trial, [behaviour for behaviour in declared if behaviour.universal], known)
            verdicts += [trial.judge(behaviour, at_hand=True) for behaviour in _others(known, verdicts)]
            return _outcome(trial, verdicts, started)
    except SetupProblem as problem:
        return Outcome(problem=str(problem), seconds=time.perf_counter() - started)


def _until_seen(trial: Trial, statements: Sequence[Behaviour], known: Iterable[Behaviour]) -> None:
    """Judge one behaviour after the other until an exchange contradicts each of the universal statements."""
    for behaviour in sorted(known, key=lambda behaviour: behaviour.claim.area in _LARGE):
        if all(trial.judge(statement).verdict == "broken" for statement in statements):
            return
        if not behaviour.universal:
            trial.judge(behaviour)


def _others(known: Iterable[Behaviour], verdicts: Sequence[Verdict]) -> list[Behaviour]:
    judged = {verdict.id for verdict in verdicts}
    return [behaviour for behaviour in known if behaviour.claim.id not in judged]


def of_whole(
    contract: Contract,
    *,
    seed: int,
    effort: Effort = Effort.STANDARD,
    faults: Sequence[str] = (),
    variants: Sequence[str] = (),
    areas: Sequence[str] = AREAS,
) -> Outcome:
    """What the suite says of a mock when all behaviours are judged, as a run does."""
    started = time.perf_counter()
    try:
        with Trial(contract, faults=faults, variants=variants, seed=seed, effort=effort) as trial:
            last = sorted(behaviours(contract, areas), key=lambda behaviour: behaviour.universal)
            return _outcome(trial, [trial.judge(behaviour) for behaviour in last], started)
    except SetupProblem as problem:
        return Outcome(problem=str(problem), seconds=time.perf_counter() - started)


def _outcome(trial: Trial, verdicts: Sequence[Verdict], started: float) -> Outcome:
    return Outcome(
        broken=tuple(verdict.id for verdict in verdicts if verdict.verdict == "broken"),
        untried=tuple(verdict.id for verdict in verdicts if verdict.verdict == "untried" and verdict.red),
        requests=trial.requests,
        seconds=time.perf_counter() - started,
    )


def complaints(fault: Fault, outcome: Outcome) -> list[str]:
    """What was said of a mock with this fault and is not as the fault declares."""
    if outcome.problem:
        return [f"nothing was judged: {outcome.problem}"]
    missed = [each for each in fault.breaks if each not in outcome.broken]
    more = [
        each
        for each in outcome.broken
        if each not in fault.breaks and not any(fnmatch.fnmatchcase(each, _glob(glob)) for glob in fault.also)
    ]
    said = [f"not reported: {', '.join(missed)}"] if missed else []
    return said + ([f"reported, and not declared: {', '.join(more)}"] if more else [])


def _glob(pattern: str) -> str:
    """A pattern in which square brackets stand for themselves."""
    return pattern.replace("[", "[[]")
