"""A JSON report back to a summary and verdicts, and several reports of one run as one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_checkout.errors import UsageProblem
from pytest_checkout.latency import Latency
from pytest_checkout.report.json_report import schema
from pytest_checkout.verdict import OUTCOMES, RunSummary, Verdict

#: From the verdict that outweighs all others to the one that gives way to any.
_WORST = ("broken", "untried", "held", "observed", "inapplicable", "not run")
assert set(_WORST) == set(OUTCOMES)  # noqa: S101 - one list in two orders

Report = tuple[RunSummary, tuple[Verdict, ...]]


def read_report(path: Path) -> Report:
    """Read a JSON report that a run wrote.

    Raises:
        UsageProblem: the file can't be read, or is no report of this format.
    """
    try:
        plain = json.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise UsageProblem(f"{path}: the file can't be read ({problem.strerror or problem})") from None
    except (ValueError, RecursionError) as problem:
        raise UsageProblem(
            f"{path}: this is not JSON ({problem}); wanted a report from --checkout-report=NAME.json"
        ) from None
    _check(path, plain)
    verdicts = tuple(Verdict.from_dict(each) for each in plain["behaviours"])
    return _summary(plain), verdicts


def _check(path: Path, plain: Any) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    error = best_match(Draft202012Validator(schema()).iter_errors(plain))
    if error is None:
        return
    where = "/".join(map(str, error.absolute_path)) or "the whole"
    if isinstance(plain, dict) and isinstance(plain.get("format"), int) and plain["format"] > 1:
        raise UsageProblem(f"{path}: this report has format {plain['format']}, which a newer pytest-checkout wrote")
    raise UsageProblem(f"{path}: this is no report of pytest-checkout ({where}: {error.message[:200]})")


def _summary(plain: Mapping[str, Any]) -> RunSummary:
    return RunSummary(
        tool=plain["tool"],
        target=plain["target"],
        contract=plain["contract"]["name"],
        versions=tuple(plain["contract"]["versions"]),
        seed=plain["seed"],
        started=plain["started"],
        duration_s=plain["duration_s"],
        requests=plain["requests"],
        exit_status=plain["exit_status"],
        notes=tuple(plain["notes"]),
        sessions={each["id"]: each["deactivated"] for each in plain["sessions"]},
        latencies={role: Latency.from_dict(each) for role, each in plain.get("latency", {}).items()},
        coverage=plain.get("coverage", {}),
        again=plain.get("again", ""),
    )


def merged(reports: Sequence[Report]) -> Report:
    """One report of a run that was split over machines; the order of behaviours is that of the first.

    The worst verdict for a behaviour stands, and *not run* gives way to any other. Requests add up, and the longest
    duration stands, as the parts ran side by side.

    Raises:
        UsageProblem: the reports are of different contracts.
    """
    first, *others = [summary for summary, _ in reports]
    for other in others:
        if other.contract != first.contract:
            raise UsageProblem(
                f"the reports are of two contracts, {first.contract!r} and {other.contract!r}; one report is of one contract"
            )
    together: dict[str, Verdict] = {}
    for _, verdicts in reports:
        for verdict in verdicts:
            known = together.get(verdict.id)
            together[verdict.id] = verdict if known is None else worst(known, verdict)
    summary = first
    for other in others:
        summary = _added(summary, other)
    return summary, tuple(together.values())


def worst(one: Verdict, other: Verdict) -> Verdict:
    """The verdict of the two that stands, with the node ids and requests of both, and all that it was judged on."""
    stands = min((one, other), key=lambda each: (_WORST.index(each.verdict), not each.red))
    made = stands.but(
        node_ids=tuple(dict.fromkeys((*one.node_ids, *other.node_ids))),
        requests=one.requests + other.requests,
        judged=one.judged + other.judged,
        zones=_sums(one.zones, other.zones),
    )
    if one.verdict == other.verdict == "held" and one.reason and other.reason:
        return made.but(reason=f"judged on {made.judged} exchanges", red=one.red or other.red)
    return made


def _added(one: RunSummary, other: RunSummary) -> RunSummary:
    latencies = dict(one.latencies)
    for role, latency in other.latencies.items():
        latencies[role] = latencies[role].with_others(latency) if role in latencies else latency
    kinds = dict.fromkeys([*one.coverage, *other.coverage])
    notes = [*one.notes, *other.notes]
    notes += [
        f"the merged reports are of more than one {name}: {getattr(one, name)}, {getattr(other, name)}"
        for name in ("target", "seed")
        if getattr(one, name) != getattr(other, name)
    ]
    return RunSummary(
        tool=one.tool,
        target=one.target,
        contract=one.contract,
        versions=tuple(dict.fromkeys((*one.versions, *other.versions))),
        seed=one.seed,
        started=min(one.started, other.started),
        duration_s=max(one.duration_s, other.duration_s),
        requests=one.requests + other.requests,
        exit_status=_exit_status(one.exit_status, other.exit_status),
        notes=tuple(dict.fromkeys(notes)),
        sessions={**one.sessions, **other.sessions},
        latencies=latencies,
        again=one.again if one.again == other.again else "",
        coverage={kind: _sums(one.coverage.get(kind, {}), other.coverage.get(kind, {})) for kind in kinds},
    )


def _exit_status(one: int, other: int) -> int:
    """The graver of two; that a part of a run had nothing to do says nothing of the whole."""
    nothing_collected = 5
    return max((each for each in (one, other) if each != nothing_collected), default=nothing_collected)


def _sums(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in dict.fromkeys([*one, *other])}
