"""Requests that are sent at the same time, each on a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from pytest_checkout.checks.races import not_made
from pytest_checkout.contract.model import Field
from pytest_checkout.errors import Inapplicable
from pytest_checkout.example import ImageValue, Step, Trace
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.scenarios.images import Sized, first_taken, small, ways
from pytest_checkout.scenarios.updates import create_smallest, minimal
from pytest_checkout.strategies.bodies import compatible, holding

ROUNDS, QUICK_ROUNDS = 4, 2
#: A picture that others are sent beside takes so long to come, and they follow it so much later.
PICTURE_S, BEHIND_S = 0.06, 0.02
#: The last of the others is held back so long: what it wrote is lost where all of them write back what they read before.
LAST_S = 0.002
SPARE_ROUNDS = 4
AT_ONCE = 5


def _races(
    walk: Walk, rounds: int, bodies: Callable[[int], Sequence[dict[str, Any]]], *, sessions: Sequence[str] = "A"
) -> None:
    """Run rounds of bodies that are sent together; a round that a rate limit took apart is run again, with others.

    Every other round is dealt out to all of these sessions. A picture is given time to be asked for before the others.
    """
    met = 0
    for group in range(1, rounds + SPARE_ROUNDS + 1):
        met += _race(walk, bodies(group), group, sessions=sessions if group % 2 == 0 else "A")
        if met == rounds:
            return


def _race(walk: Walk, bodies: Sequence[dict[str, Any]], group: int, *, sessions: Sequence[str]) -> bool:
    """Send bodies together; whether at least two of them met.

    Those that were answered with a conflict count as not made and are sent again.
    """
    slow = any(_slow(body) for body in bodies)
    steps = [
        Step(
            part="update",
            session=sessions[place % len(sessions)],
            body=body,
            group=group,
            after_s=(BEHIND_S if slow and not _slow(body) else 0.0) + (LAST_S if body is bodies[-1] else 0.0),
        )
        for place, body in enumerate(bodies)
    ]
    exchanges = walk.take_together(steps)
    for step, exchange in zip(steps, exchanges, strict=True):
        if not_made(exchange):
            walk.update(step.body, session=step.session, read=False)
    for session in sessions:
        walk.read(session)
    return sum(not exchange.deferred for exchange in exchanges) > 1


def _slow(body: dict[str, Any]) -> bool:
    return any(isinstance(value, ImageValue) and value.delay_s for value in body.values())


def _rounds(ground: Ground) -> int:
    return ground.effort.times(ROUNDS, quick=QUICK_ROUNDS)


def fields(ground: Ground) -> Sequence[Trace]:
    """Updates of different fields, in every other round of two sessions."""
    contract = ground.contract
    names = [name for name in compatible(contract, list(contract.fields)) if contract.fields[name].kind != "image"]
    walk = minimal(ground, name="different fields at the same time", read=False)

    def bodies(group: int) -> Sequence[dict[str, Any]]:
        return _one_each([contract.fields[name] for name in names], group, most=AT_ONCE, word=f"{group}")

    sessions = "AB" if ground.existing is None else "A"
    for session in sessions[1:]:
        create_smallest(walk, session=session)
    _races(walk, _rounds(ground), bodies, sessions=sessions)
    return [walk.trace]


def beside_a_picture(ground: Ground) -> Sequence[Trace]:
    """Updates of other fields while a picture is looked at, which takes an API its time."""
    contract = ground.contract
    traces = []
    for field in contract.of_kind("image"):
        walk = minimal(ground, turn=1, name="a picture at the same time as other fields", read=False)
        way = first_taken(walk, ways(contract, field))
        walk.read()
        if way is not None:
            others = [name for name in compatible(contract, [field.name, *contract.fields]) if name != field.name]
            _races(walk, _rounds(ground) // 2, partial(_around, way, [contract.fields[name] for name in others]))
            traces.append(walk.trace)
    return traces


def _around(way: Sized, others: Sequence[Field], group: int) -> Sequence[dict[str, Any]]:
    picture = replace(small(way, group), delay_s=PICTURE_S)
    return [{way.field: picture}, *_one_each(others, group, most=AT_ONCE - 1, word=f"beside-{group}")]


def _one_each(fields: Sequence[Field], group: int, *, most: int, word: str) -> Sequence[dict[str, Any]]:
    """A body for each of so many fields at the most, from another one on in each group.

    Values are short and plain, so that a mistake with other values does not show here.
    """
    chosen = [fields[(group + place) % len(fields)] for place in range(min(most, len(fields)))]
    return [{field.name: holding(field, f"{field.name.replace('_', '-')}/{word}", group)} for field in chosen]


def _of_pairs(name: str, group: int) -> Sequence[dict[str, Any]]:
    return [{name: {f"k{place}": f"round {group}"}} for place in range(AT_ONCE)]


def metadata(ground: Ground) -> Sequence[Trace]:
    """Updates of different metadata keys."""
    traces = []
    for field in ground.contract.of_kind("metadata"):
        if not field.merges:
            continue
        walk = minimal(ground, turn=1, name="different metadata keys at the same time", read=False)
        _races(walk, _rounds(ground), partial(_of_pairs, field.name))
        traces.append(walk.trace)
    if not traces:
        raise Inapplicable("the contract has no metadata that merges")
    return traces


def same_field(ground: Ground) -> Sequence[Trace]:
    """Updates of the same fields with different values, which are more at once than a small pool of connections serves."""
    contract = ground.contract
    names = compatible(contract, [field.name for field in contract.of_kind("text", "url")])
    if not names:
        return []
    walk = minimal(ground, turn=1, name="the same fields at the same time", read=False)
    words = _WORDS[: ground.effort.times(len(_WORDS), quick=4)]

    def bodies(group: int) -> Sequence[dict[str, Any]]:
        texts = [f"{'-'.join([word] * 4)}-{group}" for word in words]
        return [{name: holding(contract.fields[name], text) for name in names} for text in texts]

    _races(walk, max(1, _rounds(ground) // ROUNDS), bodies)
    return [walk.trace]


_WORDS = ("kilo", "lima", "mike", "nova", "oslo", "papa", "quiz", "romeo")
