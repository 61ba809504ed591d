"""The scenarios of a quick run: the most telling edge cases, as many on one session as can stand on it.

Each stands in for several of the usual scenarios, whose behaviours are judged on its traces. Nothing is drawn at random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypeAlias

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.example import ImageValue, Step, Trace
from pytest_checkout.identifiers import HOSTILE, NEAR
from pytest_checkout.images import not_images
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.scenarios import access, generated, images, inputs, metadata, protocol, races, success, updates
from pytest_checkout.scenarios.updates import LONG, SHORT, full, minimal, plain_names, smallest
from pytest_checkout.strategies import pairs, urls
from pytest_checkout.strategies.bodies import a_value, compatible, groups, other_types, other_values

Scenario: TypeAlias = "Callable[[Ground], Sequence[Trace]]"

ROUNDS, DEALT = 4, 4
#: The near misses of a key that mistakes of comparing make.
_NEAR_KEYS = ("swapped_case", "without_last", "prefix_only", "one_more", "last_changed")


def plain(ground: Ground) -> Sequence[Trace]:
    """Each field alone; rounds of as many as may stand together; the same again, one behind the other, and nothing."""
    contract = ground.contract
    walk = Walk(ground, version=ground.version(0), settle=True, name="plain updates")
    walk.create()
    walk.read()
    names = plain_names(contract)
    for turn, name in enumerate(names):
        walk.update({name: a_value(contract.fields[name], turn)}, read=name == names[-1])
    filled = list(_filled(contract, names))
    for turn in range(ROUNDS):
        body = _telling(contract, filled[turn % len(filled)], turn + 1)
        walk.update(dict(reversed(body.items())) if turn % 2 else body)
        if not turn:
            walk.update(body)
    walk.update(_telling(contract, filled[0], 1))  # what was sent before, and is no longer held
    walk.update({})
    walk.update(_fixed(walk))
    for group in filled:
        walk.update({name: a_value(contract.fields[name], LONG) for name in group}, read=False)
        walk.update({name: a_value(contract.fields[name], SHORT) for name in group})
    texts = [name for name in filled[0] if contract.fields[name].kind == "text"]
    walk.update({name: a_value(contract.fields[texts[0]], 0) for name in texts})
    return [walk.trace]


def _filled(contract: Contract, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Sets that hold every field, each filled up with others that may stand beside."""
    for group in groups(contract, names):
        yield compatible(contract, [*group, *names])


def _telling(contract: Contract, group: Sequence[str], turn: int) -> dict[str, Any]:
    return {name: a_value(contract.fields[name], turn + 3 * place) for place, name in enumerate(group)}


def _fixed(walk: Walk) -> dict[str, Any]:
    """Every field that an update does not change, at another value."""
    reading = walk.trace.taken[-1].exchange.value
    held = reading if isinstance(reading, dict) else {}
    return {name: updates.another(held.get(name), name) for name in walk.ground.contract.session.fixed}


def others(ground: Ground) -> Sequence[Trace]:
    """Values to keep or refuse, dealt out to the fields of a kind."""
    contract = ground.contract
    walk = minimal(ground, name="values to keep or refuse")
    for kind in ("text", "url"):
        of_kind = [field.name for field in contract.fields.values() if field.kind == kind]
        for group in groups(contract, of_kind):
            for body in _dealt([contract.fields[name] for name in group]):
                walk.update(body)
    for field in contract.of_kind("metadata"):
        values = other_values(field)
        for start in range(0, len(values), 8):
            walk.update({field.name: {key: item for sent in values[start : start + 8] for key, item in sent.items()}})
    return [walk.trace]


def _dealt(fields: Sequence[Field]) -> Iterator[dict[str, Any]]:
    for turn in range(DEALT):
        values = [other_values(field)[turn * len(fields) :] for field in fields]
        if body := {
            field.name: left[place]
            for place, (field, left) in enumerate(zip(fields, values, strict=True))
            if len(left) > place
        }:
            yield body


def beside_another(ground: Ground) -> Sequence[Trace]:
    """Two sessions, of which one is updated in every field while the other one is read."""
    contract = ground.contract
    walk = Walk(ground, version=ground.version(1), name="a session beside another")
    for session in ("B", "A"):
        walk.create(smallest(ground, walk), session=session)
    walk.read("B")
    for turn, group in enumerate(groups(contract, plain_names(contract))):
        body = {name: a_value(contract.fields[name], turn + 1) for name in group}
        sent = {name: {"neighbour": f"turn {turn}"} for name in group if contract.fields[name].kind == "metadata"}
        walk.update({**body, **sent}, read=False)
    walk.read("B")
    return [walk.trace]


