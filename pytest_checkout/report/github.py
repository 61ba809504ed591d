"""What GitHub Actions reads: annotations on the terminal's output, and the job's summary.

See https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pytest_checkout.errors import ReportProblem
from pytest_checkout.report.markdown import markdown_report
from pytest_checkout.report.text import shown
from pytest_checkout.verdict import RunSummary, Verdict

_ESCAPES = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))


def error_lines(verdicts: Sequence[Verdict], environment: Mapping[str, str]) -> list[str]:
    """A line ``::error …`` for each broken behaviour that turns the run red; none outside of GitHub Actions."""
    if environment.get("GITHUB_ACTIONS") != "true":
        return []
    return [_annotation(verdict) for verdict in verdicts if verdict.verdict == "broken" and verdict.red]


def _annotation(verdict: Verdict) -> str:
    said = {"title": f"{verdict.id} ({verdict.level}) is broken", **_place(verdict)}
    properties = ",".join(f"{name}={_property(value)}" for name, value in said.items())
    return f"::error {properties}::{_escaped(f'{verdict.statement} {shown(verdict.reason, 400)}')}"


def _place(verdict: Verdict) -> dict[str, str]:
    """The contract's line, where the contract is a file of the project; GitHub shows the annotation beside it."""
    file, _, line = verdict.location.rpartition(":")
    return {"file": file, "line": line} if file and line.isdigit() and Path(file).is_file() else {}


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _escaped(text: str) -> str:
    for character, escape in _ESCAPES:
        text = text.replace(character, escape)
    return text


def append_summary(summary: RunSummary, verdicts: Sequence[Verdict], environment: Mapping[str, str]) -> None:
    """Append the Markdown report to the file that ``GITHUB_STEP_SUMMARY`` names, where it is set.

    Raises:
        ReportProblem: it could not be written.
    """
    name = environment.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    text = markdown_report(summary, verdicts)
    try:
        with Path(name).open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as problem:
        why = problem.strerror or problem
        raise ReportProblem(f"the job's summary could not be written to GITHUB_STEP_SUMMARY: {why}") from None
