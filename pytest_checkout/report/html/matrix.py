"""All behaviours in one picture: a row for each area, a cell for each behaviour, told apart by mark and colour."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup

from pytest_checkout.report.html.elements import element
from pytest_checkout.verdict import OUTCOMES, Outcome, Verdict

#: A mark for each verdict, so that the picture reads without colour.
SYMBOLS: Mapping[Outcome, str] = MappingProxyType(
    {"broken": "✗", "untried": "?", "held": "✓", "observed": "○", "inapplicable": "-", "not run": "·"}
)


def symbol(verdict: Verdict) -> str:
    """The mark of a behaviour's verdict."""
    return SYMBOLS[verdict.verdict]


def anchor(verdict: Verdict) -> str:
    """The name under which a link of the page leads to a behaviour.

    Letters that a link would spell otherwise become hyphens.
    """
    return "b-" + re.sub(r"[^A-Za-z0-9_.-]+", "-", verdict.id).strip("-")


def matrix(verdicts: Sequence[Verdict]) -> Markup:
    """A row for each area, in the order of the report."""
    areas: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        areas.setdefault(verdict.area, []).append(verdict)
    return element("ul", [_row(area, cells) for area, cells in areas.items()], class_="matrix")


def _row(area: str, verdicts: Sequence[Verdict]) -> Markup:
    broken = sum(each.verdict == "broken" for each in verdicts)
    said = f"{broken} of {len(verdicts)} broken" if broken else f"{len(verdicts)}"
    return element(
        "li",
        element("span", area, class_="area"),
        element("span", map(_cell, verdicts), class_="cells"),
        element("span", said, class_="count some" if broken else "count"),
        data_row=True,
    )


def legend(verdicts: Sequence[Verdict]) -> Markup:
    """What the marks stand for, with how many there are of each."""
    counts = Counter(verdict.verdict for verdict in verdicts)
    items = [
        element(
            "li",
            element("span", SYMBOLS[outcome], class_=_class(outcome), aria_hidden="true"),
            f" {counts[outcome]} {outcome}",
        )
        for outcome in OUTCOMES
        if counts[outcome]
    ]
    return element("ul", items, class_="legend")


def _cell(verdict: Verdict) -> Markup:
    said = f"{verdict.id}: {verdict.verdict}"
    return element(
        "a",
        symbol(verdict),
        href=f"#{anchor(verdict)}",
        class_=_class(verdict.verdict),
        title=said,
        aria_label=said,
        data_verdict=verdict.verdict,
        data_level=verdict.level,
        data_area=verdict.area,
    )


def _class(outcome: Outcome) -> str:
    return f"cell {outcome.replace(' ', '-')}"
