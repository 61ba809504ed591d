"""Faults in what an update, or its refusal, should leave alone: fixed fields, other sessions, what is refused."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import AfterRefusal, Planted, plant, spoiling
from pytest_checkout.mock.messages import Call, Refusal


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults in what stands still."""
    yield from _fixed(contract)
    yield from _isolated(contract)
    yield from _refused(contract)


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
                own = self.store.of(call.target.account)
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
        summary = f"{field.name} is set on every session of the account that has one."
        yield plant(
            f"{name}/{field.name}_of_all_that_have_one", summary, _where_set(field.name), also=(*also, "image.*")
        )
    for field in contract.of_kind("metadata"):
        summary = "All sessions share their pairs."
        yield plant(f"{name}/shared_{field.name}", summary, leaking(field.name, neighbour=None), also=also)
        summary = "A pair that is new to the API is written to all sessions; one that it knows is not."
        yield plant(f"{name}/new_pairs_of_{field.name}_shared", summary, _new_pairs_shared(field.name), also=also)


def _where_set(name: str) -> type[Api]:
    class WhereSet(Api):
        def save(self, call: Call, values: dict[str, Any]) -> None:
            super().save(call, values)
            if call.role == "update" and call.changes.get(name):
                for session in self.store.of(call.target.account):
                    if session.values.get(name):
                        session.values = {**session.values, name: values[name]}

    return WhereSet


def _new_pairs_shared(name: str) -> type[Api]:
    class NewPairsShared(Api):
        def save(self, call: Call, values: dict[str, Any]) -> None:
            super().save(call, values)
            if call.role != "update" or not isinstance(call.changes.get(name), dict):
                return
            known = self.__dict__.setdefault("known_pairs", set())
            fresh = {key: value for key, value in call.changes[name].items() if (key, str(value)) not in known}
            known.update((key, str(value)) for key, value in fresh.items())
            for session in self.store.of(call.target.account) if fresh else ():
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
        f"{name}/refused_and_gone",
        "A session of which an update was refused can't be found any more.",
        _gone_once_refused(),
        also=("*",),
    )
    for field in contract.of_kind("text")[-1:]:
        yield plant(
            f"{name}/{field.name}_shown_once",
            f"The first retrieve after a refused update shows its {field.name}.",
            _refused_shown_once(field.name),
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

    class HalfApplied(AfterRefusal):
        def once_refused(self, call: Call) -> None:
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


def _gone_once_refused() -> type[Api]:
    class GoneOnceRefused(AfterRefusal):
        def once_refused(self, call: Call) -> None:
            call.target.account = ""  # which is nobody's

    return GoneOnceRefused


def _refused_shown_once(name: str) -> type[Api]:
    class RefusedShownOnce(AfterRefusal):
        def once_refused(self, call: Call) -> None:
            if isinstance(call.body.get(name), str):
                call.target.memory["refused"] = {name: call.body[name]}

        def render(self, call: Call) -> dict[str, Any]:
            shown = super().render(call)
            return {**shown, **call.target.memory.pop("refused", {})} if call.role == "retrieve" else shown

    return RefusedShownOnce


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
