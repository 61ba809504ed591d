"""A finding is believed when it shows again on a fresh session; then the least that shows it is looked for."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_checkout.checks import Broken, Check, Held
from pytest_checkout.compare import same_state
from pytest_checkout.errors import ApiGone, TimeSpent, Untried
from pytest_checkout.example import Example, Step, Trace
from pytest_checkout.perform import SETTLE_S, Ground, Walk, perform
from pytest_checkout.search.boundary import boundary
from pytest_checkout.search.renewed import renewed
from pytest_checkout.search.smaller import PASSES

#: How often a finding that does not show at once is tried again.
TRIES = 20
#: How many examples the minimiser may run for one finding.
MINIMISER_RUNS = 40
REPEATS = 3
_SERVER_ERROR = re.compile(r"\b5\d\d$|no answer$|answered 0$")


@dataclass(frozen=True, kw_only=True)
class Confirmed:
    """A finding that showed again: the least example, how often it showed, and the nearest that held."""

    trace: Trace
    broken: Broken
    seen: int
    tries: int
    nearest: Trace | None = None
    difference: str = ""
    boundary: str = ""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A finding, and the trace that shows it."""

    trace: Trace
    broken: Broken


class Confirmation:
    """Confirms one finding of a check, and makes it smaller."""

    def __init__(self, ground: Ground, check: Check, found: Broken) -> None:
        self._ground = ground
        self._check = check
        self._found = found
        self._nearest: Trace | None = None
        self._turn = 0  # above 0: every run sends values that were never sent before

    def confirm(self, trace: Trace) -> Confirmed | None:
        """Show the finding again on fresh sessions; ``None`` where it does not show, or falls.

        Raises:
            ApiGone: the API went away before the finding could be shown again.
            TimeSpent: the run's time was over before.
        """
        if self._found.moved and known_to_move(self._ground, self._found.moved):
            return None
        shown = self._again(trace)
        if shown is None or self._moves(shown) or self._settles(shown):
            return None
        if not self._ground.explains:
            return Confirmed(trace=shown.trace, broken=shown.broken, seen=1, tries=1)
        shown = self._least(shown)
        seen, tries = self._frequency(shown)
        return Confirmed(
            trace=shown.trace,
            broken=shown.broken,
            seen=seen,
            tries=tries,
            nearest=self._nearest,
            boundary=boundary(self._ground, self._check, shown.trace, shown.broken),
        )

    def _again(self, trace: Trace) -> Shown | None:
        examples = list(self._windows(trace))
        if _SERVER_ERROR.search(self._found.reason):
            return self._always(examples)
        for example in examples:
            if (shown := self._run(example)) is not None:
                return shown
        self._turn = 1
        for example in (examples[0], examples[-1]):
            if (shown := self._run(example)) is not None:
                return shown
        self._turn = 0
        for turn in range(TRIES - len(examples)):
            if (shown := self._run(examples[turn % len(examples)])) is not None:
                return shown
        return None

    def _always(self, examples: Sequence[Example]) -> Shown | None:
        """A server error that passed is evidence for `any` alone: here it must show every time, at the same step."""
        for example in (examples[0], examples[-1]):
            runs = [self._run(example)]
            while runs[-1] is not None and len(runs) < REPEATS:
                runs.append(self._run(example))
            shown = runs[-1]
            if shown is not None and all(step.group for step in example.steps[shown.broken.cause + 1 :]):
                return shown
        return None

    def _windows(self, trace: Trace) -> Iterator[Example]:
        """Ever longer ends of the example: the last write alone, the last few, and all."""
        whole = trace.example(self._found.until)
        cause = self._found.cause
        before = [index for index, step in enumerate(whole.steps[:cause]) if step.part != "create"]
        size, given = 1, 0
        while True:
            kept = set(before[len(before) - given :]) if given else set()
            steps = tuple(
                step
                for index, step in enumerate(whole.steps)
                if index in kept or index >= cause or step.part == "create"
            )
            yield whole.but(_with_reading(steps, self._ground.readable))
            if given >= len(before):
                return
            given = min(len(before), size * 2 + 1)
            size *= 3

    def _run(self, example: Example, *, settle: bool = False) -> Shown | None:
        if self._turn:
            example = renewed(example, self._ground.contract, self._turn)
            self._turn += 1
        late = self._found.reason == "late"  # which shows only where later readings wait
        try:
            trace = perform(self._ground, example, settle=settle or late)
        except (ApiGone, TimeSpent):
            raise
        except Untried:
            return None
        held = False
        for judgement in self._check(trace):
            if isinstance(judgement, Broken) and judgement.reason == self._found.reason:
                return Shown(trace=trace, broken=judgement)
            held = held or isinstance(judgement, Held)
        if held:
            self._nearest = trace
        return None

    def _settles(self, shown: Shown) -> bool:
        """Whether the finding is gone when the API is given the time that it has to show an update."""
        if shown.broken.index == shown.broken.cause or self._found.reason == "late" or shown.broken.refused:
            return False
        if self._run(shown.trace.example(), settle=True) is not None:
            return False
        late = self._run(shown.trace.example(), settle=True) is None
        self._ground.lag.seen = self._ground.lag.seen or late
        return late

    def _moves(self, shown: Shown) -> bool:
        name = shown.broken.moved
        return bool(name) and moves_by_itself(self._ground, name, shown)

    def _least(self, shown: Shown) -> Shown:
        """The least example that still shows the finding: fewer steps, then smaller bodies, then plainer values."""
        left = MINIMISER_RUNS
        for smaller in PASSES:
            place = 0
            while left > 0:
                candidates = list(smaller(shown.trace.example(shown.broken.until), shown.broken, self._ground))
                if place >= len(candidates):
                    break
                left -= 1
                better = self._run(candidates[place])
                if better is None:
                    place += 1
                else:
                    shown = better
        return shown

    def _frequency(self, shown: Shown) -> tuple[int, int]:
        example = shown.trace.example()
        seen = sum(self._run(example) is not None for _ in range(REPEATS))
        if seen == REPEATS:
            return seen, REPEATS
        more = sum(self._run(example) is not None for _ in range(TRIES - REPEATS))
        return max(1, seen + more), TRIES


