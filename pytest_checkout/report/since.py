"""What changed between two runs: newly broken, mended, still broken, newly untried."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from pytest_checkout.errors import UsageProblem
from pytest_checkout.report.markdown import code_span, sentence
from pytest_checkout.report.text import shown
from pytest_checkout.verdict import RunSummary, Verdict

_SHOWN = 160


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Behaviours by what became of them from an old run to a new one; each with its verdict in the new one.

    ``gone`` are behaviours that the new run does not have, with their verdict in the old one. ``since`` says which two
    runs these are.
    """

    newly_broken: tuple[Verdict, ...]
    mended: tuple[Verdict, ...]
    still_broken: tuple[Verdict, ...]
    newly_untried: tuple[Verdict, ...]
    gone: tuple[Verdict, ...]
    since: str = ""

    @classmethod
    def between(cls, old: Sequence[Verdict], new: Sequence[Verdict], *, since: str = "") -> Changes:
        """Compare two runs.

        A behaviour that the new run did not judge has not changed. One that is broken now and was not before, or was
        not looked at before, is newly broken: nobody knew of it.
        """
        before = {verdict.id: verdict.verdict for verdict in old}
        ids = {verdict.id for verdict in new}

        def were(now: str, *then: str) -> tuple[Verdict, ...]:
            return tuple(each for each in new if each.verdict == now and before.get(each.id, "") in then)

        return cls(
            newly_broken=were("broken", "", "held", "untried", "observed", "inapplicable", "not run"),
            mended=were("held", "broken"),
            still_broken=were("broken", "broken"),
            newly_untried=were("untried", "", "held", "broken", "observed", "inapplicable"),
            gone=tuple(each for each in old if each.id not in ids and each.verdict != "not run"),
            since=since,
        )

    def groups(self) -> Mapping[str, tuple[Verdict, ...]]:
        """The groups by their titles, the gravest first."""
        names = [item.name for item in fields(self) if item.name != "since"]
        return {name.replace("_", " "): getattr(self, name) for name in names}


def since(old: RunSummary, new: RunSummary) -> str:
    """The two runs in a sentence: when each was, and of what where that differs.

    Raises:
        UsageProblem: the runs were held against two contracts, whose behaviours can't be compared.
    """
    if old.contract != new.contract:
        raise UsageProblem(
            f"the reports are of two contracts, {old.contract!r} and {new.contract!r}; what changed is told of one"
        )
    if old.target == new.target:
        return f"{new.target}: from the run of {old.started} to that of {new.started}"
    return f"from the run of {old.started} ({old.target}) to that of {new.started} ({new.target})"


def as_text(changes: Changes) -> str:
    """The changes for a terminal."""
    lines = [shown(changes.since, 400), ""] if changes.since else []
    lines.append(", ".join(f"{len(group)} {title}" for title, group in changes.groups().items()))
    for title, group in changes.groups().items():
        if group:
            lines += [
                "",
                title.upper(),
                *(f"  {shown(each.id)}  {shown(_said(each), _SHOWN)}".rstrip() for each in group),
            ]
    return "\n".join(lines) + "\n"


def as_markdown(changes: Changes) -> str:
    """The changes for a comment on a pull request."""
    parts = ["## Checkout conformance since the last run"]
    parts += [sentence(changes.since)] if changes.since else []
    parts.append(", ".join(f"{len(group)} {title}" for title, group in changes.groups().items()))
    for title, group in changes.groups().items():
        if group:
            rows = [f"- {code_span(each.id)} ({each.level}): {code_span(shown(_said(each), _SHOWN))}" for each in group]
            parts += [f"### {sentence(title)}", "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def as_json(changes: Changes) -> str:
    """The changes as data: for each group the behaviours' ids, levels, reasons, and what the baseline says of them."""
    plain: dict[str, Any] = {"since": changes.since}
    plain |= {
        title.replace(" ", "_"): [
            {"id": each.id, "level": each.level, "reason": each.reason, "expected": each.expected} for each in group
        ]
        for title, group in changes.groups().items()
    }
    return json.dumps(plain, indent=2) + "\n"


#: The forms in which changes can be printed.
FORMS: Mapping[str, Callable[[Changes], str]] = MappingProxyType(
    {"text": as_text, "json": as_json, "markdown": as_markdown}
)


def _said(verdict: Verdict) -> str:
    said = verdict.reason or verdict.statement
    return f"known ({verdict.expected}): {said}" if verdict.expected else said
