"""Faults in what an update, or its refusal, should leave alone: other fields, fixed fields, other sessions."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import (
    Planted,
    deal,
    nth_update,
    plant,
    spoiling,
)
from pytest_checkout.mock.messages import Call, Refusal


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults in what stands still."""
    yield from _keeps(contract)
    yield from _keeps_others(contract)
    yield from _fixed(contract)
    yield from _isolated(contract)
    yield from _refused(contract)


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
    for field in contract.of_kind("metadata"):
        yield plant(
            f"update.keeps[{field.name}]/numbers_as_text",
            "Numbers among the pairs become text by an update that sends no pairs.",
            _changed_unsent(field.name, _numbers_as_text),
            also=also,
        )


def _changed_unsent(name: str, change: Callable[[Any], Any]) -> type[Api]:
    return spoiling(lambda call, values: {} if name in call.body else {name: change(values.get(name))})


def _numbers_as_text(pairs: Any) -> Any:
    if not isinstance(pairs, dict):
        return pairs
    return {key: str(value) if isinstance(value, int | float) else value for key, value in pairs.items()}


def _keeps_others(contract: Contract) -> Iterator[Planted]:
    shape = contract.session
    others = [name for name in shape.fields if name not in {*contract.fields, *shape.fixed, *shape.moving}]
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


def _fixed(contract: Contract) -> Iterator[Planted]:
    also = ("update.keeps*", "update.idempotent", "update.empty", "update.answers_session", "session.*")
    shape = contract.session
    for name in shape.fixed:
        summary = f"{name} is taken over from the body."
        api = _from_body(name)
        yield plant(f"update.fixed[{name}]/taken_from_body", summary, api, also=also)
    for name in shape.fixed:
        if name != shape.id_field and "const" not in shape.fields[name].schema:
            summary = f"{name} changes with every update."
            api = _recomputed(name, _drifted)
            yield plant(f"update.fixed[{name}]/drifts", summary, api, also=(*also, "update.refused*", "any.*"))
    for name in shape.fixed:
        if shape.fields[name].schema.get("type") == "number":
            summary = f"{name} loses its decimals by an update."
            api = _recomputed(name, math.floor)
            yield plant(f"update.fixed[{name}]/decimals_lost", summary, api, also=also)
            summary = f"{name} passes through a float of 32 bits by an update."
            api = _recomputed(name, lambda value: struct.unpack("f", struct.pack("f", value))[0])
            yield plant(f"update.fixed[{name}]/of_single_precision", summary, api, also=also)


def _from_body(name: str) -> type[Api]:
    return spoiling(lambda call, _: {name: call.body[name]} if name in call.body else {})


def _recomputed(name: str, change: Callable[[Any], Any]) -> type[Api]:
    return spoiling(lambda _, values: {name: change(values.get(name))})


