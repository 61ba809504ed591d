"""Statements about images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from pytest_checkout.checks.judgements import OK, Check, Held, Judgement, Unjudged, answered, at, outcome, plain_updates
from pytest_checkout.checks.statuses import no_server_error
from pytest_checkout.contract.model import Carrier, Contract, Field, ImageFormat
from pytest_checkout.errors import Inapplicable, Untried
from pytest_checkout.example import ImageValue, Taken, Trace
from pytest_checkout.images import Picture
from pytest_checkout.zones import Zone

UNASKED = "the API never asked the run's image host for it"


class Way(Protocol):
    """A field, a carrier and a format."""

    @property
    def field(self) -> str:
        """The field's name."""

    @property
    def carrier(self) -> Carrier:
        """The carrier."""

    @property
    def format(self) -> ImageFormat:
        """The format."""


def _picture(body: Any, way: Way) -> Picture | None:
    """The picture of a body that goes this way."""
    value = body.get(way.field) if isinstance(body, dict) else None
    if not isinstance(value, ImageValue) or not isinstance(value.content, Picture):
        return None
    return value.content if (value.carrier, value.content.format) == (way.carrier, way.format) else None


def _tried(traces: Iterable[Trace], way: Way) -> list[Taken]:
    """The pictures that went this way and were not met by a server error."""
    return [
        item
        for trace in traces
        for item in trace.taken
        if item.step.part == "update" and _picture(item.step.body, way) and no_server_error(item.exchange)
    ]


def _size(item: Taken, way: Way) -> int:
    picture = _picture(item.step.body, way)
    return picture.size if picture is not None else 0


def _carries(item: Taken, field: Field) -> bool:
    """Whether a step sends an image in this field, by any carrier."""
    return isinstance(item.step.body, dict) and isinstance(item.step.body.get(field.name), ImageValue)


def any_picture_taken(traces: Iterable[Trace], field: Field) -> None:
    """Stop where the API takes no picture at all, which is another behaviour's matter.

    Raises:
        Untried: no picture was accepted.
    """
    if not any(item.exchange.status == OK and _carries(item, field) for trace in traces for item in trace.taken):
        raise Untried(f"no picture was taken in {field.name}: see image.offered[{field.name}]", red=False)


def small_picture_taken(traces: Iterable[Trace], way: Way) -> None:
    """Stop where the API takes no picture this way; what it answered to the smallest says why.

    Raises:
        Untried: the API never asked the image host for it.
        Inapplicable: it was refused otherwise, so this carrier or format is not offered.
    """
    tried = _tried(traces, way)
    if not tried or any(item.exchange.status == OK for item in tried):
        return
    item = min(tried, key=lambda each: _size(each, way))
    what = f"a small picture by {way.carrier}"
    if item.asked is False:
        raise Untried(f"{what} was refused, and {UNASKED}", red=False)
    raise Inapplicable(f"{what} is not offered: {answered(item.exchange)}")


def takes_small_picture(field: Field) -> Check:
    """A small picture is accepted by one carrier at least; a trace here joins those of all carriers and formats."""

    def check(trace: Trace) -> Iterator[Judgement]:
        tried = [(index, item) for index, item in enumerate(trace.taken) if _carries(item, field)]
        taken = [index for index, item in tried if item.exchange.status == OK]
        if taken:
            yield from (Held(index=index, zone=Zone.ACCEPT.label) for index in taken)
        elif unasked := [index for index, item in tried if item.asked is False]:
            yield Unjudged(index=unasked[0], cause=f"no picture was taken: {UNASKED}", red=False)
        elif tried:
            index, item = tried[-1]
            yield at(
                index,
                reason="no small picture is accepted",
                wanted=f"{field.name} to take a small picture by one of its carriers",
                got=answered(item.exchange),
            )

    return check


def accepts_image(contract: Contract, way: Way) -> Check:
    """A picture up to the limit is accepted, of this format and by this carrier."""
    limit = contract.fields[way.field].image
    assert limit is not None  # noqa: S101 - an image field has one

    def check(trace: Trace) -> Iterator[Judgement]:
        for update, classed in plain_updates(contract, trace):
            picture = _picture(update.step.body, way)
            if picture is None or classed.zone is not Zone.ACCEPT or len(update.step.body) > 1:
                continue  # beside other fields it may be refused for their sake
            if update.accepted:
                yield Held(index=update.index, zone=Zone.ACCEPT.label)
                continue
            yield at(
                update.index,
                reason=f"not accepted: {outcome(update.exchange)}",
                wanted=f"200 for a {way.format} of {picture.size:,} bytes, as up to {limit.accept_up_to:,} are taken",
                got=answered(update.exchange),
            )

    return check