def _with_reading(steps: tuple[Step, ...], readable: bool) -> tuple[Step, ...]:  # noqa: FBT001
    """Read each session once before it is written, so that there is a state to compare with."""
    if not readable:
        return steps
    made: list[Step] = []
    for index, step in enumerate(steps):
        made.append(step)
        following = steps[index + 1] if index + 1 < len(steps) else None
        if step.part == "create" and not (
            following and following.part == "retrieve" and following.session == step.session
        ):
            made.append(Step(part="retrieve", session=step.session))
    return tuple(made)


def known_to_move(ground: Ground, name: str) -> bool:
    """Whether a session's field was seen to change by itself before."""
    return not ground.still.get(name, True)


def moves_by_itself(ground: Ground, name: str, shown: Shown) -> bool:
    """Whether a session's field changes between readings while nothing is written.

    The session is brought to where it was before the finding, as some fields move only when they are set. It is read
    right away, twice, and again after more than a second, as what counts seconds moves only then. What is seen of the
    other fields then is remembered, too, of those that are set.
    """
    if not ground.readable:
        return False
    if name not in ground.still:
        cause = shown.broken.cause
        session = shown.trace.taken[shown.broken.index].step.session
        before = [item.step for item in shown.trace.taken[:cause] if item.step.ordinary and not item.step.group]
        walk = Walk(ground, version=shown.trace.version)
        for step in before:
            walk.take(step)
        readings = []
        for _ in range(2):
            time.sleep(SETTLE_S * 1.1)
            readings += [walk.read(session), walk.read(session)]
        usable = [reading for reading in readings if reading is not None and reading.ok]
        for each in ground.contract.session.fields.keys() - ground.still.keys() | {name}:
            values = [reading.member(each) for reading in usable]
            moves = not all(same_state(values[0], value) for value in values[1:])
            if moves or not same_state(values[0] if values else None, None):
                ground.still[each] = not moves
    return known_to_move(ground, name)  # what is not set can't move, and may do so once it is


__all__ = ["Confirmation", "Confirmed", "Shown", "moves_by_itself"]
