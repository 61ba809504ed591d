"""Latitudes in what metadata is taken."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG002

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.latitudes.taking import Taken, take
from pytest_checkout.mock.messages import Call, Refusal


def variants(contract: Contract) -> Iterator[Taken]:
    """All variants of this kind."""
    if contract.of_kind("metadata"):
        yield from _metadata(contract)


def _checking_pairs(bad: Callable[[dict[str, Any]], bool]) -> type[Api]:
    class CheckingPairs(Api):
        def check_metadata(self, call: Call, field: Field, value: dict[str, Any]) -> dict[str, Any]:
            if bad(value):
                raise Refusal(self.REFUSED, f"{field.name} holds what is not taken.")
            return super().check_metadata(call, field, value)

    return CheckingPairs


def _merging(change: Callable[[dict[str, Any]], dict[str, Any]]) -> type[Api]:
    class Merging(Api):
        def merged(self, call: Call, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
            return change(super().merged(call, old, new))

    return Merging


def _metadata(contract: Contract) -> Iterator[Taken]:
    accept = next((field.accept for field in contract.of_kind("metadata") if field.accept), {})
    most = accept.get("maxProperties", 50)
    names = {field.name for field in contract.of_kind("metadata")}

    class Full(Api):
        def merged(self, call: Call, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
            pairs = super().merged(call, old, new)
            if len(pairs) > most:
                raise Refusal(self.REFUSED, "There are too many pairs.")
            return pairs

    class NullKept(Api):
        def merged(self, call: Call, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
            return {**old, **new}

    class EmptyAsNull(Api):
        def shown(self, call: Call, name: str, value: Any) -> Any:
            return None if name in names and value == {} else super().shown(call, name, value)

    class EmptyArrayTaken(Api):
        def meet_no_pairs(self, field: Field, value: Any) -> Any:
            return {} if value == [] else super().meet_no_pairs(field, value)

    def has_other_values(pairs: dict[str, Any]) -> bool:
        return not all(isinstance(value, str) for value in pairs.values())

    def has_nested(pairs: dict[str, Any]) -> bool:
        return any(isinstance(value, dict | list) for value in pairs.values())

    def has_odd_keys(pairs: dict[str, Any]) -> bool:
        return not all(re.fullmatch("[A-Za-z0-9_-]{1,40}", key) for key in pairs)

    yield take("metadata.strings_only", "Values that are no strings are refused.", _checking_pairs(has_other_values))
    yield take("metadata.no_nesting", "Objects and arrays as values are refused.", _checking_pairs(has_nested))
    yield take(
        "metadata.plain_keys_only",
        "Keys of other characters than letters, digits, _ and - are refused.",
        _checking_pairs(has_odd_keys),
    )
    yield take(
        "metadata.empty_value_refused",
        "An empty value is refused.",
        _checking_pairs(lambda pairs: "" in pairs.values()),
    )
    yield take(
        "metadata.empty_value_unsets",
        "An empty value takes the pair away.",
        _merging(lambda pairs: {key: value for key, value in pairs.items() if value != ""}),
    )
    yield take("metadata.null_kept", "null is kept as a value.", NullKept)
    yield take(
        "metadata.null_refused",
        "null as a value is refused.",
        _checking_pairs(lambda pairs: None in pairs.values()),
    )
    yield take("metadata.full", "More pairs than the contract is sure of are refused.", Full)
    yield take(
        "metadata.long_refused",
        "Values over 255 characters are refused.",
        _checking_pairs(lambda pairs: any(isinstance(value, str) and len(value) > 255 for value in pairs.values())),
    )
    yield take(
        "metadata.sorted",
        "Pairs come back in the order of their keys.",
        _merging(lambda pairs: dict(sorted(pairs.items()))),
    )
    yield take("metadata.empty_as_null", "No pairs are shown as null.", EmptyAsNull)
    yield take("metadata.empty_array_taken", "An empty array is taken for no pairs.", EmptyArrayTaken)
