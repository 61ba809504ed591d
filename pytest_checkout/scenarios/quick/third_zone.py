"""Values that are kept exactly or refused, and bodies that no JSON library writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pytest_checkout.contract.model import Field
from pytest_checkout.example import Trace
from pytest_checkout.perform import Ground
from pytest_checkout.scenarios.quick.refusals import send_hostile
from pytest_checkout.scenarios.updates import ASTRAL, minimal
from pytest_checkout.strategies.bodies import compatible, groups, in_zone, other_combined, other_values
from pytest_checkout.zones import Zone

DEALT = 2
_PAIRS_AT_ONCE = 8
_OVER: tuple[dict[str, Any], ...] = ({"nested": {"b": "y"}}, {"list": ["c"]}, {"true_text": ""})


def others(ground: Ground) -> Sequence[Trace]:
    """Values that show much at once in all fields of a kind; simpler ones, dealt out to the fields, where those are refused."""
    contract = ground.contract
    walk = minimal(ground, name="values to keep or refuse")
    for kind in ("text", "url"):
        of_kind = [field.name for field in contract.of_kind(kind)]
        for group in groups(contract, of_kind):
            fields = [contract.fields[name] for name in group]
            refused = [body for body in _each(fields) if walk.update(body).refused]
            if len(refused) > 1:
                for body in _dealt(fields):
                    walk.update(body)
        if kind == "text" and of_kind:
            walk.update(dict.fromkeys(compatible(contract, of_kind), ASTRAL), escaped=True)
    for field in contract.of_kind("metadata"):
        # Once more under keys of a row before, as old values may stay or be merged with.
        values = (*other_values(field), *in_zone(field, _OVER, Zone.BETWEEN))
        for start in range(0, len(values), _PAIRS_AT_ONCE):
            pairs = values[start : start + _PAIRS_AT_ONCE]
            body = {field.name: {key: item for sent in pairs for key, item in sent.items()}}
            walk.update(body, read=start // _PAIRS_AT_ONCE % 2 == 0)
    send_hostile(walk)
    return [walk.trace]


def _each(fields: Sequence[Field]) -> Iterator[dict[str, Any]]:
    """Bodies that hold one value after the other in each of these fields."""
    values = [other_combined(field) for field in fields]
    for turn in range(max(map(len, values), default=0)):
        yield {field.name: offered[turn] for field, offered in zip(fields, values, strict=True) if len(offered) > turn}


def _dealt(fields: Sequence[Field]) -> Iterator[dict[str, Any]]:
    for turn in range(DEALT):
        values = [other_values(field)[turn * len(fields) :] for field in fields]
        if body := {
            field.name: left[place]
            for place, (field, left) in enumerate(zip(fields, values, strict=True))
            if len(left) > place
        }:
            yield body
