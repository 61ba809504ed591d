"""What is not broken, a table for each verdict, folded away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup

from pytest_checkout.report.html.elements import element, linked, pill
from pytest_checkout.report.html.matrix import anchor, symbol
from pytest_checkout.report.terminal import held_on
from pytest_checkout.verdict import Outcome, Verdict

#: The verdicts that are folded away, in the order of the page.
TITLES: Mapping[Outcome, str] = MappingProxyType(
    {"untried": "Untried", "observed": "Observed", "held": "Held", "inapplicable": "Inapplicable", "not run": "Not run"}
)


def folded(outcome: Outcome, verdicts: Sequence[Verdict]) -> Markup:
    """The behaviours with one verdict; unfolded where one of them turns the run red."""
    chosen = [verdict for verdict in verdicts if verdict.verdict == outcome]
    if not chosen:
        return Markup("")
    columns = ("behaviour", "level", "what should hold", "on what" if outcome == "held" else "what became of it")
    head = element("thead", element("tr", [element("th", name, scope="col") for name in columns]))
    body = element("tbody", [_row(each, outcome) for each in chosen])
    label = f"{outcome} behaviours"
    table = element("div", element("table", head, body), class_="scroll", tabindex=0, role="region", aria_label=label)
    summary = element("summary", element("h2", f"{TITLES[outcome]} ({len(chosen)})"))
    return element("details", summary, table, open=any(each.red for each in chosen), class_="folded")


def _row(verdict: Verdict, outcome: Outcome) -> Markup:
    mark = element("span", symbol(verdict), class_="mark", aria_hidden="true")
    said = held_on(verdict) if outcome == "held" else verdict.reason
    remarks = [element("p", text, class_="stale" if verdict.red else "source") for text in verdict.remarks]
    return element(
        "tr",
        element("th", mark, f" {verdict.id}", scope="row"),
        element("td", pill(verdict.level, verdict.level)),
        element("td", verdict.statement, element("p", linked(verdict.source), class_="source")),
        element("td", said, remarks),
        id=anchor(verdict),
        class_=f"behaviour {outcome.replace(' ', '-')}",
        data_verdict=verdict.verdict,
        data_level=verdict.level,
        data_area=verdict.area,
    )
