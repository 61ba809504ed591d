"""Filters by verdict, level and area; they show where the page's script runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from pytest_checkout.report.html.elements import element
from pytest_checkout.verdict import OUTCOMES, Verdict


def filters(verdicts: Sequence[Verdict]) -> Markup:
    """A box for each verdict, level and area that there is."""
    groups = (
        ("verdict", [outcome for outcome in OUTCOMES if any(each.verdict == outcome for each in verdicts)]),
        ("level", list(dict.fromkeys(each.level for each in verdicts))),
        ("area", list(dict.fromkeys(each.area for each in verdicts))),
    )
    made = [_group(name, values) for name, values in groups if values]
    shown = element("p", f"{len(verdicts)} of {len(verdicts)} behaviours shown", class_="shown", role="status")
    return element("form", element("h2", "Show"), made, shown, class_="filters", aria_label="filters")


def _group(name: str, values: Iterable[str]) -> Markup:
    boxes = [
        element(
            "label",
            Markup('<input type="checkbox" checked autocomplete="off" data-filter="{}" value="{}">').format(
                name, value
            ),
            f" {value}",
        )
        for value in values
    ]
    every = [
        element(
            "button", word, type="button", class_="every", data_every=name, data_on=on, aria_label=f"{word}: {name}"
        )
        for word, on in (("all", "yes"), ("none", "no"))
    ]
    return element(
        "fieldset", element("legend", name.capitalize()), element("div", boxes, class_="boxes"), element("div", every)
    )
