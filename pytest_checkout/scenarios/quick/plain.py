"""Updates that the API must accept, of few sessions; and the fields that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.example import AS_EXAMPLE, NO_VERSION, Trace
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.scenarios import metadata, success, updates
from pytest_checkout.scenarios.updates import SHORT, create_smallest, full, minimal, plain_names
from pytest_checkout.strategies.bodies import a_value, combined_value, compatible, groups, holding, whole_values

ROUNDS = 5
#: Texts that follow each other, each of which differs from the last in a trifle.
_TOLD_APART = ("Told/Apart?a=1#b", "told/apart?a=1#b", "told%2Fapart?a=1#b", "told%2Fapart?a=1#c")


def plain(ground: Ground) -> Sequence[Trace]:
    """Each field alone; rounds of as many as may stand together; the same again, one behind the other, and nothing."""
    contract = ground.contract
    walk = Walk(ground, version=ground.version(0), settle=True, name="plain updates")
    create_smallest(walk)
    walk.read()
    # The last first: what needs another field to be set shows where that one is not.
    names = plain_names(contract)[::-1]
    for turn, name in enumerate(names):
        walk.update({name: a_value(contract.fields[name], turn)}, read=name == names[-1])
    filled = list(_filled(contract, names[::-1]))
    for group in filled:
        combined = {name: combined_value(contract.fields[name]) for name in group}
        updates.update_or_split(walk, combined)
    walk.update(combined)
    for turn in range(ROUNDS):
        body = {
            name: whole[(turn + place) % len(whole)]
            for place, name in enumerate(filled[turn % len(filled)])
            if (whole := whole_values(contract.fields[name]))
        }
        updates.update_or_split(walk, dict(reversed(body.items())) if turn % 2 else body, read=turn % 2 == 0)
    for text in _TOLD_APART:
        body = {name: holding(contract.fields[name], text) for name in filled[0]}
        walk.update(body, read=text in _TOLD_APART[1::2])
    walk.update({})
    walk.update(_fixed(walk))
    for group in filled:
        walk.update({name: a_value(contract.fields[name], SHORT) for name in group}, read=group is filled[-1])
    texts = [name for name in filled[0] if contract.fields[name].kind == "text"]
    walk.update({name: a_value(contract.fields[texts[0]], 0) for name in texts}, read=False)
    return [walk.trace]


def _filled(contract: Contract, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Sets that hold every field, each filled up with others that may stand beside."""
    for group in groups(contract, names):
        yield compatible(contract, [*group, *names])


def _fixed(walk: Walk) -> dict[str, Any]:
    """Every field that an update does not change, at another value."""
    reading = walk.trace.taken[-1].exchange.value
    held = reading if isinstance(reading, dict) else {}
    return {name: updates.another(held.get(name), name) for name in walk.ground.contract.session.fixed}


def beside_another(ground: Ground) -> Sequence[Trace]:
    """Two sessions, of which one is updated in every field while the other one is read, and the reverse once."""
    contract = ground.contract
    walk = Walk(ground, version=ground.version(1), name="a session beside another")
    for session in ("B", "A"):
        create_smallest(walk, session=session)
    walk.read("B")
    for turn, group in enumerate(groups(contract, plain_names(contract))):
        body = {name: a_value(contract.fields[name], turn + 1) for name in group}
        sent = {name: {"neighbour": f"turn {turn}"} for name in group if contract.fields[name].kind == "metadata"}
        walk.update({**body, **sent}, read=turn > 0)
    walk.read("B")
    others = compatible(contract, plain_names(contract))
    walk.update(telling(contract, others, 4), session="B", read=False)
    walk.read("A")
    return [walk.trace]


def excluded(ground: Ground) -> Sequence[Trace]:
    """The fields that exclude each other: together with nothing held and with each held, and each alone."""
    contract = ground.contract
    traces = []
    for group in (tuple(sorted(each)) for each in contract.exclusive):
        beside = telling(contract, [name for name in plain_names(contract) if not _grouped(contract, name)], 4)
        walk = minimal(ground, name="fields that exclude each other")
        pair = {name: a_value(contract.fields[name], 5) for name in group}
        all_refused(walk, pair, {**beside, **pair}, *success.alike(contract, pair), version=NO_VERSION)
        for place, name in enumerate(group):
            held = {name: a_value(contract.fields[name], place + 2)}
            walk.update(held)
            fresh = {other: a_value(contract.fields[other], success.SHORT) for other in reversed(group)}
            all_refused(walk, {**fresh, **dict(list(beside.items())[:1])}, {**fresh, **held})
        for name in group:
            walk.update({name: a_value(contract.fields[name], 3)}, read=name == group[-1])
        traces.append(walk.trace)
    return traces


def telling(contract: Contract, group: Sequence[str], turn: int) -> dict[str, Any]:
    """A plain value for each of these fields, another one for each."""
    return {name: a_value(contract.fields[name], turn + 3 * place) for place, name in enumerate(group)}


def _grouped(contract: Contract, name: str) -> bool:
    return any(name in group for group in contract.exclusive)


def all_refused(walk: Walk, *bodies: dict[str, Any], version: str = AS_EXAMPLE) -> None:
    """Send bodies that are to be refused, the first under this version, and read the session after all of them."""
    for place, body in enumerate(bodies):
        walk.update(body, read=False, version=AS_EXAMPLE if place else version)
    walk.read()


def merged(ground: Ground) -> Sequence[Trace]:
    """Pairs added, changed and kept; keys that differ in letter case; an empty object; many pairs."""
    traces = []
    text = next((field for field in ground.contract.of_kind("text")), None)
    for field in ground.contract.of_kind("metadata"):
        walk = full(ground, turn=1, name="metadata over several updates")
        rows = metadata.rows()
        cased = [{"Key": "first", "key": "second", "KEY": "third"}, {"key": "fifth"}]
        for sent in (*rows[:5], {**rows[-1], **rows[-2]}, *cased, metadata.named_like_fields(ground, field)):
            walk.update({field.name: sent}, read=sent not in rows[:4:2])
        walk.update({field.name: {}})
        walk.update({field.name: {}, **({text.name: a_value(text, 3)} if text is not None else {})})
        traces += [walk.trace, metadata.many(ground, field)]
    return traces
