"""Bodies of updates, made from a contract: the plain ones field by field, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.images import Picture, smallest
from pytest_checkout.remembered import remembered
from pytest_checkout.strategies import pairs, texts, urls
from pytest_checkout.zones import Zone, zone_of_value


def _no_text(inside: str) -> tuple[Any, ...]:
    return (7.5, True, [inside], {"text": inside}, 0, False, [], {})


#: JSON of another type than text.
NO_TEXT = _no_text("text")


def other_types(field: Field) -> tuple[Any, ...]:
    """The like for one field: what holds a text holds one that the field would take.

    >>> from pytest_checkout import load_contract
    >>> other_types(load_contract("speed").fields["success_url"])[2]
    ['https://shop.example.com/thanks']
    """
    return _no_text(_inside(field))


def _inside(field: Field) -> str:
    if field.image is not None:
        format = field.image.formats[0]
        return Picture(format, smallest(format)).data_uri()
    return str(next(iter(plain_values(field)), "text"))


def in_zone(field: Field, values: Sequence[Any], zone: Zone) -> tuple[Any, ...]:
    """The values that are in this zone for this field."""
    return tuple(value for value in values if zone_of_value(field, value).zone is zone)


@remembered
def plain_values(field: Field) -> tuple[Any, ...]:
    """Values that the API is sure to accept in a field, in the order in which they are most telling.

    Where the contract's own texts are shorter than ours, ours are cut to fit.
    """
    if field.kind == "metadata":
        return _plain_pairs(field)
    if field.kind == "value":
        return tuple(field.schema.get("enum", ())) or tuple(field.schema.get("examples", ()))
    return in_zone(field, _fitting(field, urls.PLAIN if field.kind == "url" else texts.PLAIN), Zone.ACCEPT)


def _plain_pairs(field: Field) -> tuple[Any, ...]:
    """Every telling key with a text, and every telling text under a key."""

    def accepted(key: str, text: str) -> bool:
        return zone_of_value(field, {key: text}).zone is Zone.ACCEPT

    fitting = _fitting(field, texts.PLAIN)
    first = next((key for key in _KEYS for text in fitting if accepted(key, text)), None)
    if first is None:
        return ()
    taken = [text for text in fitting if accepted(first, text)]
    keys = [key for key in _KEYS if accepted(key, taken[0])]
    return tuple({key: taken[place % len(taken)]} for place, key in enumerate(keys[: max(len(taken), _TELLING)]))


def _fitting(field: Field, values: Sequence[str]) -> tuple[str, ...]:
    """Texts that are cut, and URLs beside one that is made, to the longest that is sure to be accepted."""
    longest = _longest(field)
    if longest is None:
        return tuple(values)
    if field.kind == "url":
        start = "https://example.com/"
        return (*values, start.ljust(longest, "z"))
    return tuple(value[:longest].strip() for value in values)


def _longest(field: Field) -> int | None:
    """The most characters of a text in this field, where the contract says it of what is sure to be accepted."""
    accept: Any = field.accept or {}
    if field.kind == "metadata":
        accept = accept.get("additionalProperties")
    return accept.get("maxLength") if isinstance(accept, Mapping) else None


#: The first keys are the telling ones; the others only make up the number.
_TELLING = 16
_KEYS = (
    "order",
    "Channel",
    "note_1",
    "A",
    "ref-2",
    "x_y-z",
    "k" * 40,
    "Zz9",
    "0",
    "-",
    "seat",
    "UPPER",
    "camelCase",
    "007",
    "2026",
    "_private",
    "Order",
    "b",
    "c",
    "d",
    "e",
    "f",
    "g",
    "h",
    "i",
    "j",
    "l",
    "m",
    "n",
    "o",
    "p",
    "q",
    "r",
    "s",
)


@remembered
def other_values(field: Field) -> tuple[Any, ...]:
    """Values of the third zone for a field."""
    if field.kind == "metadata":
        return in_zone(field, pairs.OTHER, Zone.BETWEEN)
    if field.kind in ("text", "url"):
        return in_zone(field, urls.OTHER if field.kind == "url" else texts.OTHER, Zone.BETWEEN)
    return ()


@remembered
def combined_value(field: Field) -> Any:
    """A plain value that shows in one what many others show in turn.

    >>> from pytest_checkout import load_contract
    >>> len(combined_value(load_contract("speed").fields["metadata"]))
    16
    """
    if field.kind == "metadata":
        telling = {key: text for pairs in plain_values(field)[:_TELLING] for key, text in pairs.items()}
        return next(iter(in_zone(field, [telling], Zone.ACCEPT)), a_value(field))
    made = _fitting(field, urls.COMBINED if field.kind == "url" else texts.COMBINED)
    return next(iter(in_zone(field, made, Zone.ACCEPT)), a_value(field))


@remembered
def whole_values(field: Field) -> tuple[Any, ...]:
    """Plain values of a text field that some mistakes see as a whole, or in which a pair of metadata holds one."""
    if field.kind == "metadata":
        pairs_of = [{f"whole{place}": text for place, text in enumerate(texts.WHOLE)}]
        return in_zone(field, pairs_of, Zone.ACCEPT) or plain_values(field)
    whole = in_zone(field, texts.WHOLE, Zone.ACCEPT) if field.kind == "text" else ()
    return whole or plain_values(field)


@remembered
def other_combined(field: Field) -> tuple[Any, ...]:
    """Values of the third zone of which each shows what many others show in turn."""
    if field.kind == "text":
        return in_zone(field, texts.OTHER_COMBINED, Zone.BETWEEN)
    return in_zone(field, urls.OTHER_COMBINED, Zone.BETWEEN) if field.kind == "url" else ()


def a_value(field: Field, turn: int = 0) -> Any:
    """A plain value of a field; another turn gives another one."""
    values = plain_values(field)
    return values[turn % len(values)]


def holding(field: Field, text: str, turn: int = 0) -> Any:
    """A value of a field that holds a text; another plain one where the contract's own values don't allow that.

    >>> from pytest_checkout import load_contract
    >>> holding(load_contract("speed").fields["success_url"], "told/apart")
    'https://example.com/told/apart'
    """
    made: dict[str, Any] = {"text": text, "url": f"https://example.com/{text}", "metadata": {"held": text}}
    value = made.get(field.kind)
    if value is not None and zone_of_value(field, value).zone is Zone.ACCEPT:
        return value
    return a_value(field, turn)


def compatible(contract: Contract, names: Sequence[str]) -> tuple[str, ...]:
    """The first of these fields that may stand together.

    >>> from pytest_checkout import load_contract
    >>> compatible(load_contract("speed"), ["title", "success_message", "success_url"])
    ('title', 'success_message')
    """
    chosen: tuple[str, ...] = ()
    for name in names:
        if not contract.excluded({*chosen, name}):
            chosen = (*chosen, name)
    return chosen


def groups(contract: Contract, names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Sets of fields that may stand together, as few as hold every field."""
    left = list(names)
    while left:
        chosen = compatible(contract, left)
        yield chosen
        left = [name for name in left if name not in chosen]
