"""One run inside one pytest process: the hooks that are registered when there is something to judge.

On the controller (or the only process) it holds the :class:`Run`; in a worker of pytest-xdist it is given what the
controller found, and sends verdicts and findings back on the reports.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from _pytest.reports import TestReport

from pytest_checkout import load_contract
from pytest_checkout.again import again
from pytest_checkout.collection import areas, claim_key, in_suite, parametrize, prepare, select, taken_out
from pytest_checkout.errors import (
    ApiGone,
    CheckoutError,
    ContractError,
    Inapplicable,
    ReportProblem,
    SetupProblem,
    TimeSpent,
    Untried,
    UsageProblem,
)
from pytest_checkout.judging import BrokenBehaviour, Claim, Judge, verdict_of
from pytest_checkout.options import AREAS, Settings
from pytest_checkout.safety import off_when_live
from pytest_checkout.verdict import Verdict

NOT_RUN = "checkout: the suite does NOT run, as paths were given; add checkout:: to run it beside them"
verdict_key = pytest.StashKey[Verdict]()


class Plugin:
    """The hooks of a run, and what the fixtures ask for."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.config = config
        self.settings = settings
        self.worker: dict[str, Any] | None = getattr(config, "workerinput", {}).get("checkout")
        try:
            if self.worker:
                self.contract = load_contract(self.worker["contract"], sound=[self.worker["sound"]])
            else:
                self.contract = load_contract(settings.contract)
        except ContractError as problem:
            raise pytest.UsageError(str(problem)) from None
        self.run: Any = None
        self.bench: Any = None
        self._benches: dict[str, Any] = {}
        #: Those whose sessions the run does not clean up: its end is not heard of, or they are another API's.
        self._own_benches: list[Any] = []
        self._cleans_up = False
        self._wanted: list[str] = []
        self._runs_suite = False
        self._items: list[pytest.Item] = []
        self._universal: list[pytest.Item] = []
        self._nothing_else = False
        self._requests_before = 0
        self._again_before = 0
        self._missing_suite = False
        self._problem = ""
        self._told: set[str] = set()
        self._baseline: Any = None

    # ---- before collection

    def configure(self) -> None:
        """Take the suite's arguments out of pytest's, check report paths, and start the run's servers."""
        self._cleans_up = True
        arguments, self._wanted = taken_out([str(each) for each in self.config.args])
        if self.worker is not None:
            self._wanted, self._runs_suite = self.worker["wanted"], self.worker["suite"]
            if self.worker["baseline"] is not None:
                from pytest_checkout.baseline import Baseline

                self._baseline = Baseline.from_dict(self.worker["baseline"])
            self.config.args[:] = arguments
            return
        paths_given = self.config.args_source is pytest.Config.ArgsSource.ARGS
        self._runs_suite = bool(self._wanted) or not paths_given
        self._missing_suite = not self._runs_suite
        self.config.args[:] = arguments
        workers = len(getattr(self.config.option, "tx", None) or [])
        if self.settings.sessions and workers > len(self.settings.sessions):
            raise UsageProblem(
                f"{workers} workers need {workers} sessions at least, as two on one session would see each other's updates: "
                f"name more with --checkout-session, or take -n {len(self.settings.sessions)}."
            )
        from pytest_checkout.report.writers import check_writable
        from pytest_checkout.run import Run

        for path in self.settings.reports:
            check_writable(path)
        self.run = Run(self.settings, self.contract, serves=not self.config.getoption("collectonly"))
        self.run.again = self._again()
        self._baseline = self.run.baseline

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Probe the API before anything is judged, and before workers are started."""
        if self.run is None or self.config.getoption("collectonly") or not self._runs_suite:
            return
        try:
            self.run.probe()
        except SetupProblem as problem:
            self._give_up()
            raise pytest.UsageError(_plain(str(problem))) from None
        except KeyboardInterrupt:
            self._give_up()
            raise

    def _give_up(self) -> None:
        """End a run whose session does not even start: no later hook would clean up behind the probe."""
        self.run.clean_up()
        self.run.stop()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give a worker of pytest-xdist what the controller knows."""
        found = self.run.found
        node.workerinput["checkout"] = {
            "contract": str(self.contract.path),
            "sound": self.contract.digest,
            "wanted": self._wanted,
            "suite": self._runs_suite,
            "target": self.run.target_of_worker(_place(node), node.workerinput["workercount"]).as_dict(),
            "found": found.as_dict() if found is not None else None,
            "level": self.settings.level,
            "strict": self.settings.strict,
            "areas": list(self.settings.areas),
            "baseline": self._baseline.as_dict() if self._baseline is not None else None,
        }

    def pytest_report_header(self) -> list[str]:
        """Say what is judged, and the seed."""
        if self.run is None:
            return []
        lines = [f"checkout: {self.run.target.base_url}, contract {self.contract.name}, seed {self.settings.seed}"]
        if self._missing_suite:
            lines.append(NOT_RUN)
        return lines

    # ---- collection

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Put the suite's areas behind what the session collects by itself."""
        report = yield
        if isinstance(collector, pytest.Session) and self._runs_suite:
            report.result = [*(report.result or []), *areas(collector)]
        return report

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make an item for each field, carrier or version."""
        if in_suite(metafunc.definition):
            parametrize(metafunc, self.contract)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Give items their claims, and keep those that were asked for."""
        prepare(items, self.contract)
        suite = [item for item in items if in_suite(item)]
        if self.run is not None:
            self.run.claims = {item.stash[claim_key].id: (item.stash[claim_key], item.nodeid) for item in suite}
        self._all = [(vars(item.stash[claim_key]), item.nodeid) for item in suite]
        chosen = self.worker["areas"] if self.worker is not None else self.settings.areas
        try:
            kept, dropped = select(items, self._wanted, chosen)
        except UsageProblem as problem:
            if self.worker is None:
                raise pytest.UsageError(str(problem)) from None
            # An error in a worker would be an internal error of pytest-xdist's: the controller raises it.
            self._problem = str(problem)
            kept, dropped = [], list(items)
        if self._live():
            kept, off = _parted(kept, areas=tuple(chosen))
            dropped = [*dropped, *off]
        if dropped:
            config.hook.pytest_deselected(items=dropped)
            items[:] = kept

    def _live(self) -> bool:
        target = self.worker["target"] if self.worker is not None else None
        return bool(target["live"]) if target is not None else self.run is not None and self.run.target.live

    # First, as a worker tells the controller at this hook which items it has.
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Keep the universal statements for the end; with workers, for the controller."""
        self._universal = [item for item in session.items if _is_universal(item)]
        if self.config.getoption("collectonly"):
            return
        session.items[:] = [item for item in session.items if not _is_universal(item)]
        self._items = [item for item in session.items if in_suite(item)]
        self._nothing_else = bool(self._universal) and not session.items
        if self.worker is None:
            session.items += self._universal
        if self.run is not None and self._runs_suite and not self.config.getoption("collectonly"):
            numprocesses = getattr(self.config.option, "numprocesses", None)
            if not numprocesses and not any(in_suite(item) for item in session.items):
                self._nothing_collected(session)

    def _nothing_collected(self, session: pytest.Session) -> None:
        if not session.items:
            self.run.notes.append("A target was given, and no behaviour was selected: nothing was judged.")

    # ---- running

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Turn what a behaviour's function raises into an outcome of pytest's, and keep the verdict."""
        if not in_suite(item):
            return (yield)
        claim = item.stash[claim_key]
        before = self.bench.client.requests if self.bench is not None else 0
        problem: Exception | None = None
        try:
            yield
        except (BrokenBehaviour, Untried, Inapplicable) as caught:
            problem = caught
        except CheckoutError as caught:
            problem = Untried(str(caught))
        except Exception as defect:  # noqa: BLE001 - our own mistake costs one behaviour and a line, not the run
            problem = Untried(_defect(defect))
        judge = item.funcargs.get("checkout_judge") if hasattr(item, "funcargs") else None
        if problem is not None:
            verdict = verdict_of(claim, problem)
        else:
            found: Verdict | None = judge.verdict if judge is not None else item.stash.get(verdict_key, None)
            verdict = found or claim.verdict("untried", reason="nothing was judged", red=True)
        spent = self.bench.client.requests - before if self.bench is not None else 0
        verdict = self._weighed(verdict.but(node_ids=(item.nodeid,), requests=spent, red=self._red(verdict)))
        item.stash[verdict_key] = verdict
        item.user_properties += _properties(verdict)
        self._end(verdict, for_all=isinstance(problem, ApiGone | TimeSpent))

    def _red(self, verdict: Verdict) -> bool:
        level = self.worker["level"] if self.worker is not None else self.settings.level
        strict = self.worker["strict"] if self.worker is not None else self.settings.strict
        if verdict.verdict == "untried":
            return (verdict.red or strict) and (verdict.level == "must" or level == "should")
        return verdict.verdict == "broken" and (verdict.level == "must" or level == "should")

    def _weighed(self, verdict: Verdict) -> Verdict:
        """The verdict in the light of the baseline."""
        return self._baseline.weigh(verdict) if self._baseline is not None else verdict

    def _end(self, verdict: Verdict, *, for_all: bool = False) -> None:
        """Raise what makes the verdict an outcome of pytest's; what ends the run ``for_all`` is told once."""
        from pytest_checkout.report.terminal import failure_text

        if verdict.verdict == "broken":
            text = failure_text(verdict, again=self._again())
            if verdict.expected:
                pytest.xfail(f"in the baseline: {_plain(verdict.expected)}")
            if not verdict.red:
                pytest.xfail(f"below --checkout-level: {_plain(verdict.reason)}")
            raise pytest.fail.Exception(text, pytrace=False)
        if verdict.verdict == "held" and verdict.red:
            raise pytest.fail.Exception(failure_text(verdict), pytrace=False)
        if verdict.verdict == "untried":
            if verdict.red and verdict.reason not in self._told:
                self._told |= {verdict.reason} if for_all else set()
                raise pytest.fail.Exception(failure_text(verdict), pytrace=False)
            pytest.skip(f"untried: {_plain(verdict.reason)}")
        if verdict.verdict == "inapplicable":
            pytest.skip(f"inapplicable: {_plain(verdict.reason)}")

    def _again(self) -> str:
        """The command that runs an item again, when its node id is put behind it."""
        seed = self.worker["target"]["seed"] if self.worker is not None else self.settings.seed
        return again(self.settings, seed=seed)

    def report_on(self, item: pytest.Item, report: TestReport) -> None:
        """Put an item's verdict, and the findings since the last report, on pytest's report."""
        plain: dict[str, Any] = {}
        if report.when == "call" and (verdict := item.stash.get(verdict_key, None)) is not None:
            plain["verdict"] = verdict.as_dict()
        elif not in_suite(item) and (mark := item.get_closest_marker("checkout")) is not None:
            verdict = _users_own(item, mark, report)
            if verdict is not None:
                plain["verdict"] = verdict.but(reason=self._redacted(verdict.reason)).as_dict()
        if report.when == "teardown" or plain:
            plain.update(self._spent())
        if plain:
            report.checkout = plain  # type: ignore[attr-defined]
            if self.run is not None and not hasattr(self.config, "workerinput") and not self._with_workers():
                self._take(plain)

    def _redacted(self, text: str) -> str:
        """A text of a user's own test without the keys that it may have printed."""
        for bench in (self.bench, *self._benches.values()):
            if bench is not None:
                text = bench.client.redacted(text)
        return text

    def _with_workers(self) -> bool:
        return bool(getattr(self.config.option, "numprocesses", None))

    def _spent(self) -> dict[str, Any]:
        """What was found, sent and created since the last call."""
        findings: dict[str, Any] = {}
        requests, again, sessions = 0, 0, []
        exercised: list[Any] = []
        elapsed: dict[str, list[float]] = {}
        benches = [each for each in (self.bench, *self._benches.values()) if each is not None]
        for bench in benches:
            for name, figures in bench.witness.take().items():
                if name not in findings:
                    findings[name] = figures
                else:
                    old = findings[name]
                    findings[name] = {key: old[key] + figures[key] for key in old}
            requests += bench.client.requests
            again += bench.client.sent_again
            if bench not in self._own_benches:
                sessions += [vars(each) for each in bench.witness.take_sessions()]
            exercised += bench.witness.take_exercised()
            for role, seconds in bench.witness.take_elapsed().items():
                elapsed.setdefault(role, []).extend(round(each, 6) for each in seconds)
        spent, repeated = requests - self._requests_before, again - self._again_before
        self._requests_before, self._again_before = requests, again
        return {
            "findings": findings,
            "requests": spent,
            "sent_again": repeated,
            "sessions": sessions,
            "exercised": exercised,
            "elapsed": elapsed,
            "unrecorded": next((bench.unrecorded for bench in benches if bench.unrecorded), ""),
        }

    def _take(self, plain: dict[str, Any]) -> None:
        if "verdict" in plain:
            self.run.add_verdict(plain["verdict"])
        if "findings" in plain:
            self.run.add_findings(plain["findings"])
            self.run.requests += plain["requests"]
            self.run.sent_again += plain["sent_again"]
            self.run.add_sessions(plain["sessions"])
            self.run.add_figures(plain["exercised"], plain["elapsed"])
            self.run.unrecorded = self.run.unrecorded or plain["unrecorded"]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: TestReport) -> None:
        """On the controller, take in what workers report."""
        plain = getattr(report, "checkout", None)
        if plain is not None and self.run is not None and self._with_workers():
            self._take(plain)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """On the controller, learn from a worker which behaviours there are."""
        output = getattr(node, "workeroutput", {}).get("checkout")
        if output is None:
            return
        self.run.claims = {plain["id"]: (Claim(**plain), node_id) for plain, node_id in output["claims"]}
        self.run.universal = output["universal"]
        self._nothing_else = output["nothing_else"]
        self._problem = self._problem or output["problem"]
        self._take(output)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[Any]:
        """With workers, judge the universal statements when all of them are done."""
        result = yield
        if self._problem and self.worker is None:
            raise pytest.UsageError(self._problem)
        if self.run is not None and self._with_workers() and not session.shouldstop:
            self._send_for(self.run.universal)
            for node_id in self.run.universal:
                self._judge_on_controller(node_id)
        return result

    def _send_for(self, universal: list[str]) -> None:
        """Send what the whole suite sends, where universal statements are all that was selected; once."""
        if not self._nothing_else:
            return
        self._nothing_else = False
        from pytest_checkout.whole_suite import scenarios, send

        asked = {claim.id for claim, node_id in self.run.claims.values() if node_id in universal}
        bench = self.suite_bench()
        chosen = tuple(self.settings.areas)
        wanted = scenarios(self.contract, AREAS, off=lambda node_id: self._live() and off_when_live(node_id, chosen))

        def seen() -> bool:
            self._take(self._spent())
            return bool(asked <= self.run.contradicted())

        send(bench.store, wanted, until=seen)
        self._take(self._spent())

    def _judge_on_controller(self, node_id: str) -> None:
        claim = next(claim for claim, other in self.run.claims.values() if other == node_id)
        verdict = self._weighed(self.run.universal_verdict(claim, node_id))
        outcome, text = "passed", None
        try:
            self._end(verdict)
        except (pytest.skip.Exception, pytest.xfail.Exception) as skipped:
            outcome, text = "skipped", skipped.msg
        except pytest.fail.Exception as failed:  # which an expected failure is, too
            outcome, text = "failed", failed.msg
        self.run.add_verdict(verdict.as_dict())
        location = (node_id.partition("::")[0], None, node_id)
        longrepr: Any = text if outcome != "skipped" else (node_id, 0, f"Skipped: {text}")
        extra: dict[str, Any] = {"wasxfail": text} if outcome == "skipped" and verdict.verdict == "broken" else {}
        for when in ("setup", "call", "teardown"):
            call = when == "call"
            report = TestReport(
                nodeid=node_id,
                location=location,
                keywords={"checkout": 1},
                outcome=outcome if call else "passed",  # type: ignore[arg-type]
                longrepr=longrepr if call else None,
                when=when,
                user_properties=_properties(verdict),
                **(extra if call else {}),
            )
            self.config.hook.pytest_runtest_logreport(report=report)

    # ---- the end

    # Inside the terminal's wrapper, which tells what was written here; behind pytest-xdist's hook, after which no worker
    # creates sessions any more; and in any case, also when a second Ctrl-C interrupts that one.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Iterator[None]:
        """In a worker, send the rest to the controller; on the controller, clean up and write the reports."""
        try:
            return (yield)
        finally:
            self._finish(session, exitstatus)

    def _finish(self, session: pytest.Session, exitstatus: int) -> None:
        if self.worker is not None:
            self.config.workeroutput["checkout"] = {  # type: ignore[attr-defined]
                "claims": getattr(self, "_all", []),
                "universal": [item.nodeid for item in self._universal],
                "nothing_else": self._nothing_else,
                "problem": self._problem,
                **self._spent(),
            }
            return
        if self.run is None or self.config.getoption("collectonly"):
            return
        if not self._with_workers():
            self._take(self._spent())  # an interrupted item has no report
        self.run.clean_up()
        if int(exitstatus) != pytest.ExitCode.USAGE_ERROR:
            self._write_reports(session, int(exitstatus))

    def _write_reports(self, session: pytest.Session, exitstatus: int) -> None:
        if self._runs_suite:
            self.run.claim_all()
        verdicts = self.run.verdicts()
        judged = any(verdict.verdict != "not run" for verdict in verdicts)
        if self._runs_suite and not judged and exitstatus in (0, 5):
            self.run.notes.append("No behaviour was judged: nothing of the suite was selected.")
            session.exitstatus = exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        for write in self._writers(verdicts, int(exitstatus)):
            problem = _problem_of(write)
            if problem:
                self.run.notes.append(problem)
                session.exitstatus = pytest.ExitCode.TESTS_FAILED if int(exitstatus) == 0 else exitstatus

    def _writers(self, verdicts: list[Verdict], exit_status: int) -> Iterator[Callable[[], None]]:
        """What is to be written at the end, each as a function."""
        from pytest_checkout.report.github import append_summary

        yield self.run.update_baseline
        if self._runs_suite:
            yield lambda: append_summary(self.run.summary(exit_status), verdicts, os.environ)
        for path in self.settings.reports:
            yield partial(self.run.write_report, path, exit_status)

    def pytest_terminal_summary(self, terminalreporter: Any, exitstatus: int) -> None:
        """Say which behaviours are broken."""
        if self.run is None or self.config.getoption("collectonly"):
            return
        if self._missing_suite:
            terminalreporter.write_line(NOT_RUN)
        if not self._runs_suite:
            return
        if int(exitstatus) == pytest.ExitCode.USAGE_ERROR:
            return
        from pytest_checkout.report.terminal import lines

        writer = terminalreporter._tw  # noqa: SLF001 - the only way to its width
        terminalreporter.section("checkout conformance")
        for line in lines(
            self.run.summary(int(exitstatus)),
            self.run.verdicts(),
            width=writer.fullwidth,
            colour=writer.hasmarkup,
            verbose=self.config.get_verbosity() > 0,
            again=self._again(),
        ):
            terminalreporter.write_line(line)
        from pytest_checkout.report.github import error_lines

        for line in error_lines(self.run.verdicts(), os.environ):
            terminalreporter.write_line(line)

    def stop(self) -> None:
        """Stop what was started."""
        for bench in (self.bench, *self._benches.values()):
            if bench is not None:
                bench.close()
        if self.run is not None:
            self.run.stop()

    # ---- what the fixtures ask for

    def suite_bench(self) -> Any:
        """The bench of the suite's items."""
        if self.bench is None:
            from pytest_checkout.bench import Bench
            from pytest_checkout.ground import Found
            from pytest_checkout.target import Target

            if self.worker is not None:
                from pytest_checkout.planning import planned

                target = Target.from_dict(self.worker["target"])
                found = Found.from_dict(self.worker["found"])
                plan = planned(self._items, self.contract)
                self.bench = Bench(self.contract, target, found, planned=plan)
            else:
                self.bench = Bench(self.contract, self.run.target, self.run.found)
        return self.bench

    def fixture_target(self) -> Any:
        """The target for a user's own tests, or ``None``."""
        from pytest_checkout.target import Target

        if self.worker is not None:
            return Target.from_dict(self.worker["target"])
        if self.run is None and (self.settings.base_url or self.settings.mock):
            from pytest_checkout.run import Run

            try:
                self.run = Run(self.settings, self.contract)
            except CheckoutError as problem:
                pytest.fail(str(problem), pytrace=False)
        return self.run.target if self.run is not None else None

    def bench_for(self, base_url: str) -> Any:
        """A bench for a user's own tests, for an address that a fixture may have overridden."""
        if base_url not in self._benches:
            from dataclasses import replace

            from pytest_checkout.bench import Bench
            from pytest_checkout.credentials import Keys
            from pytest_checkout.target import Target

            target = self.fixture_target()
            if target is None:
                target = Target.asked_for(self.settings, base_url=base_url, keys=Keys.of(os.environ))
            self._check_safe(base_url, target.keys)
            own = not self._cleans_up or base_url != target.base_url
            bench = Bench(self.contract, replace(target, base_url=base_url), None, journal=not own)
            self._benches[base_url] = bench
            self._own_benches += [bench] if own else []
        return self._benches[base_url]

    def close_bench(self, base_url: str) -> None:
        """Deactivate what a user's own tests created, where the run does not do it, and close the bench."""
        bench = self._benches[base_url]
        sessions = bench.witness.take_sessions() if bench in self._own_benches else []
        bench.close()
        if not sessions:
            return
        from pytest_checkout.cleanup import clean_up

        done, problem, _ = clean_up(self.contract, bench.target, sessions)
        if problem:
            left = sum(not each for each in done.values())
            said = f"checkout: {left} of {len(done)} sessions of these tests are left as they are: {problem}"
            warnings.warn(pytest.PytestWarning(said), stacklevel=1)

    def _check_safe(self, base_url: str, keys: Any) -> None:
        from pytest_checkout.safety import check_keys, check_transport

        try:
            check_transport(base_url, allow_http=self.settings.allow_http, named="checkout_base_url")
            check_keys(self.contract, keys, allow_live=self.settings.allow_live)
        except UsageProblem as problem:
            pytest.fail(str(problem), pytrace=False)

    @pytest.fixture
    def checkout_judge(self, request: pytest.FixtureRequest) -> Judge:
        """Judges the behaviour of one of the suite's functions."""
        bench = self.suite_bench()
        return Judge(
            claim=request.node.stash[claim_key], ground=bench.store.ground, store=bench.store, setup=bench.target.setup
        )

    @pytest.fixture
    def checkout_universal(self, request: pytest.FixtureRequest) -> Any:
        """Judges a universal statement from the findings of the whole run."""

        def judge() -> None:
            item = request.node
            self._send_for([each.nodeid for each in self._universal])
            self._take(self._spent())
            item.stash[verdict_key] = self.run.universal_verdict(item.stash[claim_key], item.nodeid)

        return judge


