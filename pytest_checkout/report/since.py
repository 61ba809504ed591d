"""What changed between two runs: newly broken, mended, still broken, newly untried."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pytest_checkout.report.markdown import code_span, sentence
from pytest_checkout.report.text import shown
from pytest_checkout.verdict import Verdict

_SHOWN = 160


@dataclass(frozen=True, kw_only=True)
class Changes:
    """Behaviours by what became of them from an old run to a new one; each with its verdict in the new one.

    ``gone`` are behaviours that the new run does not have, with their verdict in the old one.
    """

    newly_broken: tuple[Verdict, ...]
    mended: tuple[Verdict, ...]
    still_broken: tuple[Verdict, ...]
    newly_untried: tuple[Verdict, ...]
    gone: tuple[Verdict, ...]

    @classmethod
    def between(cls, old: Sequence[Verdict], new: Sequence[Verdict]) -> Changes:
        """Compare two runs; a behaviour that one of them did not run tells nothing."""
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
        )

    def groups(self) -> Mapping[str, tuple[Verdict, ...]]:
        """The groups by their titles, the gravest first."""
        return {name.replace("_", " "): group for name, group in vars(self).items()}


def as_text(changes: Changes) -> str:
    """The changes for a terminal."""
    lines = [", ".join(f"{len(group)} {title}" for title, group in changes.groups().items())]
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
    parts.append(", ".join(f"{len(group)} {title}" for title, group in changes.groups().items()))
    for title, group in changes.groups().items():
        if group:
            rows = [f"- {code_span(each.id)} ({each.level}): {code_span(shown(_said(each), _SHOWN))}" for each in group]
            parts += [f"### {sentence(title)}", "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def as_json(changes: Changes) -> str:
    """The changes as data: for each group the behaviours' ids, levels and reasons."""
    plain: dict[str, Any] = {
        title.replace(" ", "_"): [{"id": each.id, "level": each.level, "reason": each.reason} for each in group]
        for title, group in changes.groups().items()
    }
    return json.dumps(plain, indent=2) + "\n"


#: The forms in which changes can be printed.
FORMS: Mapping[str, Callable[[Changes], str]] = MappingProxyType(
    {"text": as_text, "json": as_json, "markdown": as_markdown}
)


def _said(verdict: Verdict) -> str:
    return verdict.reason or verdict.statement
