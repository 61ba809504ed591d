"""Faults in what becomes of the pairs of metadata."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG001

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.metadata_exact import on_keys
from pytest_checkout.mock.faults.planting import AfterRefusal, Planted, failing, keeping, nth_update, plant, spoiling
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
        else:
            yield from _replacing(field)
        yield from _case(field)
        if contract.of_kind("text"):
            yield _shadowing(contract, field)


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
            "digits_numbered_anew",
            lambda _, old, new: {
                **old,
                **({str(k): v for k, v in enumerate(new.values())} if all(map(str.isdigit, new)) else new),
            },
            "Pairs whose keys are digits alone are numbered from 0.",
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
            also = (*SEQUELS, "metadata.*")
            yield plant(f"metadata.{behaviour}/{what}", summary, merging(merge), also=also)
    yield plant(
        "metadata.keeps/replaced_behind_a_refusal",
        "The first update behind one that was refused replaces the pairs.",
        _ReplacedBehindRefusal,
        also=(*SEQUELS, "metadata.*"),
    )
    yield from _over_others()


class _ReplacedBehindRefusal(AfterRefusal):
    def once_refused(self, call: Call) -> None:
        """Remember it."""
        call.target.memory["refused"] = True

    def merged(self, call: Call, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        """Forget the pairs with it."""
        behind = call.role == "update" and call.target.memory.pop("refused", False)
        return super().merged(call, {} if behind else old, new)


def _over_others() -> Iterator[Planted]:
    def deep(old: Any, new: Any) -> Any:
        return {**old, **new} if isinstance(old, dict) and isinstance(new, dict) else new

    kinds: tuple[tuple[str, Merge, str], ...] = (
        (
            "nested_merged",
            lambda _, old, new: {**old, **{key: deep(old.get(key), value) for key, value in new.items()}},
            "A nested object is merged into the one that was there.",
        ),
        (
            "lists_sorted",
            lambda _, old, new: {
                **old,
                **{k: sorted(v, key=str) if isinstance(v, list) else v for k, v in new.items()},
            },
            "A list is sorted.",
        ),
        (
            "single_precision",
            lambda _, old, new: {
                **old,
                **{
                    k: struct.unpack("f", struct.pack("f", v))[0] if isinstance(v, float) else v for k, v in new.items()
                },
            },
            "A number with decimals passes through a float of 32 bits.",
        ),
        (
            "empty_value_ignored",
            lambda _, old, new: {**old, **{key: value for key, value in new.items() if value != "" or key not in old}},
            "An empty value leaves the old one where it is.",
        ),
    )
    for what, merge, summary in kinds:
        yield plant(f"metadata.exact/{what}", summary, merging(merge), also=("metadata.deletes",))


def _shadowing(contract: Contract, field: Field) -> Planted:
    """A pair that is named like a text field is written to that field, too."""
    texts = {each.name for each in contract.of_kind("text")}

    def shadowed(call: Call, _values: dict[str, Any]) -> dict[str, Any]:
        pairs = call.body.get(field.name)
        named = pairs.items() if isinstance(pairs, dict) else ()
        return {key: value for key, value in named if key in texts and key not in call.body and isinstance(value, str)}

    first, *others = sorted(texts)
    return plant(
        f"update.keeps[{first}]/named_by_a_pair",
        "A pair that is named like a text field is written to that field, too.",
        spoiling(shadowed),
        breaks=tuple(f"update.keeps[{name}]" for name in others),
        also=("metadata.*", "update.last_wins"),
    )


def _replacing(field: Field) -> Iterator[Planted]:
    def held(call: Call) -> Pairs:
        return call.before.get(field.name) or {}

    kinds: tuple[tuple[str, Merge, str], ...] = (
        ("adds/first_pair_only", lambda _, __, new: dict(list(new.items())[:1]), "Of several pairs one is taken."),
        (
            "adds/known_keys_only",
            lambda call, _, new: {key: value for key, value in new.items() if key in held(call) or not held(call)},
            "New keys are dropped where the session holds pairs.",
        ),
        (
            "changes/old_value_stays",
            lambda call, _, new: {key: held(call).get(key, value) for key, value in new.items()},
            "The value of a known key is not changed.",
        ),
        ("keeps/merged", lambda call, _, new: {**held(call), **new}, "Pairs that were not sent stay."),
        (
            "keeps/merged_by_one",
            lambda call, _, new: {**held(call), **new} if len(new) == 1 else new,
            "Pairs that were not sent stay where a single one was sent.",
        ),
        ("keeps/empty_ignored", lambda call, _, new: new or held(call), "{} leaves all pairs as they are."),
    )
    for what, merge, summary in kinds:
        yield plant(f"metadata.{what}", summary, merging(merge), also=(*SEQUELS, "metadata.*"))


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
        api = keeping(field.name, on_keys(change))
        yield plant(f"metadata.case/{what}", f"Keys are kept as {what.replace('_', ' ')}.", api, breaks=both, also=also)


def _empty(field: Field) -> Iterator[Planted]:
    name, also = field.name, ("metadata.keeps", "update.idempotent", "update.refused_changes_nothing")
    api = spoiling(lambda call, _: {name: {}} if call.body.get(name) == {} else {})
    yield plant("metadata.empty/clears", "{} takes all pairs away.", api, also=also)
    api = spoiling(lambda call, _: {name: {}} if call.body.get(name) == {} and len(call.body) > 1 else {})
    yield plant("metadata.empty/clears_beside_text", "{} beside another field takes all pairs away.", api, also=also)
    api = failing(lambda call: call.body.get(name) == {})
    yield plant(
        "metadata.empty/server_error",
        "{} is answered with 500.",
        api,
        breaks=("any.no_server_error",),
        also=also,
    )
