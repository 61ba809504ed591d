"""Metadata over several updates of one session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_checkout.contract.model import Field
from pytest_checkout.effort import Effort
from pytest_checkout.errors import Untried
from pytest_checkout.example import Trace
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.scenarios.updates import full, minimal
from pytest_checkout.strategies.bodies import a_value, other_values, plain_values
from pytest_checkout.strategies.pairs import NONE
from pytest_checkout.strategies.texts import mixed
from pytest_checkout.zones import Zone, zone_of_value


def _fields(ground: Ground) -> tuple[Field, ...]:
    return ground.contract.of_kind("metadata")


def merged(ground: Ground) -> Sequence[Trace]:
    """New keys, changed values, keys that are not sent, over a row of updates, alone and beside another field."""
    traces = []
    text = next((field for field in ground.contract.of_kind("text")), None)
    for field in _fields(ground):
        for turn, start in enumerate((minimal, full)):
            walk = start(ground, turn=turn, name="metadata over several updates")
            for step, pairs in enumerate(rows(turn)):
                sent = {field.name: _taken(field, pairs)}
                if not sent[field.name]:
                    continue
                beside = {text.name: a_value(text, step)} if text is not None and step % 3 == 2 else {}
                walk.update({**sent, **beside})
                if step == 1 and text is not None:
                    walk.update({text.name: a_value(text, 3)})
            if turn:
                walk.update({field.name: named_like_fields(ground, field)})
            traces.append(walk.trace)
        if ground.existing is None:  # it fills a session
            traces.append(many(ground, field))
        traces.append(telling(ground, field))
    return traces


def rows(turn: int = 0) -> list[dict[str, str]]:
    """Updates of metadata that follow each other; in an odd turn fewer, and the last first."""
    made = [
        {"alpha": "one"},
        {"beta": "two", "gamma": "three"},
        {"alpha": "changed"},
        {"alpha": "changed,again", "delta": "four"},
        {"gamma": "three"},
        {"beta": "x", "alpha": "y", "epsilon": "z"},
        {"epsilon": "z", "zeta": "equal", "eta": "equal"},
        {"zeta": "Equal"},
        {"Alpha9": "one", "a": "b", "b": "a", "same": "same"},
        {"answer": "no", "switch": "on"},
        {"2026": "year", "7": "digits alone"},
    ]
    return made if not turn else list(reversed(made[:6]))


def _taken(field: Field, pairs: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in pairs.items() if zone_of_value(field, {key: value}).zone is Zone.ACCEPT}


def _most(field: Field) -> int:
    """How many pairs a session is sure to take."""
    return int((field.accept or {}).get("maxProperties", 20))


def many(ground: Ground, field: Field) -> Trace:
    """As many pairs as the API is sure to take, in two updates, one of which changes a key of the other."""
    most = _most(field)
    walk = minimal(ground, turn=1, name="many pairs", read=ground.effort is not Effort.QUICK)
    keys = [f"key{place}" for place in range(most)]
    half = most // 2
    walk.update({field.name: _taken(field, {key: f"value {key} {mixed(180)}" for key in keys[:half]})})
    walk.update({field.name: _taken(field, {key: f"other {key}" for key in keys[half - 2 :]})})
    if ground.effort is not Effort.QUICK:
        walk.update({field.name: _taken(field, {keys[3]: "changed", keys[-1]: "changed"})})
    return walk.trace


def telling(ground: Ground, field: Field) -> Trace:
    """Telling values, a few pairs at a time."""
    walk = full(ground, turn=1, name="telling metadata")
    values = plain_values(field)
    for start in range(0, len(values), 6):
        walk.update({field.name: {key: text for pairs in values[start : start + 6] for key, text in pairs.items()}})
    return walk.trace


def named_like_fields(ground: Ground, field: Field) -> dict[str, Any]:
    """Pairs under the names of the session's own fields, and of what every object has in some language.

    They are half as many as a session is sure to take, as others are there.
    """
    contract = ground.contract
    names = list(dict.fromkeys((*contract.fields, *_OF_EVERY_OBJECT, *contract.session.fields)))
    pairs = _taken(field, {name: f"pair {name}" for name in names})
    return dict(list(pairs.items())[: _most(field) // 2])


_OF_EVERY_OBJECT = ("length", "keys", "items", "get", "class", "self")


def cased(ground: Ground) -> Sequence[Trace]:
    """Keys that differ in letter case only, together and one after the other."""
    traces = []
    for field in _fields(ground):
        walk = minimal(ground, name="keys that differ in letter case")
        walk.update({field.name: {"Key": "first", "key": "second", "KEY": "third"}})
        walk.update({field.name: {"KEY": "fourth"}})
        walk.update({field.name: {"key": "fifth"}})
        for step, key in enumerate(("orderId", "orderid", "ORDERID", "OrderId", "orderId")):
            walk.update({field.name: {key: f"value {step}"}})
        traces.append(walk.trace)
    return traces


def others(ground: Ground) -> Sequence[Trace]:
    """Pairs of the third zone: several at a time, and alone where that is refused; then another field."""
    traces = []
    text = next((field for field in ground.contract.of_kind("text")), None)
    for field in _fields(ground):
        values = other_values(field)
        for start in range(0, len(values), 20):
            walk = (full if start else minimal)(ground, turn=start // 20, name="pairs to keep or refuse")
            for place in range(start, min(start + 20, len(values)), 4):
                _several(walk, field, values[place : place + 4])
            if text is not None:
                walk.update({text.name: a_value(text, start)})
            for over in _OVER_OTHERS if start + 20 >= len(values) else ():
                _several(walk, field, [value for value in over if zone_of_value(field, value).zone is Zone.BETWEEN])
            traces.append(walk.trace)
    return traces


#: Pairs, and then others under the same keys.
_OVER_OTHERS: tuple[tuple[dict[str, Any], ...], ...] = (
    ({"over": " text "}, {"deep": {"a": "x"}}, {"list": ["b", "a"]}, {"digits": "007"}),
    ({"over": ""}, {"deep": {"b": "y"}}, {"list": ["c"]}, {"digits": "7"}),
)


def _several(walk: Walk, field: Field, values: Sequence[dict[str, Any]]) -> None:
    joined = {key: item for value in values for key, item in value.items()}
    if not walk.update({field.name: joined}, read=False).refused:
        walk.read()
        return
    for value in values:
        if not walk.update({field.name: value}, read=False).refused:
            walk.read()


def emptied(ground: Ground) -> Sequence[Trace]:
    """An empty object, alone and beside another field."""
    traces = []
    text = next((field for field in ground.contract.of_kind("text")), None)
    for field in _fields(ground):
        walk = full(ground, name="empty metadata")
        walk.update({field.name: {"kept": "here"}})
        walk.update({field.name: {}})
        if text is not None:
            walk.update({field.name: {}, text.name: a_value(text, 3)})
        traces.append(walk.trace)
    return traces


def untyped(ground: Ground) -> Sequence[Trace]:
    """What is no metadata."""
    traces = []
    for field in _fields(ground):
        walk = full(ground, turn=1, name="what is no metadata")
        walk.update({field.name: {"kept": "here"}})
        for value in NONE:
            walk.update({field.name: value}, read=False)
        walk.read()
        traces.append(walk.trace)
    return traces


def unset(ground: Ground) -> Sequence[Trace]:
    """Ways that an API may have to delete a pair."""
    traces = []
    for field in _fields(ground):
        walk = minimal(ground, name="ways to delete a pair", read=False)
        ways: list[Any] = [{"gone": None}, {"emptied": ""}, {"kept": {"a": None}}, None]
        for sent in ({"gone": "x", "emptied": "z", "kept": "y"}, *ways[: 2 if ground.effort is Effort.QUICK else 4]):
            walk.update({field.name: sent}, read=False)
        traces.append(walk.trace)
    return traces


def limits(ground: Ground) -> Sequence[Trace]:
    """How many pairs and characters are taken."""
    if ground.existing is not None:
        raise Untried("it would fill a session that the run did not create", red=False)
    traces = []
    for field in _fields(ground):
        walk = minimal(ground, turn=1, name="limits of metadata", read=False)
        for count in (51, 101) if ground.effort is not Effort.QUICK else (51,):
            walk.update({field.name: {f"n{place}": "v" for place in range(count)}}, read=False)
        for length in (501, 5001) if ground.effort is not Effort.QUICK else (501,):
            walk.update({field.name: {"long": "v" * length}}, read=False)
        traces.append(walk.trace)
    return traces
