"""Which zone a value is in: what the API must take, must refuse, or may keep or refuse.

The zone is told from the value alone, by the contract; it does not matter who made the value. So a value that was made
smaller, or that a user wrote by hand, is judged by the same line as a generated one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.example import ImageValue
from pytest_checkout.images import Picture
from pytest_checkout.remembered import remembered


class Zone(IntEnum):
    """The zones, from the plainest to the one that outweighs the others."""

    ACCEPT = 0
    BETWEEN = 1
    OBSERVE = 2
    REFUSE = 3

    @property
    def label(self) -> str:
        """The zone in words, as reports count by it."""
        return ("must accept", "kept or refused", "observed", "must refuse")[self]


@dataclass(frozen=True)
class Classed:
    """The zone of a value and, for a refusal, the behaviours that state it."""

    zone: Zone
    behaviours: frozenset[str] = frozenset()

    def __or__(self, other: Classed) -> Classed:
        return Classed(max(self.zone, other.zone), self.behaviours | other.behaviours)


ACCEPT, BETWEEN, OBSERVE = Classed(Zone.ACCEPT), Classed(Zone.BETWEEN), Classed(Zone.OBSERVE)


def refuse(behaviour: str) -> Classed:
    """The zone of a value that this behaviour says is refused."""
    return Classed(Zone.REFUSE, frozenset({behaviour}))


def zone_of_body(contract: Contract, body: Any) -> Classed:
    """The zone of an update's body.

    A field that the contract does not name, or that an update does not change, may be ignored or refused, so it makes
    the body one to keep or refuse. Two defects make one refusal that both behaviours state.
    """
    if not isinstance(body, dict):
        return refuse("input.json")
    if not body:
        return BETWEEN
    classed = ACCEPT
    for name, value in body.items():
        field = contract.fields.get(name)
        classed |= BETWEEN if field is None else zone_of_value(field, value)
    for group in contract.exclusive:
        if group <= body.keys():
            classed |= _together([(body[name], zone_of_value(contract.fields[name], body[name])) for name in group])
    return classed


def _together(members: Sequence[tuple[Any, Classed]]) -> Classed:
    """The zone of fields that exclude each other: an API that refuses one of them alone refuses them together, too.

    What an API may take for nothing, such as null, or a text of spaces, leaves the other one alone.
    """
    told = all(
        classed.zone is Zone.ACCEPT or (classed.zone is Zone.BETWEEN and isinstance(value, str) and value.strip() != "")
        for value, classed in members
    )
    return refuse("success.exclusive") if told else OBSERVE


def zone_of_value(field: Field, value: Any) -> Classed:
    """The zone of one field's value."""
    if value is None:
        return OBSERVE
    return _BY_KIND[field.kind](field, value)


def _text(field: Field, value: Any) -> Classed:
    if not isinstance(value, str):
        return refuse(f"input.type[{field.name}]")
    return ACCEPT if _accepted(field, value) else BETWEEN


def _url(field: Field, value: Any) -> Classed:
    if not isinstance(value, str):
        return refuse(f"input.type[{field.name}]")
    if value and not is_absolute_url(value):
        return refuse(f"input.url[{field.name}]")
    return ACCEPT if _accepted(field, value) else BETWEEN


def is_absolute_url(text: str) -> bool:
    """Whether the text is an http or https URL with a host and without white space inside (RFC 3986, section 4.3).

    White space at the ends is looked past: some APIs trim it, and it is the third zone's matter.
    """
    trimmed = text.strip()
    match = re.match(r"(?i)https?://([^/?#]*)", trimmed)
    return match is not None and not re.search(r"\s", trimmed) and _has_host(match[1])


def _has_host(authority: str) -> bool:
    try:
        return bool(urlsplit(f"http://{authority}/").hostname)
    except ValueError:
        return False