def _drifted(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return str(value).swapcase() if str(value).isupper() else f"{value}_1"


def _isolated(contract: Contract) -> Iterator[Planted]:
    also = ("update.keeps*", "concurrency.*", "update.stores*", "metadata.*", "update.idempotent", "session.*")

    def leaking(name: str, *, neighbour: int | None) -> type[Api]:
        class Leaking(Api):
            def save(self, call: Call, values: dict[str, Any]) -> None:
                super().save(call, values)
                own = [item for item in self.store.all() if item.account == call.target.account]
                at = own.index(call.target)
                chosen = (
                    own
                    if neighbour is None
                    else own[at + neighbour : at + neighbour + 1]
                    if at + neighbour >= 0
                    else []
                )
                for session in chosen:
                    if name in call.changes:
                        session.values = {**session.values, name: values[name]}

        return Leaking

    texts = contract.of_kind("text")
    name = "update.isolated"
    summary = f"{texts[0].name} is set on every session of the account."
    yield plant(f"{name}/all_sessions", summary, leaking(texts[0].name, neighbour=None), also=also)
    summary = f"{texts[-1].name} is set on the session created before, too."
    yield plant(f"{name}/session_before", summary, leaking(texts[-1].name, neighbour=-1), also=also)
    for field in contract.of_kind("url")[-1:]:
        summary = f"{field.name} is set on the session created next, too."
        yield plant(f"{name}/session_after", summary, leaking(field.name, neighbour=1), also=also)
    for field in contract.of_kind("image"):
        summary = f"{field.name} is set on the session created next, too."
        yield plant(f"{name}/{field.name}_of_the_session_after", summary, leaking(field.name, neighbour=1), also=also)
    for field in contract.of_kind("metadata"):
        summary = "All sessions share their pairs."
        yield plant(f"{name}/shared_{field.name}", summary, leaking(field.name, neighbour=None), also=also)
        summary = "A pair that is new to the API is written to all sessions; one that it knows is not."
        yield plant(f"{name}/new_pairs_of_{field.name}_shared", summary, _new_pairs_shared(field.name), also=also)


def _new_pairs_shared(name: str) -> type[Api]:
    class NewPairsShared(Api):
        def save(self, call: Call, values: dict[str, Any]) -> None:
            super().save(call, values)
            if call.role != "update" or not isinstance(call.changes.get(name), dict):
                return
            known = self.__dict__.setdefault("known_pairs", set())
            fresh = {key: value for key, value in call.changes[name].items() if (key, str(value)) not in known}
            known.update((key, str(value)) for key, value in fresh.items())
            for session in self.store.all():
                if session.account == call.target.account and fresh:
                    session.values = {**session.values, name: {**(session.values.get(name) or {}), **fresh}}

    return NewPairsShared


def _refused(contract: Contract) -> Iterator[Planted]:
    also = ("success.*", "update.keeps*", "update.fixed*", "metadata.*", "image.*", "input.*", "update.stores*")
    name = "update.refused_changes_nothing"
    yield plant(
        f"{name}/half_applied",
        "Fields before the one that is refused are applied.",
        half_applied(lambda _: True),
        also=also,
    )
    for field in contract.of_kind("text")[-1:]:
        api = half_applied({field.name}.__contains__)
        yield plant(
            f"{name}/{field.name}_applied",
            f"{field.name} is applied even where the update is refused.",
            api,
            also=also,
        )
    for field in contract.of_kind("metadata"):
        api = half_applied({field.name}.__contains__)
        yield plant(
            f"{name}/{field.name}_applied",
            "Pairs are applied even where the update is refused.",
            api,
            also=also,
        )
    if contract.exclusive:
        yield plant(
            f"{name}/exclusive_applied",
            "The excluded fields are refused and applied.",
            _exclusive_applied(contract),
            also=also,
        )
    yield plant(
        f"{name}/refused_field_cleared",
        "A field with a refused value is cleared.",
        _refused_cleared(contract),
        also=also,
    )


def half_applied(which: Callable[[str], bool]) -> type[Api]:
    """Apply the good ones of a refused update's fields."""

    class HalfApplied(Api):
        def validate(self, call: Call) -> None:
            try:
                super().validate(call)
            except Refusal:
                if call.role == "update":
                    self.apply_good(call)
                raise

        def apply_good(self, call: Call) -> None:
            good = {}
            for name in (name for name in call.body if name in self.contract.fields):
                try:
                    good[name] = self.check(call, name, call.body[name])
                except Refusal:
                    break
            call.changes = {name: value for name, value in good.items() if which(name)}
            self.apply(call)

    return HalfApplied


def _exclusive_applied(contract: Contract) -> type[Api]:
    class ExclusiveApplied(Api):
        def check_exclusive(self, call: Call, sent: Any) -> None:
            try:
                super().check_exclusive(call, sent)
            except Refusal:
                call.changes = {n: v for group in contract.exclusive for n, v in sent.items() if n in group}
                self.apply(call)
                raise

    return ExclusiveApplied


def _refused_cleared(contract: Contract) -> type[Api]:
    texts = {field.name for field in contract.of_kind("text", "url")}

    class RefusedCleared(Api):
        def check(self, call: Call, name: str, value: Any) -> Any:
            try:
                return super().check(call, name, value)
            except Refusal:
                if call.role == "update" and name in texts:
                    call.target.values = {**call.target.values, name: None}
                raise

    return RefusedCleared
