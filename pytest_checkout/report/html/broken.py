"""A broken behaviour: what should hold, the requests that show it does not, and how to see it happen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from pytest_checkout.exchange import ABSENT, Exchange
from pytest_checkout.report.html.elements import code, copy_button, element, joined, linked
from pytest_checkout.report.html.matrix import anchor
from pytest_checkout.report.text import shown, shown_body
from pytest_checkout.verdict import Evidence, Verdict

_BODY = 1_200
_VALUE = 160
_TEXT = 1_500


def broken_behaviour(verdict: Verdict) -> Markup:
    """The article of a broken behaviour."""
    evidence = verdict.evidence
    mark = "" if verdict.red else " · expected" if verdict.expected else " · does not fail the run"
    parts = [
        element("h3", verdict.id, " ", element("small", f"{verdict.level}{mark}")),
        element("p", verdict.statement, class_="statement"),
        element("p", linked(verdict.source), class_="source"),
        _outcome(verdict),
    ]
    if evidence is not None:
        columns = [_sequence("What was sent", evidence.example, at=evidence.at)]
        if evidence.nearest:
            columns.append(_sequence("The nearest that held", evidence.nearest))
        parts += [element("div", columns, class_="columns"), _states(evidence)]
    parts.append(_again(verdict))
    return element(
        "article",
        parts,
        id=anchor(verdict),
        class_="behaviour broken",
        data_verdict=verdict.verdict,
        data_level=verdict.level,
        data_area=verdict.area,
    )


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
        ("expected", verdict.expected),
        *(("note", remark) for remark in verdict.remarks),
    ]
    made = [
        element("div", element("dt", name), element("dd", shown(text, _TEXT)), class_=name)
        for name, text in rows
        if text
    ]
    return element("dl", made, class_="outcome")


def _sequence(title: str, exchanges: Sequence[Exchange], *, at: int = -1) -> Markup:
    items = [_exchange(exchange, here=place == at) for place, exchange in enumerate(exchanges)]
    return element("div", element("h4", title), element("ol", items, class_="sequence"))


def _exchange(exchange: Exchange, *, here: bool) -> Markup:
    request = exchange.request
    came = exchange.failure or str(exchange.status)
    about = [
        part
        for part in (exchange.purpose, "" if request.credentials == "secret" else f"with {request.credentials}")
        if part
    ]
    headers = [f"{name}: {value}" for name, value in request.headers if name.lower() != "content-type"]
    name = exchange.role or request.method
    line = [
        element("strong", f"{name} {exchange.session}".strip()),
        " ",
        code(f"{request.method} {shown(request.target, 200)}"),
        " → ",
        element("span", came, class_=f"status s{came[:1]}" if came[:1].isdigit() else "status"),
    ]
    contents = [element("p", line)]
    contents += [element("p", shown(", ".join([*about, *headers]), 300), class_="source")] if about or headers else []
    if request.body is not None:
        contents.append(code(shown_body(request.body, _BODY), class_="body"))
    if here and exchange.response is not None:
        answer = code(shown(exchange.response.body.text, _TEXT), class_="body answer")
        contents.append(element("details", element("summary", "the answer"), answer))
    return element("li", contents, class_="here" if here else None)


def _states(evidence: Evidence) -> Markup:
    """The session before and after, where the two can be told: the fields that differ, and those that were sent."""
    before, sent, after = _around(evidence)
    if after is None:
        return Markup("")
    names = [
        name for name in dict.fromkeys([*sent, *(before or {}), *after]) if name in sent or _moved(before, after, name)
    ]
    if not names:
        return Markup("")
    wrong = [name for name in names if name in sent and not _as_sent(sent[name], after.get(name, ABSENT))] or [
        name for name in names if name not in sent
    ]
    rows = [
        element(
            "tr",
            element("th", name, scope="row"),
            element("td", code(_text((before or {}).get(name, ABSENT)))),
            element("td", code(_text(sent.get(name, ABSENT)))),
            element("td", code(_text(after.get(name, ABSENT))), class_="differs" if name in wrong else None),
        )
        for name in names
    ]
    head = element("tr", [element("th", name, scope="col") for name in ("field", "before", "sent", "after")])
    table = element("table", element("thead", head), element("tbody", rows))
    region = element(
        "div", table, class_="scroll", tabindex=0, role="region", aria_label="the session before and after"
    )
    return joined(element("h4", "The session before and after"), region)


def _around(evidence: Evidence) -> tuple[Mapping[str, Any] | None, Mapping[str, Any], Mapping[str, Any] | None]:
    """What a session held before the last update up to the exchange that contradicts, what was sent, and what it held then."""
    example = evidence.example[: evidence.at + 1]
    place = next((index for index in reversed(range(len(example))) if example[index].role == "update"), None)
    if place is None:
        return None, {}, None
    session = example[place].session
    before = next(
        (_state(each) for each in reversed(example[:place]) if each.session == session and _state(each)), None
    )
    shown_later = [_state(each) for each in example[place:] if each.session == session]
    after = next((state for state in reversed(shown_later) if state is not None), None)
    return before, _sent(example[place]), after


def _state(exchange: Exchange) -> Mapping[str, Any] | None:
    value = exchange.value
    return value if exchange.ok and isinstance(value, dict) else None


def _sent(exchange: Exchange) -> Mapping[str, Any]:
    body = exchange.request.body
    if body is None:
        return {}
    try:
        value = json.loads(body.text) if body.whole else (body.recipe or {}).get("json")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _moved(before: Mapping[str, Any] | None, after: Mapping[str, Any], name: str) -> bool:
    return before is not None and before.get(name, ABSENT) != after.get(name, ABSENT)


def _as_sent(value: Any, now: Any) -> bool:
    """Whether a field holds what was sent; metadata may hold other pairs, too."""
    if isinstance(value, dict) and isinstance(now, dict):
        return all(now.get(key, ABSENT) == item for key, item in value.items())
    return bool(now == value)


def _text(value: Any) -> str:
    return "" if value is ABSENT else shown(json.dumps(value, ensure_ascii=False), _VALUE)


def _again(verdict: Verdict) -> Markup:
    evidence = verdict.evidence
    parts = [
        element("p", "Node id ", code(node_id), " ", copy_button("the node id", text=node_id), class_="again")
        for node_id in verdict.node_ids
    ]
    if evidence is not None and evidence.script:
        script = element(
            "div", copy_button("the script", source="pre"), code(evidence.script, lines=True), class_="script"
        )
        parts.append(element("details", element("summary", "A script that shows it"), script))
    return joined(parts)
