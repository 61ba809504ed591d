"""The verdicts as SARIF 2.1.0, which code-scanning tools read: a broken behaviour points at a line of the contract.

See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from pytest_checkout.report.text import shown
from pytest_checkout.verdict import RunSummary, Verdict

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LONGEST = 1_000


def sarif_report(summary: RunSummary, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The whole report as JSON-ready data.

    Args:
        summary: what is said of the whole run.
        verdicts: in the order of collection; each is a rule, and each broken one a result.
    """
    name, _, version = summary.tool.partition(" ")
    driver: dict[str, Any] = {"name": name, "rules": [_rule(verdict) for verdict in verdicts]}
    if version:
        driver["version"] = version
    results = [_result(verdict, place) for place, verdict in enumerate(verdicts) if verdict.verdict == "broken"]
    invocation = {
        "executionSuccessful": not any(verdict.verdict == "untried" and verdict.red for verdict in verdicts),
        "startTimeUtc": summary.started.replace("+00:00", "Z"),
        "exitCode": summary.exit_status,
        "toolExecutionNotifications": [{"message": {"text": shown(note, _LONGEST)}} for note in summary.notes],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "results": results,
        "columnKind": "unicodeCodePoints",
        "properties": {"target": summary.target, "contract": summary.contract, "seed": summary.seed},
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(verdict: Verdict) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": verdict.id,
        "shortDescription": {"text": verdict.statement},
        "defaultConfiguration": {"level": _level(verdict.level)},
        "properties": {"area": verdict.area, "level": verdict.level},
    }
    found = re.search(r"https?://[^\s)]+", verdict.source)
    if found is not None:
        rule["helpUri"] = found[0]
    return rule


def _result(verdict: Verdict, place: int) -> dict[str, Any]:
    evidence = verdict.evidence
    said = f"wanted {evidence.wanted}; got {evidence.got}" if evidence is not None else verdict.reason
    boundary = f" ({evidence.boundary})" if evidence is not None and evidence.boundary else ""
    result: dict[str, Any] = {
        "ruleId": verdict.id,
        "ruleIndex": place,
        "level": _level(verdict.level),
        "message": {"text": f"{verdict.statement} {shown(said, _LONGEST)}{shown(boundary, _LONGEST)}"},
        "partialFingerprints": {"behaviour/v1": verdict.id},
        "properties": {"frequency": verdict.frequency, "nodeIds": list(verdict.node_ids), "red": verdict.red},
    }
    file, _, line = verdict.location.rpartition(":")
    if file and line.isdigit():
        physical = {"artifactLocation": {"uri": quote(file)}, "region": {"startLine": int(line)}}
        result["locations"] = [{"physicalLocation": physical}]
    return result


def _level(level: str) -> str:
    return {"must": "error", "should": "warning"}.get(level, "note")
