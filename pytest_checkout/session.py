"""One run inside one pytest process: the hooks that are registered when there is something to judge.

On the controller (or the only process) it holds the :class:`Run`; in a worker of pytest-xdist it is given what the
controller found, and sends verdicts and findings back on the reports.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.reports import TestReport

from pytest_checkout import load_contract
from pytest_checkout.again import again
from pytest_checkout.benches import Benches
from pytest_checkout.collection import claim_key, in_suite, taken_out
from pytest_checkout.controller import Controller
from pytest_checkout.errors import CheckoutError, ContractError, SetupProblem
from pytest_checkout.judging import Judge
from pytest_checkout.options import Settings
from pytest_checkout.outcome import Outcomes, verdict_key
from pytest_checkout.report.text import printable
from pytest_checkout.selection import Selection
from pytest_checkout.target import Target
from pytest_checkout.universal import Universal
from pytest_checkout.verdict import Verdict
from pytest_checkout.workers import Briefing, answer, briefing_of, check_enough, with_workers

# What collecting needs nothing of is imported where it is used: `pytest --co` is quick.
if TYPE_CHECKING:
    from pytest_checkout.api import Api
    from pytest_checkout.bench import Bench
    from pytest_checkout.contract.model import Contract
    from pytest_checkout.run import Run

NOT_RUN = "checkout: the suite does NOT run, as paths were given; add checkout:: to run it beside them"


class Plugin:
    """What one process holds of a run, its beginning and its end, and what the fixtures ask for."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.config = config
        self.briefing = briefing_of(config)
        self.settings = settings if self.briefing is None else self.briefing.over(settings)
        try:
            self.contract = _contract(settings, self.briefing)
        except ContractError as problem:
            raise pytest.UsageError(str(problem)) from None
        self.benches = Benches(self.contract, self.settings)
        #: The controller's share; none in a worker, nor before a target is named.
        self.run: Run | None = None
        #: What is collected of the suite; none where the fixtures are used alone, and nobody hears of the end.
        self.selection: Selection | None = None

    # ---- before collection

    def configure(self) -> None:
        """Take the suite's arguments out of pytest's, check report paths, start the run's servers, register the hooks."""
        arguments, wanted = taken_out([str(each) for each in self.config.args])
        paths_given = self.config.args_source is pytest.Config.ArgsSource.ARGS
        self.config.args[:] = arguments
        if self.briefing is not None:
            self._register_in_worker(self.briefing)
        else:
            self._register_on_controller(wanted, suite=bool(wanted) or not paths_given)

    def _register_in_worker(self, briefing: Briefing) -> None:
        self.selection = Selection(
            self.contract,
            wanted=briefing.wanted,
            suite=briefing.suite,
            areas=briefing.areas,
            live=briefing.target.live,
            run=None,
        )
        outcomes = Outcomes(self.settings, briefing.baseline, sent=self.benches.suite_requests)
        self._register(selection=self.selection, outcomes=outcomes)

    def _register_on_controller(self, wanted: list[str], *, suite: bool) -> None:
        check_enough(self.settings.sessions, self.config)
        from pytest_checkout.report.writers import check_writable
        from pytest_checkout.run import Run

        for path in self.settings.reports:
            check_writable(path)
        run = self.run = Run(self.settings, self.contract, serves=not self.config.getoption("collectonly"))
        run.again = again(self.settings, seed=self.settings.seed)
        selection = self.selection = Selection(
            self.contract, wanted=wanted, suite=suite, areas=self.settings.areas, live=run.target.live, run=run
        )
        outcomes = Outcomes(self.settings, run.baseline, sent=self.benches.suite_requests)
        universal = Universal(run, self.benches, selection)
        controller = Controller(self.config, run=run, selection=selection, outcomes=outcomes, universal=universal)
        self._register(selection=selection, outcomes=outcomes, universal=universal, controller=controller)

    def _register(self, **hooks: object) -> None:
        for name, plugin in hooks.items():
            self.config.pluginmanager.register(plugin, f"checkout-{name}")

    @property
    def _runs_suite(self) -> bool:
        return self.selection is not None and self.selection.suite

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Probe the API before anything is judged, and before workers are started."""
        if self.run is None or self.config.getoption("collectonly") or not self._runs_suite:
            return
        try:
            self.run.probe()
        except (SetupProblem, KeyboardInterrupt) as problem:
            # The session does not even start: no later hook would clean up behind the probe.
            self.run.clean_up()
            self.run.stop()
            if isinstance(problem, KeyboardInterrupt):
                raise
            raise pytest.UsageError(printable(str(problem))) from None

    def pytest_report_header(self) -> list[str]:
        """Say what is judged, and the seed."""
        if self.run is None:
            return []
        lines = [f"checkout: {self.run.target.base_url}, contract {self.contract.name}, seed {self.settings.seed}"]
        return lines if self._runs_suite else [*lines, NOT_RUN]

    # ---- running

    def report_on(self, item: pytest.Item, report: TestReport) -> None:
        """Put an item's verdict, and the findings since the last report, on pytest's report."""
        verdict = self._verdict_on(item, report)
        plain: dict[str, Any] = {} if verdict is None else {"verdict": verdict.as_dict()}
        if report.when == "teardown" or plain:
            plain.update(self.benches.spent())
        if plain:
            report.checkout = plain  # type: ignore[attr-defined]
            if self.run is not None and not hasattr(self.config, "workerinput") and not with_workers(self.config):
                self.run.take(plain)

    def _verdict_on(self, item: pytest.Item, report: TestReport) -> Verdict | None:
        """The verdict that this part of an item came to."""
        if report.when == "call" and verdict_key in item.stash:
            return item.stash[verdict_key]
        mark = item.get_closest_marker("checkout")
        if in_suite(item) or mark is None:
            return None
        from pytest_checkout.own_tests import own_verdict

        verdict = own_verdict(item, mark, report)
        return verdict.but(reason=self.benches.redacted(verdict.reason)) if verdict is not None else None

    # ---- the end

    # Inside the terminal's wrapper, which tells what was written here; behind pytest-xdist's hook, after which no worker
    # creates sessions any more; and in any case, also when a second Ctrl-C interrupts that one.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Iterator[None]:
        """In a worker, send the rest to the controller; on the controller, clean up and write the reports."""
        try:
            return (yield)
        finally:
            if self.briefing is not None and self.selection is not None:
                answer(self.config, {**self.selection.as_dict(), **self.benches.spent()})
            elif self.run is not None and not self.config.getoption("collectonly"):
                self._finish(self.run, session, int(exitstatus))

    def _finish(self, run: Run, session: pytest.Session, exit_status: int) -> None:
        if not with_workers(self.config):
            run.take(self.benches.spent())  # an interrupted item has no report
        run.clean_up()
        if exit_status == pytest.ExitCode.USAGE_ERROR:
            return
        from pytest_checkout.ending import write_all

        status = write_all(run, exit_status, suite=self._runs_suite)
        if status != exit_status:
            session.exitstatus = status

    def pytest_terminal_summary(self, terminalreporter: Any, exitstatus: int) -> None:
        """Say which behaviours are broken."""
        if self.run is None or self.config.getoption("collectonly"):
            return
        if not self._runs_suite:
            terminalreporter.write_line(NOT_RUN)
        elif int(exitstatus) != pytest.ExitCode.USAGE_ERROR:
            from pytest_checkout.ending import tell

            tell(self.run, terminalreporter, int(exitstatus), verbose=self.config.get_verbosity() > 0)

    def stop(self) -> None:
        """Stop what was started."""
        self.benches.stop()
        if self.run is not None:
            self.run.stop()

    # ---- what the fixtures ask for

    def fixture_target(self) -> Target | None:
        """The target for a user's own tests, or ``None``."""
        if self.briefing is not None:
            return self.briefing.target
        if self.run is None and (self.settings.base_url or self.settings.mock):
            from pytest_checkout.run import Run

            try:
                self.run = Run(self.settings, self.contract)
            except CheckoutError as problem:
                pytest.fail(str(problem), pytrace=False)
        return self.run.target if self.run is not None else None

    def users_api(self, base_url: str) -> Iterator[Api]:
        """The API for a user's own tests, at an address that a fixture may have overridden, and its end."""
        bench = self.benches.for_users(base_url, self.fixture_target(), run_cleans_up=self.selection is not None)
        yield bench.api
        self.benches.close_users(base_url)

    @pytest.fixture
    def checkout_judge(self, request: pytest.FixtureRequest) -> Judge:
        """Judges the behaviour of one of the suite's functions."""
        bench = self._suite_bench()
        return Judge(
            claim=request.node.stash[claim_key], ground=bench.store.ground, store=bench.store, setup=bench.target.setup
        )

    def _suite_bench(self) -> Bench:
        if self.briefing is not None and self.selection is not None:
            return self.benches.for_suite(self.briefing.target, self.briefing.found, items=self.selection.items)
        assert self.run is not None  # noqa: S101 - without a briefing this is the controller
        return self.benches.for_suite(self.run.target, self.run.found)


def _contract(settings: Settings, briefing: Briefing | None) -> Contract:
    if briefing is None:
        return load_contract(settings.contract)
    return load_contract(briefing.contract, sound=[briefing.sound])
