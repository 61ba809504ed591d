"""Plain updates: each field alone, each pair of fields, all together, again and again, and drawn at random."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.effort import Effort
from pytest_checkout.example import AS_EXAMPLE, Step, Trace
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.strategies.bodies import a_value, compatible, groups, holding, other_values, plain_values

#: The turns of the longest value of a field, and of one of the shortest.
LONG, SHORT = 1, 2


def minimal(ground: Ground, *, turn: int = 0, name: str = "", read: bool = True) -> Walk:
    """A walk on a session that was created with the smallest body and, unless told otherwise, read."""
    walk = Walk(ground, version=ground.version(turn), name=name)
    create_smallest(walk)
    if read:
        walk.read()
    return walk


def create_smallest(walk: Walk, *, session: str = "A") -> None:
    """Create a session with the contract's smallest body; with the one that the probe found, where that is refused."""
    create = walk.ground.contract.create
    least = create.examples.get("minimal") if create is not None else None
    if least is None or not walk.offer(least, session=session):
        walk.create(session=session)


def full(ground: Ground, *, turn: int = 0, name: str = "", read: bool = True) -> Walk:
    """A walk on a session that was created with all fields that may stand together and, unless told otherwise, read."""
    walk = Walk(ground, version=ground.version(turn), name=name)
    walk.create()
    if read:
        walk.read()
    return walk


def any_version(ground: Ground, turn: int) -> str:
    """Another version each turn, for what holds under each of them."""
    usable = [version for version in ground.versions if version]
    return usable[turn % len(usable)] if usable else AS_EXAMPLE


def plain_names(contract: Contract) -> list[str]:
    """The fields that need no image host."""
    return [field.name for field in contract.fields.values() if field.kind != "image" and plain_values(field)]


def alone(ground: Ground) -> Sequence[Trace]:
    """Each field alone, on sessions where nothing is set, in the contract's order and in reverse.

    What needs another field to be set shows where that comes later.
    """
    contract = ground.contract
    traces: list[Trace] = []
    names = plain_names(contract)
    for turn, order in enumerate((names, names[::-1])):
        walk = minimal(ground, turn=turn, name="each field alone")
        for name in order:
            walk.update({name: a_value(contract.fields[name], turn)})
        traces.append(walk.trace)
    return traces


#: So many values are sent to one session.
_VALUES_ON_ONE = 25


def values(ground: Ground) -> Sequence[Trace]:
    """Every telling value of every text and URL field, several fields at a time; what is refused is sent again alone."""
    contract = ground.contract
    traces: list[Trace] = []
    names = [field.name for field in contract.of_kind("text", "url", "value") if plain_values(field)]
    for group in groups(contract, names):
        rounds = max(len(plain_values(contract.fields[name])) for name in group)
        for start in range(0, rounds, _VALUES_ON_ONE):
            begin = full if len(traces) % 2 == 0 else minimal
            walk = begin(ground, turn=len(traces), name="telling values")
            for turn in range(start, min(rounds, start + _VALUES_ON_ONE)):
                body = {name: a_value(contract.fields[name], turn + 3 * place) for place, name in enumerate(group)}
                update_or_split(walk, body)
            traces.append(walk.trace)
    return traces


#: After so many values that no field took, the fields are taken to refuse alike.
_ALIKE = 2


def update_or_split(walk: Walk, body: dict[str, Any], *, first: int | None = None, read: bool = True) -> bool:
    """Send a body and, where that is refused, each of its fields alone; whether all of them were refused.

    ``first`` is the place of the field that is tried first: where it is refused, the others are not tried.
    """
    exchange = walk.update(body, read=False)
    if exchange.status == 200 or len(body) < 2:
        if read:
            walk.read()
        return False
    names = list(body)
    taken = 0
    for place, name in enumerate(names[first or 0 :] + names[: first or 0]):
        if walk.update({name: body[name]}, read=False).ok:
            taken += 1
            walk.read()
        elif first is not None and not place:
            return True
    return not taken


