"""What the whole suite sends, for universal statements that are run without the rest of it.

They are judged on every exchange of a run. Where nothing else is run, such as when a node id is pasted from a report,
there would be none to judge them on.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from pytest_checkout.claims import PREFIX, functions, marked, rows
from pytest_checkout.contract.model import Contract
from pytest_checkout.errors import Inapplicable, Untried
from pytest_checkout.planning import Planner
from pytest_checkout.search.evidence import EvidenceStore, Scenario

_JUDGE = "checkout_judge"


def scenarios(contract: Contract, areas: Collection[str], *, off: Callable[[str], bool]) -> Sequence[Scenario]:
    """The scenarios of these areas' behaviours, each once, in the order of the suite.

    Args:
        contract: what is offered.
        areas: their names.
        off: whether the behaviour with this node id must not be run.
    """
    planner = Planner(contract)
    for node_id, function, given in _calls(contract, areas):
        if not off(node_id):
            # A behaviour that can't go on without traces ends here, after it has named its scenarios.
            with contextlib.suppress(Exception):
                function(**{_JUDGE: planner}, **given)
    return list(planner.scenarios)


def send(store: EvidenceStore, wanted: Sequence[Scenario], *, until: Callable[[], bool]) -> None:
    """Run scenarios for the exchanges alone, one by one, until enough was seen."""
    for scenario in wanted:
        if until():
            return
        with contextlib.suppress(Untried, Inapplicable):
            store.of(scenario)


def _calls(contract: Contract, areas: Collection[str]) -> Iterator[tuple[str, Callable[..., None], dict[str, Any]]]:
    """The suite's functions that judge by scenarios, each as often as pytest calls it, with what it is given."""
    for area in areas:
        for function in functions(importlib.import_module(f"pytest_checkout.suite.test_{area}")):
            if _JUDGE not in function.__annotations__:
                continue
            node_id = f"{PREFIX}{area}::{function.__name__}"
            said = marked(function)
            if "per" not in said:
                yield node_id, function, {}
                continue
            argument, inside = rows(contract, said["per"])
            for row in inside:
                yield f"{node_id}[{row.id}]", function, {argument: row.value}