def excluded(ground: Ground) -> Sequence[Trace]:
    """The fields that exclude each other: together with nothing held and with each held, and each alone."""
    contract = ground.contract
    traces = []
    for group in (tuple(sorted(each)) for each in contract.exclusive):
        beside = _telling(contract, [name for name in plain_names(contract) if not _grouped(contract, name)], 4)
        walk = minimal(ground, name="fields that exclude each other")
        pair = {name: a_value(contract.fields[name], 5) for name in group}
        _all_refused(walk, pair, {**beside, **pair}, *success.alike(contract, pair))
        for place, name in enumerate(group):
            held = {name: a_value(contract.fields[name], place + 2)}
            walk.update(held)
            fresh = {other: a_value(contract.fields[other], success.SHORT) for other in reversed(group)}
            _all_refused(walk, {**fresh, **dict(list(beside.items())[:1])}, {**fresh, **held})
        for name in group:
            walk.update({name: a_value(contract.fields[name], 3)})
        traces.append(walk.trace)
    return traces


def _grouped(contract: Contract, name: str) -> bool:
    return any(name in group for group in contract.exclusive)


def _all_refused(walk: Walk, *bodies: dict[str, Any]) -> None:
    for body in bodies:
        walk.update(body, read=False)
    walk.read()


def pictures(ground: Ground) -> Sequence[Trace]:
    """Pictures of each format by each carrier; then one beside all other fields, and what is none in its place."""
    contract = ground.contract
    traces = []
    for field in contract.of_kind("image"):
        walk = minimal(ground, turn=1, name="pictures")
        taken = [way for way in images.ways(contract, field) if _sized(walk, way)]
        if taken:
            value = images.small(taken[-1])
            walk.update({**_telling(contract, compatible(contract, plain_names(contract)), 2), field.name: value})
            bodies = [dict.fromkeys(sorted(group)) for group in contract.exclusive]
            excluded = [{name: a_value(contract.fields[name], 4) for name in body} for body in bodies]
            texts: list[Any] = ["no picture", "/images/picture.png"]
            wrong = [ImageValue(item, value.carrier) for item in not_images(value.carrier)[:4]]
            _all_refused(
                walk,
                {field.name: ""},
                *({**body, field.name: value} for body in excluded),
                *({field.name: each} for each in texts + wrong),
            )
        traces.append(walk.trace)
    return traces


def _sized(walk: Walk, way: images.Sized) -> bool:
    """Send a picture of each telling size; whether a small one is taken."""
    if way.carrier == "url" and walk.ground.host is None:
        return False
    if not images.probed(walk, way):
        return False
    way.at_the_limit(walk, read=False)
    if not walk.ground.live:
        way.over_the_limit(walk)
    return True


def refused(ground: Ground) -> Sequence[Trace]:
    """What must be refused, on one session: other types, text, JSON, methods, ids and versions."""
    contract = ground.contract
    walk = full(ground, turn=1, name="what must be refused", read=False)
    names = plain_names(contract)
    for group in groups(contract, names):
        walk.update({name: a_value(contract.fields[name], 3) for name in group})
    _defective_values(walk)
    walk.read()
    _half_applied(walk, names)
    inputs.send_raw(walk, dict(list(inputs.NO_JSON.items())[::4]), "input.json")
    inputs.send_raw(walk, dict(list(inputs.NO_OBJECT.items())[1::4]), "input.json")
    access.address(walk, [*list(NEAR)[::6], *list(HOSTILE)[::8]])
    access.address_nobody(walk)
    for version in protocol.strange(contract.versions)[::2] if contract.versions is not None else ():
        walk.take(Step(part="update", body=access.body(ground, 1), version=version, claim="version.unknown"))
    walk.read()
    if not ground.live:
        for step in protocol.unnamed(ground):
            walk.take(step)
        walk.read()
    return [walk.trace]