def _image(field: Field, value: Any) -> Classed:
    if isinstance(value, ImageValue):
        return _carried(field, value)
    if not isinstance(value, str):
        return refuse(f"input.type[{field.name}]")
    if not value:
        return BETWEEN
    if re.match(r"(?i)(https?:|data:)", value.strip()):
        return OBSERVE
    return refuse("image.refuses_other")


def _carried(field: Field, value: ImageValue) -> Classed:
    limit = field.image
    if limit is None or value.carrier not in limit.carriers:
        return OBSERVE
    if not isinstance(value.content, Picture):
        return refuse("image.refuses_other")
    if value.content.size > limit.refuse_above:
        return refuse(f"image.refuses_large[{value.carrier}-{value.content.format}]")
    return Classed(Zone.ACCEPT) if value.content.size <= limit.accept_up_to else BETWEEN


def _metadata(field: Field, value: Any) -> Classed:
    if isinstance(value, list) and not value:
        return OBSERVE
    if not isinstance(value, dict):
        return refuse("metadata.types")
    if not value:
        return BETWEEN
    if any(item is None for item in value.values()):
        return OBSERVE
    return ACCEPT if _accepted(field, value) else BETWEEN


def _value(field: Field, value: Any) -> Classed:
    return ACCEPT if _accepted(field, value) else BETWEEN


_BY_KIND: Mapping[str, Callable[[Field, Any], Classed]] = {
    "text": _text,
    "url": _url,
    "image": _image,
    "metadata": _metadata,
    "value": _value,
}


def _accepted(field: Field, value: Any) -> bool:
    if isinstance(value, str) and len(value) > _TOO_LONG:
        return False  # a schema's error message holds the value; megabytes of it take a while
    if field.accept is None:
        return False
    return _acceptance(field.accept).of(value)


_TOO_LONG = 100_000


class Acceptance:
    """What a schema accepts; what it said of a text, or of pairs of texts, is remembered, as the same are sent often.

    >>> Acceptance({"type": "string", "maxLength": 2}).of("abc")
    False
    """

    def __init__(self, schema: Mapping[str, Any]) -> None:
        from jsonschema import Draft202012Validator
        from jsonschema.validators import extend

        self.schema = schema
        self._validator = extend(Draft202012Validator, {"pattern": _pattern})(schema)  # type: ignore[no-untyped-call]
        self._said: dict[Any, bool] = {}

    def of(self, value: Any) -> bool:
        """Whether the schema accepts a value."""
        key = _key(value)
        if key is None:
            return bool(self._validator.is_valid(value))
        if key not in self._said:
            self._said[key] = bool(self._validator.is_valid(value))
        return self._said[key]


_acceptance = remembered(Acceptance)


def _key(value: Any) -> Any:
    """What a short text, or an object of few, is remembered by; ``None`` for others, such as numbers: 1 equals true."""
    if isinstance(value, str):
        return value if len(value) <= _SHORT else None
    if not isinstance(value, dict) or len(value) > _FEW:
        return None
    items = tuple(value.items())
    return items if all(isinstance(text, str) and len(text) <= _SHORT for _, text in items) else None


_SHORT, _FEW = 1000, 16


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterable[Any]:
    """JSON Schema's ``pattern`` as ECMA 262 reads it: ``$`` is the very end, not the place before a last newline."""
    from jsonschema import ValidationError

    if isinstance(instance, str) and not ecma(pattern).search(instance):
        yield ValidationError("does not match the pattern")


@lru_cache(maxsize=256)
def ecma(pattern: str) -> re.Pattern[str]:
    r"""A regular expression whose unescaped ``$`` means the very end, as in ECMA 262.

    >>> bool(ecma("^a$").search("a")), bool(ecma("^a$").search("a\n"))
    (True, False)
    """
    return re.compile(re.sub(r"(\\.|\[(?:\\.|[^\]\\])*\])|\$", lambda found: found[1] or r"\Z", pattern), re.ASCII)
