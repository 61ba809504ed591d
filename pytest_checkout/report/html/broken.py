"""A broken behaviour: what should hold, the requests that show it does not, and how to see it happen."""

from __future__ import annotations

from markupsafe import Markup

from pytest_checkout.exchange import ABSENT
from pytest_checkout.report.evidence import word
from pytest_checkout.report.html.elements import code, copy_button, element, joined, linked, pill
from pytest_checkout.report.html.matrix import anchor
from pytest_checkout.report.html.sequence import sequence
from pytest_checkout.report.html.states import States, states
from pytest_checkout.report.text import shown, shown_value
from pytest_checkout.verdict import Evidence, Verdict

_VALUE = 160
_TEXT = 1_500


def broken_behaviour(verdict: Verdict, *, again: str) -> Markup:
    """The article of a broken behaviour.

    Args:
        verdict: a broken one.
        again: the command that runs an item again when its node id is put behind it; empty where it is not known.
    """
    evidence = verdict.evidence
    parts = [
        element("h3", verdict.id, " ", _pills(verdict)),
        element("p", verdict.statement, class_="statement"),
        element("p", linked(verdict.source), class_="source"),
        _outcome(verdict),
    ]
    if evidence is not None:
        found = states(evidence)
        parts += [_sequences(evidence, found), _table(found)]
    parts.append(_again(verdict, again))
    return element(
        "article",
        parts,
        id=anchor(verdict),
        class_="behaviour broken",
        data_verdict=verdict.verdict,
        data_level=verdict.level,
        data_area=verdict.area,
    )


def _pills(verdict: Verdict) -> Markup:
    pills = [pill(verdict.level, verdict.level)]
    if verdict.expected:
        pills.append(pill("known", "known"))
    elif not verdict.red:
        pills.append(pill("does not fail the run", "known"))
    return joined([part for each in pills for part in (each, " ")])


def _outcome(verdict: Verdict) -> Markup:
    evidence = verdict.evidence
    rows = [("got", verdict.reason)]
    if evidence is not None:
        rows = [
            ("wanted", evidence.wanted),
            ("got", evidence.got),
            ("boundary", evidence.boundary),
            ("differs", evidence.difference),
        ]
    rows += [
        ("seen", verdict.frequency),
        ("known", verdict.expected),
        *(("note", remark) for remark in verdict.remarks),
    ]
    made = [
        element("div", element("dt", name), element("dd", shown(text, _TEXT)), class_=name)
        for name, text in rows
        if text
    ]
    return element("dl", made, class_="outcome")


def _sequences(evidence: Evidence, found: States) -> Markup:
    interest = {*found.sent, *found.wrong}
    columns = [
        sequence(
            "What was sent",
            evidence.example,
            beside=evidence.nearest,
            at=evidence.at,
            wrong=sorted(found.wrong),
            interest=interest,
        )
    ]
    if evidence.nearest:
        columns.append(sequence("The nearest that held", evidence.nearest, beside=evidence.example, interest=interest))
    return element("div", columns, class_="columns")


def _table(found: States) -> Markup:
    """The session before and after, where the two can be told: the fields that differ, and those that were sent."""
    if not found.names:
        return Markup("")
    before, after = found.before or {}, found.after or {}
    rows = [
        element(
            "tr",
            element("th", name, scope="row"),
            element("td", code(_text(before.get(name, ABSENT)))),
            element("td", code(" | ".join(map(_text, found.sent.get(name, ()))))),
            element("td", code(_text(after.get(name, ABSENT))), class_="differs" if name in found.wrong else None),
        )
        for name in found.names
    ]
    head = element("tr", [element("th", name, scope="col") for name in ("field", "before", "sent", "after")])
    table = element("table", element("thead", head), element("tbody", rows), class_="states")
    label = "the session before and after"
    region = element("div", table, class_="scroll", tabindex=0, role="region", aria_label=label)
    return joined(element("h4", "The session before and after"), region)


def _text(value: object) -> str:
    return "" if value is ABSENT else shown_value(value, _VALUE)


def _again(verdict: Verdict, again: str) -> Markup:
    evidence = verdict.evidence
    parts = []
    for node_id in verdict.node_ids:
        parts.append(
            element("p", "Node id ", code(node_id), " ", copy_button("the node id", text=node_id), class_="again")
        )
        if again:
            command = f"{again} {word(node_id)}"
            parts.append(
                element(
                    "p", "Run it again ", code(command), " ", copy_button("the command", text=command), class_="again"
                )
            )
    if evidence is not None and evidence.script:
        script = element(
            "div", copy_button("the script", source="pre"), code(evidence.script, lines=True), class_="script"
        )
        parts.append(element("details", element("summary", "A script that shows it"), script))
    return joined(parts)
