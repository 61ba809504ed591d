"""The evidence of a run: each scenario is run once, and what it shows is judged by many behaviours."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from pytest_checkout.errors import CheckoutError, Inapplicable, Untried
from pytest_checkout.example import Trace
from pytest_checkout.exchange import NOT_IMPLEMENTED
from pytest_checkout.perform import Ground
from pytest_checkout.search.shared import Outcome, SharedEvidence

Scenario: TypeAlias = "Callable[[Ground], Sequence[Trace]]"
Scenarios: TypeAlias = "tuple[Scenario, ...]"
_WAIT_S = 0.01
#: A scenario whose evidence a server error took away is run again, so often at most.
MOST_AGAIN = 3


class EvidenceStore:
    """The traces of the scenarios.

    Arguments:
        ground: what the scenarios are run on.
        shared: where other processes of the run leave theirs, if there are any.
        planned: the scenarios that the run needs. While another process runs the one that is asked for, one of these
            is run, so that no process waits while there is something to send.
        stands_in: gives the scenario whose traces are evidence in place of another's; one may stand in for many.
    """

    def __init__(
        self,
        ground: Ground,
        *,
        shared: SharedEvidence | None = None,
        planned: Sequence[Scenario] = (),
        stands_in: Callable[[Scenario], Scenario] | None = None,
    ) -> None:
        self.ground = ground
        self._shared = shared
        self._stands_in = stands_in or (lambda scenario: scenario)
        self._planned = [*dict.fromkeys(map(self._stands_in, planned))]
        self._outcomes: dict[Scenario, Outcome] = {}
        self._again: Counter[Scenario] = Counter()

    def at_hand(self) -> EvidenceStore:
        """The same traces, and not a scenario more: those that were not run yet are untried."""
        return _AtHand(self.ground, self._outcomes, self._stands_in)

    def forget(self) -> None:
        """Forget all traces, so that the scenarios are run again, by this process for itself."""
        self._outcomes.clear()
        self._shared = None

    def again(self, scenarios: Iterable[Scenario]) -> bool:
        """Run those of the scenarios again that met a server error, and put what they show beside what they showed.

        Returns:
            Whether there were any; no scenario is run again more than :data:`MOST_AGAIN` times.
        """
        met = False
        for scenario in dict.fromkeys(map(self._stands_in, scenarios)):
            traces = self._outcomes.get(scenario, ())
            if isinstance(traces, CheckoutError) or self._again[scenario] >= MOST_AGAIN:
                continue
            if any(map(_met_server_error, traces)):
                met = True
                self._again[scenario] += 1
                more = self._run(scenario)
                self._outcomes[scenario] = traces if isinstance(more, CheckoutError) else [*traces, *more]
        return met

    def of_all(self, scenarios: Iterable[Scenario]) -> tuple[list[Trace], Untried | None]:
        """The traces of those scenarios that could be run, and why the last of the others could not be.

        Raises:
            Untried: none of them could be run.
        """
        traces: list[Trace] = []
        refused: Untried | None = None
        for scenario in dict.fromkeys(map(self._stands_in, scenarios)):
            try:
                traces += self.of(scenario)
            except Untried as cause:
                refused = cause
        if refused is not None and not traces:
            raise refused
        return traces, refused

    def of(self, scenario: Scenario) -> Sequence[Trace]:
        """The traces of a scenario, which is run when they are first asked for.

        Raises:
            Untried: the scenario could not be run; it is not tried again.
            Inapplicable: the contract offers nothing to run it with.
        """
        scenario = self._stands_in(scenario)
        if scenario not in self._outcomes:
            self._outcomes[scenario] = self._run(scenario) if self._shared is None else self._fetch(scenario)
        outcome = self._outcomes[scenario]
        if isinstance(outcome, CheckoutError):
            raise outcome
        return outcome

    def _run(self, scenario: Scenario) -> Outcome:
        try:
            return scenario(self.ground)
        except (Untried, Inapplicable) as cause:
            return cause

    def _fetch(self, scenario: Scenario) -> Outcome:
        """Run a scenario, or wait for the process that does, and meanwhile run others."""
        while self._shared is not None:
            if scenario in self._outcomes:
                return self._outcomes[scenario]
            if (done := self._shared.get(scenario)) is not None:
                return done
            if not (self._take_on(scenario) or self._take_on_another()):
                time.sleep(_WAIT_S)
        return self._run(scenario)

    def _take_on_another(self) -> bool:
        while self._planned:
            if self._take_on(self._planned.pop(0)):
                return True
        return False

    def _take_on(self, scenario: Scenario) -> bool:
        if self._shared is None or not self._shared.claim(scenario):
            return False
        try:
            self._outcomes[scenario] = self._run(scenario)
        except BaseException:
            self._shared.release(scenario)
            raise
        self._shared.put(scenario, self._outcomes[scenario])
        return True


def _met_server_error(trace: Trace) -> bool:
    """Whether a server error, which may pass, took away what a step was to show; 501 stays (RFC 9110, section 15.6.2)."""
    return any(item.exchange.failed and item.exchange.status != NOT_IMPLEMENTED for item in trace.taken)


class _AtHand(EvidenceStore):
    """What another store brought back so far."""

    def __init__(
        self, ground: Ground, outcomes: Mapping[Scenario, Outcome], stands_in: Callable[[Scenario], Scenario]
    ) -> None:
        super().__init__(ground, stands_in=stands_in)
        self._outcomes = dict(outcomes)

    def _run(self, scenario: Scenario) -> Outcome:
        del scenario
        return Untried("its scenario was not run", red=False)
