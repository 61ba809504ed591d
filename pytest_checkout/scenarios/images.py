"""Images: each format, by each carrier, of exact sizes near the limit and far from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from pytest_checkout.contract.model import Carrier, Contract, Field, ImageFormat, ImageLimit
from pytest_checkout.example import ImageValue, Trace
from pytest_checkout.exchange import Exchange
from pytest_checkout.images import Picture, granularity, not_images
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.scenarios.updates import full, minimal, plain_names
from pytest_checkout.strategies.bodies import a_value, compatible

SMALL = 3000
#: An address at which nothing listens on the API's own machine.
_NOBODY = "http://127.0.0.1:9/picture.png"
_TRIES = 3

#: A file that only begins like a picture passes where the first bytes are looked at, which nobody calls wrong.
_AMBIGUOUS = "the beginning of"


@dataclass(frozen=True)
class Sized:
    """Pictures of one format by one carrier: a small one first and, where that is taken, ones around the limit."""

    field: str
    carrier: Carrier
    format: ImageFormat

    def __call__(self, ground: Ground) -> Sequence[Trace]:
        """Walk through the sizes."""
        limit = image_limit(ground.contract.fields[self.field])
        turn = list(limit.formats).index(self.format)
        walk = (full if turn % 2 else minimal)(ground, turn=turn, name=f"{self.format} by {self.carrier}", read=False)
        # In one format of each carrier first where no picture is set: beside others it may be dropped, which an older one hides.
        offered = turn == 1 and self._small_beside_others(walk)
        if not offered and not probed(walk, self):
            return [walk.trace]
        self.at_the_limit(walk)
        if ground.live:
            return [walk.trace]
        self.over_the_limit(walk)
        self._send(walk, self._above(limit.refuse_above * 3 // 2), read=False, beside=_beside(ground, turn))
        walk.read()
        if turn == 0:
            self._send(walk, limit.refuse_above * 3, read=False)
        query = "?v=2&size=full" if self.carrier == "url" else ""
        self._send(walk, self._below(limit.accept_up_to * 4 // 5), read=self.carrier == "url", query=query)
        return [walk.trace]

    def _small_beside_others(self, walk: Walk) -> bool:
        """Whether a small picture is taken beside other fields; one that is refused may be taken alone."""
        body = {**_beside(walk.ground, 1), self.field: small(self)}
        taken = walk.update(body, read=False).status == 200
        if taken:
            walk.read()
        return taken

    def at_the_limit(self, walk: Walk, *, read: bool = True) -> Exchange:
        """Send the largest picture that is sure to be taken."""
        limit = image_limit(walk.ground.contract.fields[self.field])
        return self._send(walk, self._below(limit.accept_up_to), read=read)

    def over_the_limit(
        self, walk: Walk, *, beside: Mapping[str, Any] = MappingProxyType({}), session: str = "A"
    ) -> Exchange:
        """Send the smallest picture that is sure to be refused."""
        above = image_limit(walk.ground.contract.fields[self.field]).refuse_above
        return self._send(walk, self._above(above), read=False, beside=beside, session=session)

    def _send(
        self,
        walk: Walk,
        size: int,
        *,
        read: bool = True,
        beside: Mapping[str, Any] = MappingProxyType({}),
        query: str = "",
        session: str = "A",
    ) -> Exchange:
        body = {**beside, self.field: ImageValue(Picture(self.format, size), self.carrier, query)}
        return walk.update(body, read=read, session=session)

    def _below(self, size: int) -> int:
        return size - size % granularity(self.format)

    def _above(self, size: int) -> int:
        step = granularity(self.format)
        return size + 1 + (-(size + 1)) % step


def probed(walk: Walk, way: Sized) -> bool:
    """Whether the API takes a small picture this way; one that meets a server error is sent again, as that tells nothing."""
    for _ in range(_TRIES):
        sent = walk.update({way.field: small(way)}, read=False)
        if not sent.failed:
            break
    return sent.status == 200


def small(way: Sized, turn: int = 0) -> ImageValue:
    """A small picture of this format, by this carrier; another one in each turn."""
    return ImageValue(Picture(way.format, SMALL + turn * granularity(way.format)), way.carrier)


def _beside(ground: Ground, turn: int) -> dict[str, Any]:
    """The fields that are no image, as many as may stand together, from another one on in each turn."""
    contract = ground.contract
    others = plain_names(contract)
    place = turn % max(1, len(others))
    names = compatible(contract, others[place:] + others[:place])
    return {name: a_value(contract.fields[name], turn + 6) for name in names}


@dataclass(frozen=True)
class AnyCarrier:
    """Small pictures alone, of one carrier and format after the other, until one is taken."""

    ways: tuple[Sized, ...]

    def __call__(self, ground: Ground) -> Sequence[Trace]:
        """Send them."""
        walk = minimal(ground, name="a small picture by each carrier")
        first_taken(walk, self.ways)
        return [walk.trace]


def image_limit(field: Field) -> ImageLimit:
    """The limit of an image field."""
    if field.image is None:
        raise ValueError(f"{field.name} is no image field")
    return field.image


def sized(contract: Contract) -> Iterator[Sized]:
    """A scenario for each image field, carrier and format."""
    for field in contract.of_kind("image"):
        limit = image_limit(field)
        for carrier in limit.carriers:
            for format in limit.formats:
                yield Sized(field.name, carrier, format)


def ways(contract: Contract, field: Field) -> tuple[Sized, ...]:
    """The ways in which a picture goes into this field: each carrier with each format."""
    return tuple(way for way in sized(contract) if way.field == field.name)


def _inline_first(contract: Contract, field: Field) -> Sequence[Sized]:
    """The ways of a field, the last carrier first; the formats of each in their order."""
    carriers = list(image_limit(field).carriers)
    return sorted(ways(contract, field), key=lambda way: carriers.index(way.carrier), reverse=True)


def first_taken(walk: Walk, ways: Sequence[Sized]) -> Sized | None:
    """The first of these ways in which the API takes a small picture on this walk's session."""
    for way in ways:
        if (way.carrier != "url" or walk.ground.host is not None) and probed(walk, way):
            return way
    return None


