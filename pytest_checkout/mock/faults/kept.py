"""Faults in fields that an update does not send, and that keep their values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, deal, nth_update, plant, spoiling
from pytest_checkout.mock.messages import Call


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults in fields that were not sent."""
    yield from _keeps(contract)
    yield from _keeps_others(contract)


def _keeps(contract: Contract) -> Iterator[Planted]:
    grouped = frozenset().union(*contract.exclusive)
    free = [name for name in contract.fields if name not in grouped]

    def lost(name: str, when: Callable[[Call], bool]) -> type[Api]:
        return spoiling(lambda call, _: {name: None} if name not in call.body and when(call) else {})

    kinds: tuple[tuple[str, Callable[[str], type[Api]], str], ...] = (
        (
            "lost",
            lambda name: lost(name, lambda call: not grouped & set(call.body)),
            "is null after an update that does not send it",
        ),
        (
            "lost_with_one_other",
            lambda name: lost(name, lambda call: _other(free, name) in call.body),
            "is null after an update of a certain other field",
        ),
        (
            "lost_with_two_others",
            lambda name: lost(name, lambda call: len(set(call.body) - grouped) >= 2),
            "is null after an update of two other fields",
        ),
        (
            "lost_the_second_time",
            lambda name: lost(name, lambda call: nth_update(call) and not grouped & set(call.body)),
            "is null from the second update on that does not send it",
        ),
        (
            "emptied",
            lambda name: spoiling(
                lambda call, values: (
                    {name: ""} if name not in call.body and values.get(name) and not grouped & set(call.body) else {}
                ),
            ),
            "is empty after an update that does not send it",
        ),
    )
    also = (
        "update.idempotent",
        "update.empty",
        "metadata.*",
        "success.*",
        "update.last_wins",
        "image.*",
        "concurrency.*",
    )
    for name, (what, make, summary) in deal(contract.fields, kinds):
        yield plant(f"update.keeps[{name}]/{what}", f"{name} {summary}.", make(name), also=also)
    texts = [field.name for field in contract.of_kind("text") if field.name not in grouped]
    if len(texts) > 1:
        one, other = texts[-2:]
        swapped = spoiling(
            lambda call, values: {other: values[one]} if one in call.body and other not in call.body else {},
        )
        yield plant(f"update.keeps[{other}]/follows_{one}", f"An update of {one} sets {other} too.", swapped, also=also)

    yield from _kept_beside_many(contract, free)


def _kept_beside_many(contract: Contract, free: list[str]) -> Iterator[Planted]:
    """What is lost beside many fields, or spoilt by an update that has nothing to do with it."""
    also = ("update.*", "success.*", "metadata.*", "image.*", "concurrency.*")
    cleared = [name for name in free if contract.fields[name].kind != "metadata"]
    yield plant(
        f"update.keeps[{cleared[0]}]/lost_beside_five",
        "An update of five fields or more clears those that it does not send.",
        spoiling(lambda call, _: dict.fromkeys(n for n in cleared if n not in call.body) if len(call.body) > 4 else {}),
        also=also,
    )
    text = [field.name for field in contract.of_kind("text")][-1]
    yield plant(
        f"update.keeps[{text}]/markup_escaped_again",
        f"Markup in {text} is escaped by every update that does not send it.",
        _changed_unsent(text, lambda value: value.replace("<", "&lt;") if isinstance(value, str) else value),
        also=also,
    )
    for field in contract.of_kind("image"):
        yield plant(
            f"update.keeps[{field.name}]/given_at_create_lost",
            f"{field.name} is null after the first update of a session that was created with it.",
            _lost_from_create(field.name),
            also=also,
        )
    pictures = [field.name for field in contract.of_kind("image")]
    for field in contract.of_kind("metadata") if pictures else ():
        yield plant(
            f"update.keeps[{field.name}]/lost_with_a_picture_alone",
            f"{field.name} is null after an update of {pictures[0]} alone.",
            _lost_with_alone(field.name, pictures[0]),
            also=also,
        )
    for field in contract.of_kind("metadata"):
        yield plant(
            f"update.keeps[{field.name}]/numbers_as_text",
            "Numbers among the pairs become text by an update that sends no pairs.",
            _changed_unsent(field.name, _numbers_as_text),
            also=also,
        )


def _lost_with_alone(name: str, other: str) -> type[Api]:
    return spoiling(lambda call, _: {name: None} if list(call.body) == [other] else {})


def _lost_from_create(name: str) -> type[Api]:
    def values(call: Call, values: dict[str, Any]) -> dict[str, Any]:
        del values
        return {} if nth_update(call) or name in call.body else {name: None}

    return spoiling(values)


def _changed_unsent(name: str, change: Callable[[Any], Any]) -> type[Api]:
    return spoiling(lambda call, values: {} if name in call.body else {name: change(values.get(name))})


def _numbers_as_text(pairs: Any) -> Any:
    if not isinstance(pairs, dict):
        return pairs
    return {key: str(value) if isinstance(value, int | float) else value for key, value in pairs.items()}


def _keeps_others(contract: Contract) -> Iterator[Planted]:
    shape, others = contract.session, contract.others
    text = contract.of_kind("text")[-1].name
    also = ("update.idempotent", "update.empty", "version.*", "update.answers_session")
    kinds: tuple[tuple[str, Callable[[str], type[Api]], str], ...] = (
        (
            "takes_a_text",
            lambda name: spoiling(lambda call, values: {name: values[text]} if text in call.body else {}),
            f"takes over what {text} is set to",
        ),
        ("cleared", lambda name: spoiling(lambda *_: {name: None}), "is unset by every update"),
    )
    named = [name for name in others if "string" in str(shape.fields[name].schema.get("type"))]
    listed = [name for name in others if "array" in str(shape.fields[name].schema.get("type"))]
    for names, (what, make, summary) in zip((named[-1:], listed[:1]), kinds, strict=True):
        for name in names:
            yield plant(f"update.keeps_others/{name}_{what}", f"{name} {summary}.", make(name), also=also)


def _other(names: list[str], name: str) -> str:
    return names[(names.index(name) + 1) % len(names)] if name in names else names[0]
