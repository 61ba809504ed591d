"""The hooks of collecting: which of the suite's items a run judges, and which of them when all others are done."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

import pytest

from pytest_checkout.collection import (
    areas,
    claim_key,
    in_suite,
    is_universal,
    parametrize,
    prepare,
    select,
    without_harmful,
)
from pytest_checkout.contract.model import Contract
from pytest_checkout.errors import UsageProblem
from pytest_checkout.workers import with_workers

if TYPE_CHECKING:
    from pytest_checkout.run import Run


class Selection:
    """What this process collects of the suite.

    Arguments:
        contract: says which items there are.
        wanted: the arguments that name a part of the suite.
        suite: whether the suite runs at all.
        areas: the areas that were asked for; all where none was.
        live: whether the keys are live ones, with which what could do harm stays off.
        run: the run on its controller; ``None`` in a worker.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        wanted: Sequence[str],
        suite: bool,
        areas: tuple[str, ...],
        live: bool,
        run: Run | None,
    ) -> None:
        self.wanted = tuple(wanted)
        self.suite = suite
        #: The suite's items that are run, and the node ids of the universal statements.
        self.items: Sequence[pytest.Item] = ()
        self.universal: Sequence[str] = ()
        #: Whether universal statements are all that was selected.
        self.nothing_else = False
        #: What is wrong with the arguments: found by a worker, and raised by the controller.
        self.problem = ""
        self._contract = contract
        self._areas = areas
        self._live = live
        self._run = run
        self._claims: list[tuple[dict[str, Any], str]] = []

    def as_dict(self) -> dict[str, Any]:
        """What a worker found, as data that pytest-xdist can send."""
        return {
            "claims": self._claims,
            "universal": list(self.universal),
            "nothing_else": self.nothing_else,
            "problem": self.problem,
        }

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Put the suite's areas behind what the session collects by itself."""
        report = yield
        if isinstance(collector, pytest.Session) and self.suite:
            report.result = [*(report.result or []), *areas(collector)]
        return report

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make an item for each field, carrier or version."""
        if in_suite(metafunc.definition):
            parametrize(metafunc, self._contract)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Give items their claims, and keep those that were asked for."""
        prepare(items, self._contract)
        claimed = [(item.stash[claim_key], item.nodeid) for item in items if in_suite(item)]
        self._claims = [(vars(claim), node_id) for claim, node_id in claimed]
        if self._run is not None:
            self._run.claims = {claim.id: (claim, node_id) for claim, node_id in claimed}
        kept, dropped = self._selected(items)
        if self._live:
            kept, off = without_harmful(kept, self._areas)
            dropped = [*dropped, *off]
        if dropped:
            config.hook.pytest_deselected(items=dropped)
            items[:] = kept

    def _selected(self, items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
        try:
            return select(items, self.wanted, self._areas)
        except UsageProblem as problem:
            if self._run is not None:
                raise pytest.UsageError(str(problem)) from None
            # An error in a worker would be an internal error of pytest-xdist's: the controller raises it.
            self.problem = str(problem)
            return [], list(items)

    # First, as a worker tells the controller at this hook which items it has.
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the universal statements for the end; with workers, for the controller."""
        universal = [item for item in session.items if is_universal(item)]
        self.universal = [item.nodeid for item in universal]
        if session.config.getoption("collectonly"):
            return
        session.items[:] = [item for item in session.items if not is_universal(item)]
        self.items = [item for item in session.items if in_suite(item)]
        self.nothing_else = bool(universal) and not session.items
        if self._run is None:
            return
        session.items += universal
        if self.suite and not session.items and not with_workers(session.config):
            self._run.notes.append("A target was given, and no behaviour was selected: nothing was judged.")
