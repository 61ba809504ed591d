"""The top of the page: what the run came to, against what, and which behaviours are broken."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markupsafe import Markup

from pytest_checkout.report.headline import headline
from pytest_checkout.report.html.elements import copy_button, element, joined, pill
from pytest_checkout.report.html.matrix import anchor
from pytest_checkout.report.text import harmless
from pytest_checkout.verdict import RunSummary, Verdict

_REASON = 120


def heading(summary: RunSummary, verdicts: Sequence[Verdict]) -> Markup:
    """The verdict on the run in words, and its exit status."""
    said = headline(verdicts)
    red = summary.exit_status != 0 or any(verdict.red for verdict in verdicts)
    judged = any(verdict.verdict != "not run" for verdict in verdicts)
    state = "red" if red else "green" if judged else "none"
    line = {"red": "The run is red", "green": "The run is green", "none": "Nothing was judged"}[state]
    return element(
        "div",
        element("p", "Checkout conformance", class_="kicker"),
        element("h1", said[:1].upper() + said[1:]),
        element("p", f"{line}: exit status {summary.exit_status}.", class_="state"),
        class_=f"verdict {state}",
    )


def facts(summary: RunSummary) -> Markup:
    """What was judged, by what and when, each to be copied, and the run's notes."""
    target, _, remark = summary.target.partition(" ")
    listed = [
        ("Target", target, remark),
        ("Contract", summary.contract, ""),
        ("Versions", ", ".join(summary.versions), ""),
        ("Seed", str(summary.seed), ""),
        ("Started", summary.started, ""),
        ("Duration", f"{summary.duration_s:.1f} s", ""),
        ("Requests", f"{summary.requests:,}", ""),
        ("Tool", summary.tool, ""),
    ]
    rows = [
        element(
            "div",
            element("dt", name),
            element(
                "dd",
                element("span", value, class_="value"),
                copy_button(name.lower(), text=value),
                element("small", remark) if remark else "",
            ),
        )
        for name, value, remark in listed
        if value
    ]
    notes = [element("p", note, class_="note") for note in summary.notes]
    return joined(element("dl", rows, class_="facts"), notes)


def broken_at_a_glance(broken: Sequence[Verdict]) -> Markup:
    """A line for each broken behaviour, which leads to its evidence."""
    rows = [
        element(
            "li",
            element("a", each.id, href=f"#{anchor(each)}"),
            element("span", pill(each.level, each.level), " ", pill("known", "known") if each.expected else ""),
            element("span", _cut(harmless(_said(each))), class_="reason"),
            data_verdict=each.verdict,
            data_level=each.level,
            data_area=each.area,
            class_="glance",
        )
        for each in broken
    ]
    return element("section", element("h2", "What is broken"), element("ol", rows, class_="glances"))


def _said(verdict: Verdict) -> str:
    """Why it is broken; of what an API answered where it should have refused, the status is enough here."""
    evidence = verdict.evidence
    if evidence is None:
        return verdict.reason or verdict.statement
    got = re.sub(r"^([23][0-9]{2}) [{\[].*", r"\1 …", evidence.got, flags=re.DOTALL)
    return f"wanted {evidence.wanted}; got {got}"


def _cut(text: str) -> str:
    return text if len(text) <= _REASON else f"{text[: _REASON - 1].rstrip()}…"
