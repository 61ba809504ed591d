"""What a run says at its end: the baseline, the reports and the job's summary as files, and the words on the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from pytest_checkout.errors import ReportProblem
from pytest_checkout.report.github import append_summary, error_lines
from pytest_checkout.report.terminal import lines
from pytest_checkout.verdict import Verdict

if TYPE_CHECKING:
    from pytest_checkout.run import Run


def write_all(run: Run, exit_status: int, *, suite: bool) -> int:
    """Write what was asked for, and give the exit status that follows from that.

    Args:
        run: has the verdicts; what could not be written is one of its notes.
        exit_status: what pytest came to.
        suite: whether the suite was to run.
    """
    if suite:
        run.claim_all()
    verdicts = run.verdicts()
    judged = any(verdict.verdict != "not run" for verdict in verdicts)
    if suite and not judged and exit_status in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        run.notes.append("No behaviour was judged: nothing of the suite was selected.")
        exit_status = int(pytest.ExitCode.NO_TESTS_COLLECTED)
    written = True
    for write in _writers(run, verdicts, exit_status, suite=suite):
        problem = _problem_of(write)
        if problem:
            run.notes.append(problem)  # at once, so that the next report tells it
            written = False
    return exit_status if written or exit_status else int(pytest.ExitCode.TESTS_FAILED)


def _writers(run: Run, verdicts: list[Verdict], exit_status: int, *, suite: bool) -> Iterator[Callable[[], None]]:
    """What is to be written, each as a function."""
    yield run.update_baseline
    if suite:
        yield lambda: append_summary(run.summary(exit_status), verdicts, os.environ)
    for path in run.settings.reports:
        yield partial(run.write_report, path, exit_status)


def _problem_of(write: Callable[[], None]) -> str:
    """Write something, and say what went wrong: no defect in writing may hide the verdicts."""
    try:
        write()
    except ReportProblem as problem:
        return str(problem)
    except Exception as problem:  # noqa: BLE001 - see above
        return f"a report could not be written: {problem!r}"
    return ""


def tell(run: Run, terminal: Any, exit_status: int, *, verbose: bool) -> None:
    """Say on pytest's terminal which behaviours are broken."""
    writer = terminal._tw  # noqa: SLF001 - the only way to its width
    terminal.section("checkout conformance")
    verdicts = run.verdicts()
    section = lines(
        run.summary(exit_status),
        verdicts,
        width=writer.fullwidth,
        colour=writer.hasmarkup,
        verbose=verbose,
        again=run.again,
    )
    for line in (*section, *error_lines(verdicts, os.environ)):
        terminal.write_line(line)
