"""Examples that are smaller than another one by one thing, the largest savings first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from pytest_checkout.checks import Broken
from pytest_checkout.example import Example, ImageValue
from pytest_checkout.exchange import ABSENT
from pytest_checkout.perform import Ground

Reduction: TypeAlias = "Callable[[Example, Broken, Ground], Iterator[Example]]"


def _without_readings(example: Example, found: Broken, _ground: Ground) -> Iterator[Example]:
    """Without the readings before the cause, but for the one right before it."""
    reads = {place for place in range(found.cause) if example.steps[place].part == "retrieve"}
    last = max(reads, default=-1)
    if len(reads) > 1:
        yield _without(example, reads - {last})
    if reads:
        yield _without(example, reads)


def _without_steps(example: Example, found: Broken, _ground: Ground) -> Iterator[Example]:
    """Without one of the steps that neither create a session nor are the cause or its evidence."""
    updates = [place for place in range(found.cause) if example.steps[place].part not in ("create", "retrieve")]
    if len(updates) > 3:
        half = len(updates) // 2
        yield _without(example, set(updates[:half]))
        yield _without(example, set(updates[half:]))
    for dropped in range(len(example.steps)):
        step = example.steps[dropped]
        if dropped not in (found.cause, found.index) and step.part != "create" and not step.group:
            yield _without(example, {dropped})


def _without(example: Example, dropped: set[int]) -> Example:
    return example.but(tuple(step for place, step in enumerate(example.steps) if place not in dropped))


def _plain_create(example: Example, _found: Broken, ground: Ground) -> Iterator[Example]:
    """With sessions that are created with the contract's smallest example."""
    create = ground.contract.create
    least = create.examples.get("minimal") if create is not None else None
    if least is not None and any(step.part == "create" and step.body != least for step in example.steps):
        yield example.but(tuple(step.but(body=least) if step.part == "create" else step for step in example.steps))


def _fewer_fields(example: Example, found: Broken, _ground: Ground) -> Iterator[Example]:
    """Without one field of one update's body, the cause's first."""
    for place in (found.cause, *(place for place in range(found.cause))):
        step = example.steps[place]
        if step.part == "update" and isinstance(step.body, dict) and len(step.body) > 1:
            for name in step.body:
                yield _with_body(example, place, {key: value for key, value in step.body.items() if key != name})


def _plainer_values(example: Example, found: Broken, _ground: Ground) -> Iterator[Example]:
    """With a value of the cause's body made plainer or shorter, wherever it stands in the example."""
    body = example.steps[found.cause].body
    if body is ABSENT or not isinstance(body, dict):
        return
    for name, value in body.items():
        for plainer in _plainer(value):
            yield example.but(
                tuple(
                    step.but(body={**step.body, name: plainer})
                    if isinstance(step.body, dict) and _equal(step.body.get(name), value)
                    else step
                    for step in example.steps
                )
            )


def _equal(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _plainer(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for name in value if len(value) > 1 else ():
            yield {key: item for key, item in value.items() if key != name}
        for name, item in value.items():
            for plainer in _plainer(item):
                yield {**value, name: plainer}
    elif isinstance(value, str) and not isinstance(value, ImageValue):
        yield from _plainer_text(value)


def _plainer_text(text: str) -> Iterator[str]:
    if "://" in text:
        for plain in ("https://example.com/", "https://example.com/a"):
            if len(plain) < len(text):
                yield plain
        return
    if len(text) > 1 and text != "a" * len(text):
        if len(text) > 3:
            yield "abc"
        yield "a" * len(text)
    half = len(text) // 2
    for part in (text[:half], text[half:]):
        if part:
            yield part


def _with_body(example: Example, index: int, body: Any) -> Example:
    steps = list(example.steps)
    steps[index] = steps[index].but(body=body)
    return example.but(tuple(steps))


#: In the order in which they are tried.
PASSES: tuple[Reduction, ...] = (_without_readings, _without_steps, _plain_create, _fewer_fields, _plainer_values)