def _properties(verdict: Verdict) -> list[tuple[str, object]]:
    """What JUnit files hold of a verdict, as properties of its test case."""
    names = ("id", "level", "statement", "source", "verdict")
    return [(f"checkout_{name}", str(getattr(verdict, name))) for name in names]


def _place(node: Any) -> int:
    """The number of a worker of pytest-xdist: gw3 is the third after the first."""
    digits = "".join(character for character in str(node.gateway.id) if character.isdigit())
    return int(digits or 0)


def _problem_of(write: Callable[[], None]) -> str:
    """Write something, and say what went wrong: no defect in writing may hide the verdicts."""
    try:
        write()
    except ReportProblem as problem:
        return str(problem)
    except Exception as problem:  # noqa: BLE001 - see above
        return f"a report could not be written: {problem!r}"
    return ""


def _is_universal(item: pytest.Item) -> bool:
    return in_suite(item) and any(mark.kwargs.get("universal") for mark in item.iter_markers("checkout"))


def _parted(items: list[pytest.Item], *, areas: tuple[str, ...]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Items to run with live keys, and those that stay off."""
    off = [item for item in items if in_suite(item) and off_when_live(item.nodeid, areas)]
    return [item for item in items if item not in off], off


def _users_own(item: pytest.Item, mark: pytest.Mark, report: TestReport) -> Verdict | None:
    """The verdict on a behaviour that a user's test stands for."""
    name = mark.args[0] if mark.args else mark.kwargs.get("id", item.nodeid)
    outcome = {"passed": "held", "failed": "broken", "skipped": "untried"}[report.outcome]
    expected = getattr(report, "wasxfail", None)
    if expected is not None and report.outcome == "skipped":
        return _own_claim(item, mark, str(name)).verdict(
            "broken",
            reason=_plain(report.longreprtext)[:500],
            node_ids=(item.nodeid,),
            judged=1,
            expected=expected or "xfail",
        )
    if report.when != "call" and report.outcome == "passed":
        return None
    claim = _own_claim(item, mark, str(name))
    reason = "" if report.outcome == "passed" else _plain(report.longreprtext)[:500]
    if report.when != "call" and report.outcome == "failed":
        outcome, reason = "untried", reason or "its set-up failed"
    return claim.verdict(outcome, reason=reason, node_ids=(item.nodeid,), red=report.outcome == "failed", judged=1)


def _own_claim(item: pytest.Item, mark: pytest.Mark, name: str) -> Claim:
    return Claim(
        id=name,
        area=str(mark.kwargs.get("area") or name.partition(".")[0]),
        level=str(mark.kwargs.get("level", "should")),
        statement=" ".join((getattr(getattr(item, "function", None), "__doc__", None) or item.name).split()),
        source=str(mark.kwargs.get("source", Path(str(item.path)).name)),
    )


def _defect(error: Exception) -> str:
    """What to say of a mistake of this package's own."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" ({Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno})" if place is not None else ""
    return (
        f"a defect of pytest-checkout, not of the API: {type(error).__name__}: {_plain(str(error))[:300]}{where}. Please "
        "report it with the seed and the node id."
    )


def _plain(text: str) -> str:
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)
