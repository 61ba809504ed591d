"""Faults in what becomes of the pairs of metadata."""

# An overridden step takes what the step takes, needed or not; the numbers of a bug are its own.
# ruff: noqa: ARG001, ARG002, PLR2004

from __future__ import annotations

import html
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, failing, keeping, nth_update, plant, spoiling
from pytest_checkout.mock.messages import Call

Pairs: TypeAlias = dict[str, Any]
Merge: TypeAlias = Callable[[Call, Pairs, Pairs], Pairs]

SEQUELS = (
    "update.stores*",
    "update.answers*",
    "update.idempotent",
    "update.last_wins",
    "concurrency.metadata",
    "update.keeps*",
    "update.exact*",
)


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of the area *metadata*."""
    for field in contract.of_kind("metadata")[:1]:
        if field.merges:
            yield from _merging(field)
            yield from _empty(field)
        yield from _case(field)
        yield from _exact(field)
        yield from _types()


def merging(merge: Merge) -> type[Api]:
    """Make the pairs after an update in another way: ``merge(call, old, new)``."""

    class Merging(Api):
        def merged(self, call: Call, old: Pairs, new: Pairs) -> Pairs:
            return merge(call, old, new) if call.role == "update" else super().merged(call, old, new)

    return Merging


def _merging(field: Field) -> Iterator[Planted]:
    adds: tuple[tuple[str, Merge, str], ...] = (
        (
            "known_keys_only",
            lambda _, old, new: {**old, **{k: v for k, v in new.items() if k in old or not old}},
            "New keys are dropped where the session holds pairs.",
        ),
        (
            "first_pair_only",
            lambda _, old, new: {**old, **dict(list(new.items())[:1])},
            "Of several pairs the first is taken.",
        ),
        (
            "five_at_most",
            lambda _, old, new: dict(list({**old, **new}.items())[: max(5, len(old))]),
            "Keys beyond the fifth are dropped.",
        ),
        (
            "not_beside_a_change",
            lambda _, old, new: {**old, **{k: v for k, v in new.items() if k in old or not old.keys() & new.keys()}},
            "New keys are dropped where a known one is sent too.",
        ),
        (
            "twenty_at_most",
            lambda _, old, new: dict(list({**old, **new}.items())[: max(20, len(old))]),
            "Keys beyond the twentieth are dropped.",
        ),
    )
    changes: tuple[tuple[str, Merge, str], ...] = (
        ("old_value_stays", lambda _, old, new: {**new, **old}, "The value of a known key is not changed."),
        (
            "values_joined",
            lambda _, old, new: {
                **old,
                **{k: f"{old[k]},{v}" if k in old and old[k] != v else v for k, v in new.items()},
            },
            "A new value is appended to the old one.",
        ),
        (
            "not_beside_a_new_key",
            lambda _, old, new: {**new, **old} if new.keys() - old.keys() else {**old, **new},
            "The value of a known key is not changed where a new key is sent too.",
        ),
        (
            "array_of_values",
            lambda _, old, new: {**old, **{k: [old[k], v] if k in old and old[k] != v else v for k, v in new.items()}},
            "A changed value becomes an array of both.",
        ),
    )
    keeps: tuple[tuple[str, Merge, str], ...] = (
        ("replaced", lambda _, __, new: dict(new), "The pairs are replaced as a whole."),
        (
            "replaced_by_two",
            lambda _, old, new: dict(new) if len(new) >= 2 else {**old, **new},
            "The pairs are replaced where two or more are sent.",
        ),
        (
            "replaced_the_second_time",
            lambda call, old, new: dict(new) if nth_update(call) else {**old, **new},
            "The pairs are replaced from the second update on.",
        ),
        (
            "replaced_by_new_keys",
            lambda _, old, new: dict(new) if not new.keys() & old.keys() else {**old, **new},
            "The pairs are replaced where no known key is sent.",
        ),
        (
            "replaced_beside_text",
            lambda call, old, new: dict(new) if len(call.body) > 1 else {**old, **new},
            "The pairs are replaced where another field is sent too.",
        ),
        (
            "oldest_lost",
            lambda _, old, new: {**dict(list(old.items())[1:] if len({**old, **new}) > 3 else old), **new},
            "With more than three pairs the oldest is lost.",
        ),
    )
    for behaviour, kinds in (("adds", adds), ("changes", changes), ("keeps", keeps)):
        for what, merge, summary in kinds:
            also = (*SEQUELS, "metadata.*") if behaviour != "changes" else SEQUELS
            yield plant(f"metadata.{behaviour}/{what}", summary, merging(merge), also=also)


def _case(field: Field) -> Iterator[Planted]:
    def fold(old: Pairs, new: Pairs) -> Pairs:
        known = {key.lower(): key for key in old}
        return {**old, **{known.get(key.lower(), key): value for key, value in new.items()}}

    def last_of_case(old: Pairs, new: Pairs) -> Pairs:
        return {**old, **{key: new[key] for key in {key.lower(): key for key in new}.values()}}

    both = (f"update.stores[{field.name}]", f"update.answers[{field.name}]")
    also = (*SEQUELS, "metadata.*")
    base = (lambda old: old) if field.merges else (lambda _: {})
    yield plant(
        "metadata.case/known_key_wins",
        "A key that differs in case from a known one changes that one.",
        merging(lambda _, old, new: fold(old, new)),
        also=also,
    )
    yield plant(
        "metadata.case/one_of_a_request",
        "Of keys in a request that differ in case the last is kept.",
        merging(lambda _, old, new: last_of_case(base(old), new)),
        also=also,
    )
    for what, change in (("lower_case", str.lower), ("upper_case", str.upper), ("capitalised", str.capitalize)):
        api = keeping(field.name, _on_keys(change))
        yield plant(f"metadata.case/{what}", f"Keys are kept as {what.replace('_', ' ')}.", api, breaks=both, also=also)


def _on_keys(change: Callable[[str], str]) -> Callable[[Pairs], Pairs]:
    return lambda pairs: {change(key): value for key, value in pairs.items()}


def _exact(field: Field) -> Iterator[Planted]:
    def keys(change: Callable[[str], str]) -> type[Api]:
        return keeping(field.name, _on_keys(change))

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
    from pytest_checkout.mock.messages import Refusal

    class Failing(Api):
        def meet_no_pairs(self, field: Field, value: Any) -> Any:
            raise Refusal(status, "Something went wrong.")

    return Failing


def _empty(field: Field) -> Iterator[Planted]:
    name, also = field.name, ("metadata.keeps", "update.idempotent", "update.refused_changes_nothing")
    api = spoiling(lambda call, _: {name: {}} if call.body.get(name) == {} else {})
    yield plant("metadata.empty/clears", "{} takes all pairs away.", api, also=also)
    api = spoiling(lambda call, _: {name: {}} if call.body.get(name) == {} and len(call.body) > 1 else {})
    yield plant("metadata.empty/clears_beside_text", "{} beside another field takes all pairs away.", api, also=also)
    api = failing(lambda call: call.body.get(name) == {})
    yield plant(
        "metadata.empty/server_error", "{} is answered with 500.", api, breaks=("any.no_server_error",), also=also
    )
