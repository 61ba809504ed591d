"""Requests that are sent at the same time, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_checkout.checks.races import not_made
from pytest_checkout.errors import Inapplicable
from pytest_checkout.example import Step, Trace
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.scenarios.updates import minimal
from pytest_checkout.strategies.bodies import a_value, compatible

ROUNDS, QUICK_ROUNDS = 4, 2
AT_ONCE = 5


def _race(walk: Walk, bodies: Sequence[dict[str, Any]], group: int) -> None:
    """Send bodies together; those that were answered with a conflict count as not made and are sent again."""
    steps = [Step(part="update", body=item, group=group) for item in bodies]
    for step, exchange in zip(steps, walk.take_together(steps), strict=True):
        if not_made(exchange):
            walk.update(step.body, read=False)
    walk.read()


def rounds(ground: Ground) -> range:
    """The numbers of the rounds, from 1."""
    return range(1, ground.effort.times(ROUNDS, quick=QUICK_ROUNDS) + 1)


def fields(ground: Ground) -> Sequence[Trace]:
    """Updates of different fields."""
    contract = ground.contract
    names = [name for name in compatible(contract, list(contract.fields)) if contract.fields[name].kind != "image"]
    walk = minimal(ground, name="different fields at the same time", read=False)
    for group in rounds(ground):
        chosen = [names[(group + place) % len(names)] for place in range(min(AT_ONCE, len(names)))]
        _race(walk, [{name: a_value(contract.fields[name], group)} for name in chosen], group)
    return [walk.trace]


def metadata(ground: Ground) -> Sequence[Trace]:
    """Updates of different metadata keys."""
    traces = []
    for field in ground.contract.of_kind("metadata"):
        if not field.merges:
            continue
        walk = minimal(ground, turn=1, name="different metadata keys at the same time", read=False)
        for group in rounds(ground):
            _race(walk, [{field.name: {f"k{place}": f"round {group}"}} for place in range(AT_ONCE)], group)
        traces.append(walk.trace)
    if not traces:
        raise Inapplicable("the contract has no metadata that merges")
    return traces


def same_field(ground: Ground) -> Sequence[Trace]:
    """Updates of the same field with different values."""
    contract = ground.contract
    field = next((item for item in contract.of_kind("text", "url")), None)
    if field is None:
        return []
    walk = minimal(ground, turn=1, name="the same field at the same time", read=False)
    for group in list(rounds(ground))[::2]:
        values = [f"{'-'.join([word] * 4)}-{group}" for word in ("kilo", "lima", "mike", "nova")]
        if field.kind == "url":
            values = [f"https://example.com/{value}" for value in values]
        _race(walk, [{field.name: value} for value in values], group)
    return [walk.trace]
