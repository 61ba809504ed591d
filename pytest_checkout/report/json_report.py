"""The report as JSON: one object, described by ``report.schema.json`` beside this file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pytest_checkout.verdict import OUTCOMES, RunSummary, Verdict

#: Raised when a reader of the last format could no longer read the new one.
FORMAT = 1


def json_report(summary: RunSummary, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The whole report as JSON-ready data.

    Args:
        summary: what is said of the whole run.
        verdicts: in the order of collection.

    Returns:
        An object that ``report.schema.json`` describes; evidence holds each exchange as data.
    """
    counts = Counter(verdict.verdict for verdict in verdicts)
    return {
        "format": FORMAT,
        "tool": summary.tool,
        "target": summary.target,
        "contract": {"name": summary.contract, "versions": list(summary.versions)},
        "seed": summary.seed,
        "again": summary.again,
        "started": summary.started,
        "duration_s": round(summary.duration_s, 3),
        "requests": summary.requests,
        "exit_status": summary.exit_status,
        "summary": {outcome: counts[outcome] for outcome in OUTCOMES},
        "behaviours": [verdict.as_dict() for verdict in verdicts],
        "notes": list(summary.notes),
        "latency": {role: latency.as_dict() for role, latency in summary.latencies.items()},
        "coverage": {kind: dict(counts) for kind, counts in summary.coverage.items()},
        "sessions": [{"id": id, "deactivated": done} for id, done in summary.sessions.items()],
    }


@lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """The JSON Schema (Draft 2020-12) that every report of this format holds to."""
    import json

    loaded: dict[str, Any] = json.loads((files(__package__) / "report.schema.json").read_text("utf-8"))
    return loaded
