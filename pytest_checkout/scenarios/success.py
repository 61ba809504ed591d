"""The fields that exclude each other: together in every state of the session, and each alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.example import AS_EXAMPLE, NO_VERSION, Trace
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.scenarios.updates import LONG, full, minimal
from pytest_checkout.strategies.bodies import a_value

#: The turns of a text that many languages take for false, and of one of a single character.
FALSY, SHORT = 4, 2


def excluded(ground: Ground) -> Sequence[Trace]:
    """For each excluded group: together beside no, one and several other fields, in each state of the session."""
    return [trace for group in ground.contract.exclusive for trace in _group(ground, tuple(sorted(group)))]


def _group(ground: Ground, group: tuple[str, ...]) -> Iterator[Trace]:
    contract = ground.contract
    others = [
        field.name
        for field in contract.fields.values()
        if field.kind != "image" and field.name not in {name for each in contract.exclusive for name in each}
    ]
    for turn, start in enumerate((minimal, full)):
        walk = start(ground, turn=turn, name="fields that exclude each other")
        _refusals(walk, group, others, {}, turn)
        for place, name in enumerate(group):
            held = a_value(contract.fields[name], turn + 2)
            walk.update({name: held})
            _refusals(walk, group, others, {name: held}, turn + place + 1)
        for name in group:
            walk.update({name: a_value(contract.fields[name], turn + 3)})
        yield walk.trace


def _refusals(walk: Walk, group: Sequence[str], others: Sequence[str], held: dict[str, Any], turn: int) -> None:
    contract = walk.ground.contract
    fresh = {name: a_value(contract.fields[name], turn + 5) for name in group}
    beside = {name: a_value(contract.fields[name], turn + 4) for name in others}
    unheld = {name: value for name, value in fresh.items() if name not in held}
    several = dict(list(beside.items())[:2])
    either = dict(reversed(fresh.items())) if turn % 2 else fresh
    bodies = [
        fresh,
        {**dict(reversed(fresh.items())), **dict(list(beside.items())[turn % len(others) :][:1])},
        {**beside, **either},
        {name: a_value(contract.fields[name], SHORT if held else FALSY) for name in group},
    ]
    if held:
        bodies += [{**fresh, **held}, {**held, **unheld, **several}]
    else:
        first, *rest = fresh
        bodies.append({first: fresh[first], **beside, **{name: fresh[name] for name in rest}})
        bodies.append({name: a_value(contract.fields[name], LONG) for name in group})
        bodies += alike(contract, fresh)
        bodies.append({name: str(value).replace("https:", "http:", 1) for name, value in fresh.items()})
    for place, body in enumerate(bodies):
        # The version does not matter, nor that there is none.
        walk.update(body, read=False, version=NO_VERSION if place == turn else AS_EXAMPLE)
    walk.read()


def alike(contract: Contract, fresh: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The same text in all of the group: a URL is a text, too."""
    urls = [value for name, value in fresh.items() if contract.fields[name].kind == "url"]
    if urls and all(contract.fields[name].kind in ("text", "url") for name in fresh):
        yield dict.fromkeys(fresh, urls[0])


def one_empty(ground: Ground) -> Sequence[Trace]:
    """One of the group empty or null: what the API does is observed."""
    contract = ground.contract
    traces = []
    for group in contract.exclusive:
        walk = minimal(ground, name="one of the fields that exclude each other empty")
        for name, empty in [(name, empty) for name in sorted(group) for empty in ("", None)]:
            walk.update({other: empty if other == name else a_value(contract.fields[other]) for other in sorted(group)})
        traces.append(walk.trace)
    return traces


def states(ground: Ground) -> Sequence[Trace]:
    """Each field of a group set alone while the session holds another of it."""
    contract = ground.contract
    traces = []
    for turn, pair in enumerate(combinations(sorted(_grouped(contract)), 2)):
        if not contract.excluded(set(pair)):
            continue
        for start, first in enumerate((pair, tuple(reversed(pair)))):
            # On a new session each is taken while none is held, and the other way round behind that.
            walk = minimal(ground, turn=turn + start, name="one after the other")
            for step, name in enumerate((*first, *reversed(first))):
                walk.update({name: a_value(contract.fields[name], step)})
            traces.append(walk.trace)
    return traces


def _grouped(contract: Contract) -> set[str]:
    return {name for group in contract.exclusive for name in group}
