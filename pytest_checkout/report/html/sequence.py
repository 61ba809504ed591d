"""An example as a sequence of steps: what was sent, what came, and in both the values that make the difference marked."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from pytest_checkout.exchange import ABSENT, Exchange
from pytest_checkout.report.html.elements import code, element, joined
from pytest_checkout.report.html.states import sent_members
from pytest_checkout.report.text import shown, shown_body, shown_value

_BODY = 1_200
_SENT, _SHOWN, _WRONG = 300, 90, 300
_TEXT = 1_500


def sequence(
    title: str,
    exchanges: Sequence[Exchange],
    *,
    beside: Sequence[Exchange] = (),
    at: int = -1,
    wrong: Collection[str] = (),
    interest: Collection[str] = (),
) -> Markup:
    """The steps under a title.

    Args:
        title: what the sequence shows.
        exchanges: the steps.
        beside: the sequence that stands beside this one; what of a request differs from there is marked.
        at: the place of the step that contradicts.
        wrong: the members of its answer that do.
        interest: the members of answers that are worth showing.
    """
    items = [
        _step(
            exchange,
            other=beside[place] if place < len(beside) and beside[place].role == exchange.role else None,
            here=place == at,
            wrong=wrong if place == at else (),
            interest=interest,
        )
        for place, exchange in enumerate(exchanges)
    ]
    return element("div", element("h4", title), element("ol", items, class_="sequence"))


def _step(
    exchange: Exchange, *, other: Exchange | None, here: bool, wrong: Collection[str], interest: Collection[str]
) -> Markup:
    request = exchange.request
    came = exchange.failure or str(exchange.status)
    kind = f"status s{came[:1]}" if came[:1].isdigit() else "status s5"
    session = f" {exchange.session}" if exchange.session else ""
    head = [
        element("strong", f"{exchange.role or request.method}{session}"),
        code(f"{request.method} {shown(request.target, 200)}"),
        element("span", came, class_=kind),
    ]
    contents = [element("p", _spaced(head), class_="line"), *_remarks(exchange, other)]
    contents += _sent(exchange, other)
    contents += _came(exchange, here=here, wrong=wrong, interest=interest)
    return element("li", contents, class_="here" if here else None)


def _spaced(parts: Sequence[Markup]) -> Iterator[Markup | str]:
    for place, part in enumerate(parts):
        yield from ([part] if not place else [" ", part])


def _remarks(exchange: Exchange, other: Exchange | None) -> Iterator[Markup]:
    """What is said of a request besides its body: purpose, credentials, headers."""
    theirs = dict.fromkeys(_said(other)) if other is not None else None
    said = [_marked(shown(text, 160), theirs is not None and text not in theirs) for text in _said(exchange)]
    if said:
        yield element(
            "p",
            [part for place, text in enumerate(said) for part in ((", ", text) if place else (text,))],
            class_="source",
        )


def _said(exchange: Exchange) -> list[str]:
    request = exchange.request
    about = [exchange.purpose] if exchange.purpose else []
    about += [f"with {request.credentials}"] if request.credentials != "secret" else []
    usual = ("content-type", "application/json")
    return about + [f"{name}: {value}" for name, value in request.headers if (name.lower(), value) != usual]


def _sent(exchange: Exchange, other: Exchange | None) -> list[Markup]:
    if exchange.request.body is None:
        return []
    members = sent_members(exchange)
    theirs = sent_members(other) if other is not None else members
    marked = {name for name, value in members.items() if theirs.get(name, ABSENT) != value}
    if not members or (exchange.role == "create" and not marked):
        return [code(shown_body(exchange.request.body, _BODY), class_="body")]
    return [_object(members, list(members), marked)]


def _came(exchange: Exchange, *, here: bool, wrong: Collection[str], interest: Collection[str]) -> list[Markup]:
    """The answer: of a session the members of interest, of a refusal its text."""
    if exchange.response is None or not (here or (interest and exchange.role != "create")):
        return []
    text = shown(exchange.response.body.text, _TEXT)
    value = exchange.value
    if not exchange.ok or not isinstance(value, dict):
        return [code(text, class_="body answer")] if here and text else []
    names = [name for name in value if name in interest or name in wrong]
    names += [name for name in wrong if name not in value]
    made = [_object({**dict.fromkeys(wrong, ABSENT), **value}, names, wrong, answer=True)] if names else []
    if here:
        made.append(element("details", element("summary", "the whole answer"), code(text, class_="body")))
    return made


def _object(
    members: Mapping[str, Any], names: Sequence[str], marked: Collection[str], *, answer: bool = False
) -> Markup:
    """A JSON object, a member a line; members that have no name here are counted."""
    rows = [
        element(
            "span",
            f"{json.dumps(name, ensure_ascii=False)}: ",
            _marked(
                _value(members[name], _SENT if not answer else _WRONG if name in marked else _SHOWN), name in marked
            ),
            class_="member",
        )
        for name in names
    ]
    more = len(members) - len(names)
    rows += [element("span", f"… {more} more", class_="member quiet")] if more else []
    return element("code", rows, class_="body answer" if answer else "body")


def _value(value: Any, limit: int) -> str:
    return "left out" if value is ABSENT else shown_value(value, limit)


def _marked(text: str, mark: bool) -> Markup:  # noqa: FBT001 - the one thing that it decides
    return element("mark", text) if mark else joined(text)
