"""The verdict on a behaviour that a user's own test stands for, by its marker."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_checkout.judging import Claim
from pytest_checkout.report.text import printable
from pytest_checkout.verdict import Verdict

_OUTCOMES = {"passed": "held", "failed": "broken", "skipped": "untried"}
_LONGEST_REASON = 500


def own_verdict(item: pytest.Item, mark: pytest.Mark, report: pytest.TestReport) -> Verdict | None:
    """The verdict that pytest's report on a marked test stands for; ``None`` where this part of it says nothing."""
    expected = getattr(report, "wasxfail", None)
    text = printable(report.longreprtext)[:_LONGEST_REASON]
    if expected is not None and report.outcome == "skipped":
        return _claim(item, mark).verdict(
            "broken", reason=text, node_ids=(item.nodeid,), judged=1, expected=expected or "xfail"
        )
    if report.when != "call" and report.outcome == "passed":
        return None
    outcome, reason = _OUTCOMES[report.outcome], "" if report.outcome == "passed" else text
    if report.when != "call" and report.outcome == "failed":
        outcome, reason = "untried", reason or "its set-up failed"
    return _claim(item, mark).verdict(
        outcome, reason=reason, node_ids=(item.nodeid,), red=report.outcome == "failed", judged=1
    )


def _claim(item: pytest.Item, mark: pytest.Mark) -> Claim:
    name = str(mark.args[0] if mark.args else mark.kwargs.get("id", item.nodeid))
    return Claim(
        id=name,
        area=str(mark.kwargs.get("area") or name.partition(".")[0]),
        level=str(mark.kwargs.get("level", "should")),
        statement=" ".join((getattr(getattr(item, "function", None), "__doc__", None) or item.name).split()),
        source=str(mark.kwargs.get("source", Path(str(item.path)).name)),
    )
