"""Which scenarios a run needs, found out by asking the behaviours without sending anything."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from pytest_checkout.checks import Check
from pytest_checkout.contract.model import Contract
from pytest_checkout.example import Trace
from pytest_checkout.scenarios import access, generated, images, inputs, metadata, success, updates
from pytest_checkout.search.evidence import Scenario

#: The scenarios that send the most, or draw: where several processes run them, none is to begin with one at the end.
_LONGEST: tuple[Scenario, ...] = (
    updates.others,
    updates.values,
    inputs.typed,
    success.excluded,
    access.near_misses,
    metadata.merged,
    generated.by_schemathesis,
    inputs.unaddressed,
    images.beside_others,
    updates.in_a_row,
    inputs.hostile,
    images.no_pictures,
    inputs.malformed,
    access.unauthorized,
)


class Planner:
    """Stands in for a :class:`~pytest_checkout.judging.Judge`, and only notes what it would be shown."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.scenarios: dict[Scenario, None] = {}

    def __call__(self, check: Check, *scenarios: Scenario, needs_reading: bool = False) -> None:
        """Note the scenarios."""
        del check, needs_reading
        self.scenarios.update(dict.fromkeys(scenarios))

    def traces(self, scenario: Scenario) -> list[Trace]:
        """Note the scenario; it has shown nothing yet."""
        self.scenarios[scenario] = None
        return []

    def observed(self, sentence: str) -> None:
        """Nothing is observed yet."""


def planned(items: Iterable[pytest.Item], contract: Contract) -> Sequence[Scenario]:
    """The scenarios that these items of the suite will ask for, the longest first.

    A behaviour that can't go on without traces ends there; what it would have asked for later is run when it does.
    """
    planner = Planner(contract)
    for item in items:
        if isinstance(item, pytest.Function) and "checkout_judge" in item.fixturenames:
            given: dict[str, Any] = dict(item.callspec.params) if hasattr(item, "callspec") else {}
            with contextlib.suppress(Exception):
                item.function(checkout_judge=planner, **given)
    longest = [scenario for scenario in _LONGEST if scenario in planner.scenarios]
    return list(dict.fromkeys((*longest, *planner.scenarios)))
