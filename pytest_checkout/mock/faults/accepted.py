"""Faults in which values of a field are accepted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, deal, failing, plant, refusing
from pytest_checkout.mock.faults.wrong_values import REFUSED_TEXTS, REFUSED_URLS
from pytest_checkout.mock.messages import Call


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of what is refused and should be accepted."""
    yield from _accepts(contract)


def _refused_where(field: Field, bad: Callable[[str], bool]) -> type[Api]:
    return refusing(lambda _, call: isinstance(text := call.body.get(field.name), str) and bad(text))


def _refused_pairs(field: Field, bad: Callable[[dict[str, Any]], bool]) -> type[Api]:
    return refusing(lambda _, call: isinstance(sent := call.body.get(field.name), dict) and bad(sent))


def _refused_alone(field: Field) -> type[Api]:
    return refusing(lambda _, call: set(call.body) == {field.name})


def _accepts(contract: Contract) -> Iterator[Planted]:
    also = ("update.combines", "success.alone*", "update.exact*")
    for field, (what, bad) in deal(contract.of_kind("text"), REFUSED_TEXTS):
        name = f"update.accepts[{field.name}]/refuses_{what}"
        yield plant(name, f"{field.name} is refused: {what}.", _refused_where(field, bad), also=also)
    for field, (what, bad) in deal(contract.of_kind("url"), REFUSED_URLS):
        name = f"update.accepts[{field.name}]/refuses_{what}"
        yield plant(name, f"{field.name} is refused: {what}.", _refused_where(field, bad), also=also)
    fields = tuple(contract.fields.values())
    for field in (fields[0], *contract.of_kind("image")):
        yield plant(
            f"update.accepts[{field.name}]/only_with_others",
            f"{field.name} is refused where nothing else is sent.",
            _refused_alone(field),
            also=("image.*", "success.*", "update.answers*", "update.stores*", "update.exact*", "update.keeps*"),
        )
    yield _accepts_with_202(fields[-2])
    yield from _accepts_behind_another([field.name for field in contract.of_kind("text")])
    yield plant(
        f"update.accepts[{fields[1].name}]/server_error_with_comma",
        f"{fields[1].name} with a comma is answered with 500.",
        failing(lambda call: "," in str(call.body.get(fields[1].name, ""))),
        breaks=("any.no_server_error",),
        also=(*also, "update.exact*"),
    )
    for field in contract.of_kind("metadata"):
        yield from _accepts_metadata(field)


def _accepts_behind_another(names: list[str]) -> Iterator[Planted]:
    if len(names) > 1:
        first, last = names[0], names[-1]
        yield plant(
            f"update.accepts[{last}]/needs_{first}",
            f"{last} is refused where {first} is neither sent nor set.",
            refusing(lambda _, call: last in call.body and not (call.body.get(first) or call.target.values.get(first))),
            also=("update.*", "success.*", "concurrency.*", "metadata.*", "image.*"),
        )


def _accepts_with_202(field: Field) -> Planted:
    class Accepted(Api):
        def success_status(self, call: Call) -> int:
            return 202 if set(call.body) == {field.name} and call.role == "update" else super().success_status(call)

    also = ("image.*", "success.*", "metadata.*")
    name = f"update.accepts[{field.name}]/answers_202"
    return plant(name, f"{field.name} alone is answered with 202.", Accepted, also=also)


def _accepts_metadata(field: Field) -> Iterator[Planted]:
    kinds: tuple[tuple[str, Callable[[dict[str, Any]], bool], str], ...] = (
        ("refuses_over_8_pairs", lambda pairs: len(pairs) > 8, "More than 8 pairs are refused."),
        ("refuses_hyphens", lambda pairs: any("-" in key for key in pairs), "A key with a hyphen is refused."),
        (
            "refuses_long_values",
            lambda pairs: any(len(str(value)) > 40 for value in pairs.values()),
            "A value over 40 characters is refused.",
        ),
        (
            "refuses_long_keys",
            lambda pairs: any(len(key) > 16 for key in pairs),
            "A key over 16 characters is refused.",
        ),
    )
    for what, bad, summary in kinds:
        api = _refused_pairs(field, bad)
        yield plant(f"update.accepts[{field.name}]/{what}", summary, api, also=("metadata.*", "update.combines"))
