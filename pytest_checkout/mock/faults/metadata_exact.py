"""Faults in the unusual keys and values of metadata, and in what is no metadata."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG002

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, keeping, plant
from pytest_checkout.mock.messages import Refusal

Pairs: TypeAlias = dict[str, Any]

_WORDS = {"yes": True, "no": False, "on": True, "off": False}


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of exactness and type."""
    for field in contract.of_kind("metadata")[:1]:
        yield from _exact(field)
        yield from _types()
        yield plant(
            "metadata.adds/words_as_booleans",
            "yes, no, on and off come back as booleans.",
            keeping(field.name, lambda pairs: {key: _WORDS.get(str(value), value) for key, value in pairs.items()}),
            also=("metadata.*", "update.*"),
        )


def on_keys(change: Callable[[str], str]) -> Callable[[Pairs], Pairs]:
    """Change each key."""
    return lambda pairs: {change(key): value for key, value in pairs.items()}


def _exact(field: Field) -> Iterator[Planted]:
    def keys(change: Callable[[str], str]) -> type[Api]:
        return keeping(field.name, on_keys(change))

    def texts(change: Callable[[str], Any]) -> type[Api]:
        return keeping(
            field.name,
            lambda pairs: {key: change(value) if isinstance(value, str) else value for key, value in pairs.items()},
        )

    def values(change: Callable[[Any], Any]) -> type[Api]:
        return keeping(field.name, lambda pairs: {key: change(value) for key, value in pairs.items()})

    kinds: tuple[tuple[str, type[Api], str], ...] = (
        ("dots_nest", keeping(field.name, _nested), "A key with a dot becomes an object in an object."),
        ("keys_trimmed", keys(str.strip), "Keys lose spaces at their ends."),
        ("values_trimmed", texts(str.strip), "Values lose spaces at their ends."),
        ("dollars_lost", keys(lambda key: key.replace("$", "")), "Keys lose dollar signs."),
        ("spaces_as_underscores", keys(lambda key: key.replace(" ", "_")), "Spaces in keys become underscores."),
        (
            "proto_lost",
            keeping(field.name, lambda pairs: {key: value for key, value in pairs.items() if key != "__proto__"}),
            "The key __proto__ is lost.",
        ),
        (
            "digits_as_numbers",
            texts(lambda text: int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text),
            "Digits come back as a number.",
        ),
        (
            "true_as_boolean",
            texts(lambda text: {"true": True, "false": False}.get(text, text)),
            "true comes back as a boolean.",
        ),
        (
            "values_as_text",
            values(lambda value: value if isinstance(value, str | dict | list) else str(value)),
            "Numbers and booleans come back as text.",
        ),
        (
            "nested_as_text",
            values(lambda value: "[object Object]" if isinstance(value, dict) else value),
            "A nested object comes back as text.",
        ),
        (
            "arrays_cut",
            values(lambda value: value[:1] if isinstance(value, list) else value),
            "A nested array loses all but its first item.",
        ),
        (
            "empty_key_lost",
            keeping(field.name, lambda pairs: {key: value for key, value in pairs.items() if key}),
            "The empty key is lost.",
        ),
        ("composed", texts(lambda text: unicodedata.normalize("NFC", text)), "Combining marks in values are composed."),
        ("keys_composed", keys(lambda key: unicodedata.normalize("NFC", key)), "Combining marks in keys are composed."),
        ("keys_cut_at_40", keys(lambda key: key[:40]), "Keys are cut at 40 characters."),
        ("values_cut_at_255", texts(lambda text: text[:255]), "Values are cut at 255 characters."),
        (
            "no_emoji",
            texts(lambda text: "".join(letter for letter in text if letter <= "\uffff")),
            "Characters beyond U+FFFF are lost.",
        ),
        (
            "markup_escaped",
            texts(lambda text: html.escape(text, quote=False).replace("&amp;", "&")),
            "Angle brackets are escaped.",
        ),
        (
            "falsy_lost",
            keeping(
                field.name,
                lambda pairs: {key: value for key, value in pairs.items() if value or isinstance(value, str)},
            ),
            "0 and false are lost.",
        ),
    )
    for what, api, summary in kinds:
        yield plant(f"metadata.exact/{what}", summary, api)


def _nested(pairs: Pairs) -> Pairs:
    nested: Pairs = {}
    for key, value in pairs.items():
        head, dot, tail = key.partition(".")
        if dot:
            inner = nested.get(head)
            nested[head] = {**(inner if isinstance(inner, dict) else {}), tail: value}
        else:
            nested[key] = value
    return nested


def _types() -> Iterator[Planted]:
    kinds: tuple[tuple[str, Callable[[Any], bool], Callable[[Any], Pairs], str], ...] = (
        (
            "string_taken",
            lambda value: isinstance(value, str),
            lambda value: {"value": value},
            "A string is taken as a pair.",
        ),
        ("string_ignored", lambda value: isinstance(value, str), lambda _: {}, "A string is passed over."),
        (
            "array_taken",
            lambda value: isinstance(value, list) and value != [],
            lambda value: {str(at): item for at, item in enumerate(value)},
            "An array's items become pairs.",
        ),
        (
            "number_ignored",
            lambda value: isinstance(value, int | float) and not isinstance(value, bool),
            lambda _: {},
            "A number is passed over.",
        ),
        ("boolean_ignored", lambda value: isinstance(value, bool), lambda _: {}, "A boolean is passed over."),
        (
            "false_ignored",
            lambda value: value is False or value == 0,
            lambda _: {},
            "false and 0 are taken for nothing.",
        ),
    )
    for what, takes, made, summary in kinds:
        yield plant(f"metadata.types/{what}", summary, _taking(takes, made), also=("update.keeps*",))
    api = _taking_all_with(500)
    yield plant(
        "metadata.types/server_error",
        "What is no object is answered with 500.",
        api,
        breaks=("any.no_server_error",),
        also=("errors.*", "input.*"),
    )


def _taking(takes: Callable[[Any], bool], made: Callable[[Any], Pairs]) -> type[Api]:
    class Taking(Api):
        def meet_no_pairs(self, field: Field, value: Any) -> Any:
            return made(value) if takes(value) else super().meet_no_pairs(field, value)

    return Taking


def _taking_all_with(status: int) -> type[Api]:
    class Failing(Api):
        def meet_no_pairs(self, field: Field, value: Any) -> Any:
            raise Refusal(status, "Something went wrong.")

    return Failing