_PAIRS_ON_ONE = 20


def pairs(ground: Ground) -> Sequence[Trace]:
    """Each field with each other one that it may stand with, in either order."""
    contract = ground.contract
    traces: list[Trace] = []
    walk: Walk | None = None
    wanted = [pair for pair in combinations(plain_names(contract), 2) if not contract.excluded(set(pair))]
    for turn, pair in enumerate(wanted):
        if turn % _PAIRS_ON_ONE == 0:
            walk = (full if turn else minimal)(ground, turn=turn // _PAIRS_ON_ONE, name="pairs of fields")
        assert walk is not None  # noqa: S101 - turn 0 made it
        order = pair if turn % 2 else tuple(reversed(pair))
        # Different values, as a mistake may give one field the other's.
        body = {name: a_value(contract.fields[name], turn + 3 * place) for place, name in enumerate(order)}
        walk.update(body, read=turn % 2 == 1 or turn == len(wanted) - 1)
        if turn % _PAIRS_ON_ONE == _PAIRS_ON_ONE - 1 or turn == len(wanted) - 1:
            traces.append(walk.trace)
    return traces


def together(ground: Ground) -> Sequence[Trace]:
    """As many fields as may stand together, in the contract's order and in reverse, with equal values and others."""
    contract = ground.contract
    names = plain_names(contract)
    walk = minimal(ground, turn=1, name="all fields together")
    for turn, order in enumerate((names, list(reversed(names)))):
        chosen = compatible(contract, order)
        body = {name: a_value(contract.fields[name], turn + 1 + place) for place, name in enumerate(chosen)}
        walk.update(body)
        # Nearly all: what is kept beside one field may be lost beside many.
        walk.update({name: a_value(contract.fields[name], turn + 3) for name in chosen[1:]})
    texts = [name for name in compatible(contract, names) if contract.fields[name].kind == "text"]
    if texts:
        walk.update({name: a_value(contract.fields[texts[0]], 0) for name in texts})
        walk.update({name: a_value(contract.fields[texts[0]], 0) for name in texts})
    return [walk.trace]


def others(ground: Ground) -> Sequence[Trace]:
    """Texts and URLs of the third zone: all fields of a kind at a time, and alone where that is refused."""
    contract = ground.contract
    traces = []
    for kind in ("text", "url"):
        fields = [field.name for field in contract.fields.values() if field.kind == kind]
        taken = [compatible(contract, fields)] if fields else []
        left = [name for name in fields if taken and name not in taken[0]]
        for group in [*taken, *groups(contract, left)]:
            traces += _others_of(ground, group, turn=int(kind == "url"))
    return [*traces, *_drawn_others(ground)]


def _drawn_others(ground: Ground) -> Iterator[Trace]:
    """Texts of any characters, in all text fields at a time: for the random search of a thorough run."""
    from hypothesis import strategies as st

    from pytest_checkout.search.draw import draw

    names = compatible(ground.contract, [field.name for field in ground.contract.of_kind("text")])
    bodies = st.fixed_dictionaries({name: st.text(min_size=1, max_size=80) for name in names})
    count = ground.effort.times(10) if ground.effort is Effort.THOROUGH else 0
    for turn, row in enumerate(draw(st.lists(bodies, min_size=5, max_size=10), count=count, seed=ground.seed)):
        walk = (full if turn % 2 else minimal)(ground, turn=turn, name="drawn texts")
        for body in row:
            update_or_split(walk, body)
        yield walk.trace


#: The turns of a walk after which another field is updated, by which outer spaces, markup and others may get lost.
_BESIDE_OTHERS = (2, 10)


#: What JSON may spell as it is, or as escapes, of which one character needs two.
ASTRAL = "escaped \u00e9 \u7d50 \U0001f389 \U00020bb7"


def _others_of(ground: Ground, group: Sequence[str], *, turn: int) -> list[Trace]:
    contract = ground.contract
    offered = {name: other_values(contract.fields[name]) for name in group}
    alike = 0
    aside = [field.name for field in contract.of_kind("metadata")][:1]
    walk = (full if turn else minimal)(ground, turn=turn, name="values to keep or refuse")
    for place in range(max(len(values) for values in offered.values())):
        body = {name: values[place] for name, values in offered.items() if place < len(values)}
        alike += update_or_split(walk, body, first=place % len(body) if alike >= _ALIKE else None)
        if place in _BESIDE_OTHERS:
            walk.update({name: {"beside": f"value {place}"} for name in aside})
    if not turn:
        walk.update(dict.fromkeys(group, ASTRAL), escaped=True)
    return [walk.trace]


def repeated(ground: Ground) -> Sequence[Trace]:
    """The same update twice, and two different ones in a row, each read only where it matters."""
    contract = ground.contract
    traces = []
    for turn, group in enumerate(groups(contract, plain_names(contract))):
        walk = full(ground, turn=turn, name="the same update twice")
        body = {name: a_value(contract.fields[name], 4 + turn) for name in group}
        walk.update(body)
        walk.update(body)
        for name in group[:1]:
            walk.update({name: a_value(contract.fields[name], 6)})
            walk.update({name: a_value(contract.fields[name], 6)})
        # What was sent before, and is no longer held; under another version than it is read under.
        walk.update(body, version=any_version(ground, turn + 1))
        traces.append(walk.trace)
    return traces


#: Texts that follow each other, each of which differs from the last in a trifle.
_TOLD_APART = (
    "Told/Apart",
    "told/apart",
    "told%2Fapart",
    "told/apart/",
    "told/apart/by-what-comes-at-the-end?a=1#b",
    "told/apart/by-what-comes-at-the-end?a=1#c",
    "told/apart/by-what-comes-at-the-end?a=2#c",
)


def in_a_row(ground: Ground) -> Sequence[Trace]:
    """Updates that follow each other without a reading in between, and then a reading."""
    contract = ground.contract
    walk = full(ground, turn=1, name="updates in a row")
    for name in plain_names(contract):
        field = contract.fields[name]
        first, second = (
            ({"order": "first"}, {"order": "second"})
            if field.kind == "metadata"
            else (a_value(field, LONG), a_value(field, SHORT))
        )
        walk.update({name: first}, read=False)
        walk.update({name: second})
    walk.update(
        {name: a_value(contract.fields[name], SHORT) for name in compatible(contract, plain_names(contract))},
        read=False,
    )
    walk.update({name: a_value(contract.fields[name], LONG) for name in compatible(contract, plain_names(contract))})
    for group in groups(contract, plain_names(contract)):
        names = compatible(contract, [*group, *plain_names(contract)])
        for place, text in enumerate(_TOLD_APART, 1):
            body = {name: holding(contract.fields[name], text) for name in names}
            walk.update(body, read=place in (2, 3, len(_TOLD_APART)))
    return [walk.trace]


def beside_another(ground: Ground) -> Sequence[Trace]:
    """Sessions of which one is updated in every field while the others are read; then the youngest is closed."""
    contract = ground.contract
    traces = []
    for turn in range(2):
        walk = Walk(ground, version=ground.version(turn), name="a session beside another")
        neighbours = ("B",) if turn else ("B", "C")
        for session in ("B", "A", "C")[: 1 + len(neighbours)]:
            if turn:
                create_smallest(walk, session=session)
            else:
                walk.create(session=session)
        for session in neighbours:
            walk.read(session)
        for step, group in enumerate(groups(contract, plain_names(contract))):
            body = {name: a_value(contract.fields[name], turn + step + 1) for name in group}
            # No other scenario sends this pair: what neighbours share must show as new.
            pairs = {name: {"neighbour": f"turn {turn}"} for name in group if contract.fields[name].kind == "metadata"}
            walk.update({**body, **pairs}, read=False)
            if step == 0 and turn == 0:
                walk.read("B")
        for name in plain_names(contract) if turn else ():
            walk.update({name: a_value(contract.fields[name], 9)}, read=False)
        for session in neighbours:
            walk.read(session)
        if "C" in neighbours and "deactivate" in contract.operations and ground.existing is None:
            _close_the_youngest(walk)
        traces.append(walk.trace)
    return traces


def _close_the_youngest(walk: Walk) -> None:
    """Deactivate session C, and see that A and B are as they were and are updated as ever."""
    contract = walk.ground.contract
    walk.read("A")
    walk.take(Step(part="deactivate", session="C"))
    for session in "AB":
        walk.read(session)
    names = compatible(contract, plain_names(contract))
    walk.update({name: a_value(contract.fields[name], 9) for name in names}, read=False)


def nothing(ground: Ground) -> Sequence[Trace]:
    """An update that names no field."""
    contract = ground.contract
    traces = []
    for turn, start in enumerate((full, minimal)):
        walk = start(ground, turn=turn, name="an empty update")
        if not turn:
            # What an API may take the session back to is then no longer what it holds.
            for group in groups(contract, plain_names(contract)):
                walk.update({name: a_value(contract.fields[name], 3) for name in group})
        walk.update({})
        if not turn:
            walk.update({})
        traces.append(walk.trace)
    return traces


def fixed_named(ground: Ground) -> Sequence[Trace]:
    """Updates whose body names what an update does not change, alone and beside all that may be changed.

    Where all of them together are refused, each is sent again by itself; on the second session numbers are sent as text.
    """
    contract = ground.contract
    plain = compatible(contract, plain_names(contract))
    traces = []
    for turn, start in enumerate((full, minimal)):
        walk = start(ground, turn=turn, name="read-only fields in the body")
        reading = walk.trace.taken[-1].exchange.value
        held = reading if isinstance(reading, dict) else {}
        others = {name: another(held.get(name), name, as_text=turn > 0) for name in contract.session.fixed}
        beside = {name: a_value(contract.fields[name], turn + 1) for name in plain}
        for around in ({}, beside):
            if walk.update({**others, **around}, read=False).refused:
                for name in list(others)[turn::2]:
                    if walk.update({name: others[name], **around}, read=False).ok:
                        walk.read()
            walk.read()
        traces.append(walk.trace)
    return traces


def another(value: Any, name: str, *, as_text: bool = False) -> Any:
    """Another value than the one that a read-only field of this name has; numbers are text, where that is asked for."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return str(value + 1) if as_text else value + 1
    if name == "status":
        return "paid"
    return f"{str(value or 'x')[:-1]}Q" if value != "USD" else "EUR"


def drawn(ground: Ground) -> Sequence[Trace]:
    """Rows of updates drawn from the contract by Hypothesis."""
    from hypothesis import strategies as st

    from pytest_checkout.search.draw import draw
    from pytest_checkout.strategies import updates

    rows = draw(
        st.lists(updates(ground.contract), min_size=4, max_size=5), count=ground.effort.times(2), seed=ground.seed
    )
    traces = []
    for turn, row in enumerate(rows):
        walk = (full if turn % 2 else minimal)(ground, turn=turn, name="drawn updates")
        for body in row:
            update_or_split(walk, body)
        traces.append(walk.trace)
    return traces


def settled(ground: Ground) -> Sequence[Trace]:
    """Updates that are read until the session shows them."""
    contract = ground.contract
    walk = Walk(ground, version=ground.version(0), settle=True, name="read at once")
    walk.create()
    walk.read()
    for turn, group in enumerate(groups(contract, plain_names(contract))):
        walk.update({name: a_value(contract.fields[name], 10 + turn) for name in group})
    walk.update({name: a_value(contract.fields[name], 12) for name in group})
    return [walk.trace]
