"""The page as a whole: one file that loads nothing, and reads without its script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib.resources import files

from markupsafe import Markup

from pytest_checkout.report.headline import headline
from pytest_checkout.report.html.broken import broken_behaviour
from pytest_checkout.report.html.elements import element
from pytest_checkout.report.html.figures import coverage_tables, latency_plots
from pytest_checkout.report.html.filters import filters
from pytest_checkout.report.html.folded import TITLES, folded
from pytest_checkout.report.html.matrix import legend, matrix
from pytest_checkout.report.html.overview import broken_at_a_glance, facts, heading
from pytest_checkout.verdict import RunSummary, Verdict


def html_report(summary: RunSummary, verdicts: Sequence[Verdict]) -> str:
    """The whole report as one HTML document without outside assets.

    Args:
        summary: what is said of the whole run.
        verdicts: in the order of collection.
    """
    style, script = _asset("style.css"), _asset("script.js")
    body = element(
        "body",
        element("header", heading(summary, verdicts), facts(summary)),
        element("main", _main(summary, verdicts)),
        element("footer", summary.tool),
        element("script", Markup(script)),  # noqa: S704 - a file of the package
    )
    return f"<!doctype html>\n{element('html', _head(style, script, verdicts), body, lang='en')}\n"


def _head(style: str, script: str, verdicts: Sequence[Verdict]) -> Markup:
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; base-uri 'none'; form-action 'none'"
    return element(
        "head",
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup('<meta name="color-scheme" content="light dark">'),
        Markup('<meta http-equiv="Content-Security-Policy" content="{}">').format(policy),
        element("title", f"Checkout conformance: {headline(verdicts)}"),
        element("style", Markup(style)),  # noqa: S704 - a file of the package
    )


def _main(summary: RunSummary, verdicts: Sequence[Verdict]) -> list[Markup]:
    broken = [verdict for verdict in verdicts if verdict.verdict == "broken"]
    picture = element("section", element("h2", "All behaviours"), legend(verdicts), matrix(verdicts), class_="all")
    evidence = [broken_behaviour(each, again=summary.again) for each in broken]
    return [
        *([broken_at_a_glance(broken)] if broken else []),
        picture,
        filters(verdicts),
        *([element("section", element("h2", "The evidence"), evidence, id="broken")] if broken else []),
        *(folded(outcome, verdicts) for outcome in TITLES),
        latency_plots(summary.latencies),
        coverage_tables(summary.coverage),
    ]


def _asset(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
