"""Pictures of each format by each carrier, one beside all other fields, and what is none in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytest_checkout.contract.model import Carrier, Field
from pytest_checkout.example import ImageValue, Trace
from pytest_checkout.images import no_image
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.scenarios import images
from pytest_checkout.scenarios.quick.plain import all_refused, telling
from pytest_checkout.scenarios.updates import minimal, plain_names
from pytest_checkout.strategies.bodies import a_value, compatible

#: What is no picture, by each carrier.
_NONE: Mapping[Carrier, Sequence[str]] = {
    "url": ("a web page", "plain text declared as an image", "a page that is not there"),
    "data": ("plain text declared as an image", "base64 that can't be decoded", "a PDF document"),
}


def pictures(ground: Ground) -> Sequence[Trace]:
    """Walk through the formats and carriers, and then beside other fields."""
    traces = []
    for field in ground.contract.of_kind("image"):
        walk = minimal(ground, turn=1, name="pictures")
        taken: list[images.Sized] = []
        for way in images.ways(ground.contract, field):
            if _sized(walk, way, taken):
                taken.append(way)
        if taken:
            _beside_others(walk, field, images.small(taken[0]))
            _no_pictures(walk, field, list(dict.fromkeys(way.carrier for way in taken)))
        traces.append(walk.trace)
    return traces


def _sized(walk: Walk, way: images.Sized, taken: Sequence[images.Sized]) -> bool:
    """Send pictures at the limit and above; whether this way is open.

    A small one goes first or, where the carrier is sure to be open, only if a large one is refused.
    """
    if way.carrier == "url" and walk.ground.host is None:
        return False
    sure = any(each.carrier == way.carrier for each in taken)
    if not sure and not images.probed(walk, way):
        return False
    if way.at_the_limit(walk, read=False).status != 200 and sure and not images.probed(walk, way):
        return False
    if not walk.ground.live:
        # Beside other fields in every other format: what is looked at alone may pass there.
        others = telling(walk.ground.contract, compatible(walk.ground.contract, plain_names(walk.ground.contract)), 3)
        way.over_the_limit(walk, beside=others if len(taken) % 2 else {})
    return True


def _beside_others(walk: Walk, field: Field, value: ImageValue) -> None:
    """A small picture with all other fields, and other fields while it is held; and those that exclude each other."""
    contract = walk.ground.contract
    names = compatible(contract, plain_names(contract))
    walk.update({**telling(contract, names, 2), field.name: value})
    walk.update(telling(contract, names, 5), read=False)
    walk.update({names[-1]: a_value(contract.fields[names[-1]], 6)})
    excluded = [{name: a_value(contract.fields[name], 4) for name in sorted(group)} for group in contract.exclusive]
    for body in excluded:
        walk.update({**body, field.name: value}, read=False)


def _no_pictures(walk: Walk, field: Field, carriers: Sequence[Carrier]) -> None:
    texts: list[Any] = ["no picture", "/images/picture.png"]
    wrong = [ImageValue(no_image(name), carrier) for carrier in carriers for name in _NONE[carrier]]
    all_refused(walk, {field.name: ""}, *({field.name: each} for each in texts + wrong))
