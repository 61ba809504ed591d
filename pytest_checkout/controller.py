"""The hooks of a controller whose items are run by workers of pytest-xdist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.reports import TestReport

from pytest_checkout.judging import Claim
from pytest_checkout.outcome import Outcomes
from pytest_checkout.selection import Selection
from pytest_checkout.universal import Universal, reports
from pytest_checkout.workers import Briefing, answer_of, brief, place_of, with_workers

if TYPE_CHECKING:
    from pytest_checkout.run import Run


class Controller:
    """Briefs the workers, takes in what they report, and judges the universal statements behind them.

    Arguments:
        config: pytest's.
        run: where all comes together.
        selection: what is judged; a worker tells what came of it.
        outcomes: make verdicts outcomes.
        universal: sends for the universal statements where nothing else did.
    """

    def __init__(
        self,
        config: pytest.Config,
        *,
        run: Run,
        selection: Selection,
        outcomes: Outcomes,
        universal: Universal,
    ) -> None:
        self._config = config
        self._run = run
        self._selection = selection
        self._outcomes = outcomes
        self._universal = universal

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker what the controller knows."""
        settings, contract = self._run.settings, self._run.contract
        briefing = Briefing(
            contract=str(contract.path),
            sound=contract.digest,
            wanted=self._selection.wanted,
            suite=self._selection.suite,
            target=self._run.target_of_worker(place_of(node), node.workerinput["workercount"]),
            found=self._run.found,
            level=settings.level,
            strict=settings.strict,
            areas=settings.areas,
            baseline=self._run.baseline,
        )
        brief(node, briefing)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: TestReport) -> None:
        """Take in what workers report."""
        plain = getattr(report, "checkout", None)
        if plain is not None and with_workers(self._config):
            self._run.take(plain)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Learn from a worker which behaviours there are."""
        output = answer_of(node)
        if output is None:
            return
        self._run.claims = {plain["id"]: (Claim(**plain), node_id) for plain, node_id in output["claims"]}
        self._run.universal = output["universal"]
        self._selection.nothing_else = output["nothing_else"]
        self._selection.problem = self._selection.problem or output["problem"]
        self._run.take(output)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[Any]:
        """Judge the universal statements when all workers are done."""
        result = yield
        if self._selection.problem:
            raise pytest.UsageError(self._selection.problem)
        if with_workers(self._config) and not session.shouldstop:
            self._universal.send_for(self._run.universal)
            for node_id in self._run.universal:
                self._judge(node_id)
        return result

    def _judge(self, node_id: str) -> None:
        claim = next(claim for claim, other in self._run.claims.values() if other == node_id)
        verdict = self._outcomes.weighed(self._run.universal_verdict(claim, node_id))
        self._run.add_verdict(verdict.as_dict())
        for report in reports(verdict, self._outcomes.end):
            self._config.hook.pytest_runtest_logreport(report=report)
