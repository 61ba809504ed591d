"""The page as a whole: one file that loads nothing, and reads without its script."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from importlib.resources import files

from markupsafe import Markup

from pytest_checkout.report.html.broken import broken_behaviour
from pytest_checkout.report.html.elements import copy_button, element, joined, linked
from pytest_checkout.report.html.figures import coverage_tables, latency_plots
from pytest_checkout.report.html.matrix import anchor, legend, matrix, symbol
from pytest_checkout.report.markdown import verdict_line
from pytest_checkout.report.terminal import held_on
from pytest_checkout.verdict import OUTCOMES, Outcome, RunSummary, Verdict

_TITLES: dict[Outcome, str] = {
    "untried": "Untried",
    "observed": "Observed",
    "held": "Held",
    "inapplicable": "Inapplicable",
    "not run": "Not run",
}


def html_report(summary: RunSummary, verdicts: Sequence[Verdict]) -> str:
    """The whole report as one HTML document without outside assets.

    Args:
        summary: what is said of the whole run.
        verdicts: in the order of collection.
    """
    style, script = _asset("style.css"), _asset("script.js")
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    line = verdict_line(verdicts)
    head = element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        Markup('<meta http-equiv="Content-Security-Policy" content="{}">').format(policy),
        element("title", f"Checkout conformance: {line}"),
        element("style", Markup(style)),  # noqa: S704 - a file of the package
    )
    broken = [verdict for verdict in verdicts if verdict.verdict == "broken"]
    body = element(
        "body",
        element("header", _heading(line, verdicts), _facts(summary)),
        element(
            "main",
            element("section", element("h2", "All behaviours"), legend(verdicts), matrix(verdicts), class_="all"),
            _filters(verdicts),
            element("section", element("h2", "Broken"), [broken_behaviour(each) for each in broken], id="broken")
            if broken
            else "",
            [_folded(outcome, verdicts) for outcome in _TITLES],
            latency_plots(summary.latencies),
            coverage_tables(summary.coverage),
        ),
        element("footer", summary.tool),
        element("script", Markup(script)),  # noqa: S704 - a file of the package
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _asset(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _heading(line: str, verdicts: Sequence[Verdict]) -> Markup:
    counts = Counter(verdict.verdict for verdict in verdicts)
    state = "broken" if counts["broken"] else "held" if counts["held"] else "none"
    said = line[:1].upper() + line[1:]
    return joined(element("p", "Checkout conformance", class_="kicker"), element("h1", said, class_=f"verdict {state}"))


def _facts(summary: RunSummary) -> Markup:
    facts = [
        ("Target", summary.target),
        ("Contract", summary.contract),
        ("Versions", ", ".join(summary.versions)),
        ("Seed", str(summary.seed)),
        ("Started", summary.started),
        ("Duration", f"{summary.duration_s:.1f} s"),
        ("Requests", f"{summary.requests:,}"),
    ]
    rows = [
        element(
            "div",
            element("dt", name),
            element("dd", element("span", value, class_="value"), copy_button(name.lower(), text=value)),
        )
        for name, value in facts
        if value
    ]
    notes = [element("p", note, class_="note") for note in summary.notes]
    return joined(element("dl", rows, class_="facts"), notes)


def _filters(verdicts: Sequence[Verdict]) -> Markup:
    groups = (
        ("verdict", [outcome for outcome in OUTCOMES if any(each.verdict == outcome for each in verdicts)]),
        ("level", list(dict.fromkeys(each.level for each in verdicts))),
        ("area", list(dict.fromkeys(each.area for each in verdicts))),
    )
    made = [
        element(
            "fieldset",
            element("legend", name.capitalize()),
            [
                element(
                    "label",
                    Markup('<input type="checkbox" checked data-filter="{}" value="{}">').format(name, value),
                    f" {value}",
                )
                for value in values
            ],
        )
        for name, values in groups
        if values
    ]
    return element("form", element("h2", "Show"), made, class_="filters", aria_label="filters")


def _folded(outcome: Outcome, verdicts: Sequence[Verdict]) -> Markup:
    chosen = [verdict for verdict in verdicts if verdict.verdict == outcome]
    if not chosen:
        return Markup("")
    rows = [
        element(
            "tr",
            element("th", element("span", symbol(each), class_="mark", aria_hidden="true"), f" {each.id}", scope="row"),
            element("td", each.level, class_="level"),
            element("td", each.statement, element("p", linked(each.source), class_="source")),
            element(
                "td", held_on(each) if outcome == "held" else each.reason, [_remark(text) for text in each.remarks]
            ),
            id=anchor(each),
            class_=f"behaviour {outcome.replace(' ', '-')}",
            data_verdict=each.verdict,
            data_level=each.level,
            data_area=each.area,
        )
        for each in chosen
    ]
    columns = ("behaviour", "level", "what should hold", "on what" if outcome == "held" else "what became of it")
    head = element("thead", element("tr", [element("th", name, scope="col") for name in columns]))
    red = any(each.red for each in chosen)
    table = element(
        "div",
        element("table", head, element("tbody", rows)),
        class_="scroll",
        tabindex=0,
        role="region",
        aria_label=f"{outcome} behaviours",
    )
    return element(
        "details",
        element("summary", element("h2", f"{_TITLES[outcome]} ({len(chosen)})")),
        table,
        open=red,
        class_="folded",
    )


def _remark(text: str) -> Markup:
    return element("p", text, class_="source")