def _defective_values(walk: Walk) -> None:
    """Values of another type, and what is no URL."""
    contract = walk.ground.contract
    for place, field in enumerate(contract.of_kind("text", "url", "image")):
        wrong = other_types(field)
        for value in (wrong[place % 2], wrong[2 + place % (len(wrong) - 2)])[: 2 if field.kind == "text" else 1]:
            walk.update(inputs.beside(contract, field.name, value, place), read=False)
    addressed = contract.of_kind("url")
    for place, field in enumerate(addressed):
        for text in urls.NONE[place :: len(addressed) * 3]:
            walk.update({field.name: text}, read=False)
    for field in contract.of_kind("metadata"):
        for value in pairs.NONE[::3]:
            walk.update({field.name: value}, read=False)


def _half_applied(walk: Walk, names: Sequence[str]) -> None:
    """One defect among fields that are well, behind them and before."""
    contract = walk.ground.contract
    for turn, name in enumerate(names[-2:]):
        defect: Any = "no metadata" if contract.fields[name].kind == "metadata" else 7
        well = _telling(contract, [each for each in compatible(contract, [name, *names]) if each != name], turn + 5)
        walk.update({**well, name: defect} if turn % 2 else {name: defect, **well})


def hostile(ground: Ground) -> Sequence[Trace]:
    """Bodies that no JSON library writes."""
    contract = ground.contract
    walk = minimal(ground, turn=1, name="hostile bodies", read=False)
    inputs.send_raw(walk, {name: inputs.HOSTILE[name] for name in list(inputs.HOSTILE)[::4]}, "input.robust")
    nulls = dict.fromkeys(compatible(contract, list(contract.fields)))
    walk.take(Step(part="update", body=nulls, claim="input.robust", purpose="null in all fields"))
    return [walk.trace]


def strangers(ground: Ground) -> Sequence[Trace]:
    """Requests without the key, with another one, with near misses of it, and with odd headers."""
    walk = full(ground, name="credentials that are not the key", read=False)
    walk.update(access.body(ground, 0))
    access.knock(walk, _NEAR_KEYS)
    access.knock_with_a_defect(walk, "none")
    access.knock_oddly(walk)
    walk.read()
    access.knock_in_lower_case(walk)
    access.knock_here_and_there(walk, "none", parts=("update",))
    return [walk.trace]


def merged(ground: Ground) -> Sequence[Trace]:
    """Pairs added, changed and kept; keys that differ in letter case; an empty object; many pairs."""
    traces = []
    for field in ground.contract.of_kind("metadata"):
        walk = full(ground, turn=1, name="metadata over several updates")
        cased = [{"Key": "first", "key": "second", "KEY": "third"}, {"key": "fifth"}]
        for sent in (*metadata.rows()[:5], *cased, metadata.named_like_fields(ground, field), {}):
            walk.update({field.name: sent})
        traces += [walk.trace, metadata.many(ground, field)]
    return traces


#: Which of the scenarios above stands in for a usual one.
_STANDS_IN: Mapping[Scenario, Scenario] = MappingProxyType(
    {
        **dict.fromkeys((updates.alone, updates.values, updates.pairs, updates.together, updates.drawn), plain),
        **dict.fromkeys((updates.repeated, updates.in_a_row, updates.nothing, updates.fixed_named), plain),
        **dict.fromkeys((updates.settled, generated.by_schemathesis), plain),
        **dict.fromkeys((updates.others, metadata.others), others),
        **dict.fromkeys((success.excluded, success.states), excluded),
        **dict.fromkeys((images.beside_others, images.no_pictures), pictures),
        **dict.fromkeys((inputs.typed, inputs.unaddressed, inputs.half_applied, inputs.malformed), refused),
        **dict.fromkeys((metadata.untyped, access.strangers, access.near_misses), refused),
        **dict.fromkeys((protocol.unknown, protocol.unnamed_methods), refused),
        **dict.fromkeys((access.unauthenticated, access.unauthorized), strangers),
        **dict.fromkeys((metadata.merged, metadata.cased, metadata.emptied), merged),
        updates.beside_another: beside_another,
        inputs.hostile: hostile,
        races.beside_a_picture: races.fields,
    }
)


def stands_in(scenario: Scenario) -> Scenario:
    """The scenario of a quick run whose traces are evidence in place of this one's; itself, if there is none."""
    if isinstance(scenario, images.Sized | images.AnyCarrier):
        return pictures
    return _STANDS_IN.get(scenario, scenario)
