"""The hooks of a self-test, which takes the place of everything else that pytest would collect."""

from __future__ import annotations

import difflib
import time
from collections.abc import Generator, Sequence
from typing import Any

import pytest
from _pytest.reports import TestReport

from pytest_checkout import load_contract
from pytest_checkout.claims import claims
from pytest_checkout.effort import Effort
from pytest_checkout.errors import UsageProblem
from pytest_checkout.mock import faults_of
from pytest_checkout.options import AREAS, Settings
from pytest_checkout.self_test.caught import lines, others, rules
from pytest_checkout.self_test.items import CONFORMING, PREFIX, SelfTests, outcome_key


class SelfTest:
    """The plugin that is registered where ``--checkout-self-test`` is given.

    Raises:
        UsageProblem: paths were given, or the contract has no create operation.
        ContractError: the contract can't be used.
    """

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        given: dict[str, Any] = getattr(config, "workerinput", {}).get("checkout_self_test", {})
        self._settings = settings
        self._seed: int = given.get("seed", settings.seed)
        self._effort = Effort(given.get("effort", settings.effort))
        self._contract = load_contract(given.get("contract", settings.contract))
        if self._contract.create is None:
            raise UsageProblem(
                f"--checkout-self-test: the contract {self._contract.name} has no create operation, so its mock has no session."
            )
        self._faults = faults_of(self._contract)
        self._wanted: Sequence[str] = given["wanted"] if given else _wanted(config)
        _check_wanted(self._wanted, [CONFORMING, *(fault.name for fault in self._faults)])
        config.args[:] = []
        self._reported: dict[str, list[str]] = {}
        self._requests = 0
        self._started = time.perf_counter()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker of pytest-xdist what the controller knows."""
        node.workerinput["checkout_self_test"] = {
            "seed": self._seed,
            "effort": str(self._effort),
            "contract": str(self._contract.path),
            "wanted": list(self._wanted),
        }

    def pytest_report_header(self) -> str:
        """Say what is tested."""
        return (
            f"checkout: self-test of the contract {self._contract.name}, {len(self._faults)} faults, seed {self._seed}"
        )

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Put the self-test in the place of what the session collects by itself."""
        report = yield
        if isinstance(collector, pytest.Session):
            report.result = [
                SelfTests.of(collector, self._contract, self._faults, seed=self._seed, effort=self._effort)
            ]
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep what was asked for by an argument or an area."""
        areas = self._settings.areas
        kept = [
            item
            for item in items
            if (not self._wanted or any(_names(argument, item.nodeid) for argument in self._wanted))
            and (not areas or item.name == CONFORMING or item.name.partition(".")[0] in areas)
        ]
        if len(kept) < len(items):
            config.hook.pytest_deselected(items=[item for item in items if item not in kept])
            items[:] = kept

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, TestReport, TestReport]:
        """Put what the suite said of a mock on pytest's report, which travels to the controller."""
        report = yield
        outcome = item.stash.get(outcome_key, None)
        if report.when == "call" and outcome is not None:
            report.checkout_self_test = {  # type: ignore[attr-defined]
                "name": item.name,
                "broken": list(outcome.broken),
                "requests": outcome.requests,
            }
        return report

    def pytest_runtest_logreport(self, report: TestReport) -> None:
        """On the controller, take in what was said."""
        plain = getattr(report, "checkout_self_test", None)
        if plain is not None:
            self._reported[plain["name"]] = plain["broken"]
            self._requests += plain["requests"]

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say which rules are caught, which are not, and which have no fault."""
        if not self._reported:
            return
        known = tuple(claims(self._contract, AREAS).values())
        shown = (self._contract, known, self._faults, self._reported)
        terminalreporter.section("checkout self-test")
        planted = len(self._reported.keys() - {CONFORMING})
        seconds = time.perf_counter() - self._started
        for line in (
            "",
            f"contract  {self._contract.name}",
            f"seed      {self._seed}",
            f"planted   {planted} of {len(self._faults)} faults, {self._requests:,} requests in {seconds:.0f} s",
            "",
            *lines(rules(*shown), others(*shown)),
        ):
            terminalreporter.write_line(line)


def _wanted(config: pytest.Config) -> list[str]:
    """The arguments that select faults.

    Raises:
        UsageProblem: an argument is a path, or selects nothing.
    """
    given = [str(each) for each in config.args] if config.args_source is pytest.Config.ArgsSource.ARGS else []
    for argument in given:
        if not argument.startswith(PREFIX):
            raise UsageProblem(
                f"--checkout-self-test tests the suite and takes no paths; {argument!r} is one. Select faults with "
                f"{PREFIX}::AREA or -k."
            )
    return given


def _check_wanted(wanted: Sequence[str], names: Sequence[str]) -> None:
    """Refuse an argument that selects nothing.

    Raises:
        UsageProblem: with what comes near.
    """
    ids = [f"{PREFIX}::{name}" for name in names]
    for argument in wanted:
        if not any(_names(argument, id) for id in ids):
            near = difflib.get_close_matches(argument, ids, n=3, cutoff=0.4)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise UsageProblem(f"{argument} names nothing of the self-test.{hint}")


def _names(argument: str, id: str) -> bool:
    """Whether an argument is an item's id, or the beginning of it up to a mark."""
    if argument.rstrip(":") == PREFIX:
        return True
    return id == argument or id.startswith(tuple(f"{argument}{mark}" for mark in "./["))