def beside_others(ground: Ground) -> Sequence[Trace]:
    """A small picture together with each other field, and other fields updated while a picture is set."""
    traces = []
    for field in ground.contract.of_kind("image"):
        walk = full(ground, turn=1, name="a picture beside other fields")
        way = first_taken(walk, _inline_first(ground.contract, field))
        if way is None:
            continue
        value = small(way)
        walk.read()
        neighbour = ["B"] if ground.existing is None else []
        for session in neighbour:
            _with_a_picture(walk, way, session)
            # One that no update was ever sent to.
            for carrier in () if ground.live else image_limit(field).carriers:
                Sized(field.name, carrier, way.format).over_the_limit(walk, session=session)
            name = plain_names(ground.contract)[0]
            walk.update({name: a_value(ground.contract.fields[name], 3)}, session=session)
        for other in _as_long(field, way):
            walk.update({field.name: small(other)})
        _with_each(walk, field, value)
        _with_many(walk, field, value)
        walk.update({field.name: ""})
        for session in neighbour:
            walk.read(session)
        traces.append(walk.trace)
    return traces


def _with_a_picture(walk: Walk, way: Sized, session: str) -> None:
    """A session that has a picture from the start where create takes one, or else by an update."""
    picture = {way.field: small(way, 2)}
    if walk.offer({**walk.full, **picture}, session=session):
        walk.read(session)
    else:
        walk.create(session=session)
        walk.update(picture, session=session)


def _as_long(field: Field, way: Sized) -> Iterator[Sized]:
    """Other formats by the same carrier, of which a picture's text is as long."""
    for other in image_limit(field).formats:
        if other != way.format and len(other) == len(way.format):
            yield replace(way, format=other)


def _with_each(walk: Walk, field: Field, value: ImageValue) -> None:
    """Each other field alone while the picture is set, and together with it, in either order."""
    for turn, other in enumerate(walk.ground.contract.fields.values()):
        if other.kind != "image":
            walk.update({other.name: a_value(other, turn + 1)})
            pair = {field.name: value, other.name: a_value(other, turn + 2)}
            walk.update(pair if turn % 2 else dict(reversed(pair.items())))


def _with_many(walk: Walk, field: Field, value: ImageValue) -> None:
    """All other fields that may stand together, with the picture and without; and those that exclude each other."""
    contract = walk.ground.contract
    names = compatible(contract, [name for name in contract.fields if name != field.name])
    every = {**{name: a_value(contract.fields[name], 7) for name in names}, field.name: value}
    walk.update(every)
    walk.update(
        {name: every[name] if name == field.name else a_value(contract.fields[name], 8) for name in reversed(every)}
    )
    walk.update({name: a_value(contract.fields[name], 9) for name in names})
    for group in contract.exclusive:
        excluded = {name: a_value(contract.fields[name], 4) for name in sorted(group)}
        if field.name not in excluded:
            walk.update({**excluded, field.name: value})


def no_pictures(ground: Ground) -> Sequence[Trace]:
    """Text that is neither a URL nor an image, and carriers with something else inside."""
    traces = []
    for field in ground.contract.of_kind("image"):
        walk = full(ground, turn=1, name="what is no picture")
        way = first_taken(walk, _inline_first(ground.contract, field))
        if way is None:
            continue
        walk.read()
        for text in ("no picture", "picture.png", "/images/picture.png", "data", "<p>no picture</p>", "x" * 3000):
            walk.update({field.name: text}, read=False)
        walk.read()
        # An API that looks for a picture there finds nobody, which is no reason for a server error.
        walk.update({field.name: _NOBODY})
        for carrier in _taken(walk, field):
            for item in not_images(carrier):
                if not item.name.startswith(_AMBIGUOUS):
                    walk.update({field.name: ImageValue(item, carrier)}, read=False)
            walk.read()
        traces.append(walk.trace)
    return traces


def _taken(walk: Walk, field: Field) -> list[Carrier]:
    """The carriers by which the API takes a small picture."""
    limit = image_limit(field)
    return [
        carrier
        for carrier in limit.carriers
        if (carrier != "url" or walk.ground.host is not None)
        and walk.update({field.name: small(Sized(field.name, carrier, limit.formats[0]))}, read=False).status == 200
    ]
