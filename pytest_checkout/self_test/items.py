"""The self-test inside pytest's collection: an item for each fault, and one for the mock without any."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from pytest_checkout.contract.model import Contract
from pytest_checkout.effort import Effort
from pytest_checkout.mock import Fault
from pytest_checkout.self_test.proof import Outcome, complaints, of_fault, of_whole

PREFIX = "checkout-self-test"
#: The item that plants nothing: without it, what is caught could be accused of anything.
CONFORMING = "conforming"
outcome_key = pytest.StashKey[Outcome]()


class SelfTests(pytest.Collector):
    """All items of a self-test."""

    contract: Contract
    faults: Sequence[Fault]
    seed: int
    effort: Effort

    @classmethod
    def of(
        cls, session: pytest.Session, contract: Contract, faults: Sequence[Fault], *, seed: int, effort: Effort
    ) -> SelfTests:
        """The collector, below the session."""
        made: SelfTests = cls.from_parent(session, name=PREFIX, nodeid=PREFIX)
        made.contract, made.faults = contract, faults
        made.seed, made.effort = seed, effort
        return made

    def collect(self) -> Iterator[pytest.Item]:
        """The mock without a fault, and each fault."""
        yield Planted.of(self, CONFORMING, None)
        for fault in self.faults:
            yield Planted.of(self, fault.name, fault)


class Planted(pytest.Item):
    """One fault planted in a mock of its own, or none."""

    fault: Fault | None

    @classmethod
    def of(cls, parent: SelfTests, name: str, fault: Fault | None) -> Planted:
        """The item, below its collector."""
        made: Planted = cls.from_parent(parent, name=name, nodeid=f"{PREFIX}::{name}")
        made.fault = fault
        return made

    def runtest(self) -> None:
        """Plant, judge, and compare with what the fault declares."""
        parent = self.parent
        assert isinstance(parent, SelfTests)  # noqa: S101 - nothing else makes these items
        if self.fault is None:
            outcome = of_whole(parent.contract, seed=parent.seed, effort=parent.effort)
            said = [] if outcome.calm else [_accused(outcome)]
        else:
            outcome = of_fault(parent.contract, self.fault, seed=parent.seed, effort=parent.effort)
            said = complaints(self.fault, outcome)
        self.stash[outcome_key] = outcome
        if said:
            raise pytest.fail.Exception("\n".join([*self._head(), *said, *self._again(parent)]), pytrace=False)

    def _head(self) -> list[str]:
        return [self.fault.summary] if self.fault is not None else ["The mock without a fault conforms."]

    def _again(self, parent: SelfTests) -> list[str]:
        target = f"--checkout-fault='{self.fault.name}'" if self.fault is not None else "--checkout-mock"
        contract = f" --checkout-contract='{parent.contract.path}'"
        return [f"with the requests: pytest {target} --checkout-seed={parent.seed}{contract}"]

    def reportinfo(self) -> tuple[Any, None, str]:
        """Where the item is said to be: in no file."""
        return self.path, None, f"{PREFIX}::{self.name}"


def _accused(outcome: Outcome) -> str:
    return outcome.problem or f"accused of: {', '.join(outcome.broken)}; untried: {', '.join(outcome.untried)}"
