"""Faults in an update as a whole: combined, answered, late, empty."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import (
    Planted,
    failing,
    nth_update,
    plant,
    refusing,
    spoiling,
)
from pytest_checkout.mock.messages import Call

LAG_S = 0.3

#: A name, what an answer becomes, and a sentence.
Shape: TypeAlias = tuple[str, Callable[[Call, dict[str, Any]], Any], str]


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of the area *update* that are not about one value."""
    yield from _combines(contract)
    yield from _answers_session(contract)
    yield from _stores_at_once(contract)
    yield from _empty(contract)


def _combines(contract: Contract) -> Iterator[Planted]:
    names = tuple(contract.fields)
    texts = [field.name for field in contract.of_kind("text", "url")]
    also = ("update.stores*", "update.answers*", "update.keeps*", "success.*", "metadata.*", "image.*")
    many = len(names) - max(1, len(frozenset().union(*contract.exclusive)))
    pairs = [pair for pair in itertools.combinations(names, 2) if not contract.excluded(frozenset(pair))]
    for one, other in (pairs[0], pairs[len(pairs) // 2], pairs[-1]):
        yield plant(
            f"update.combines/refuses_{one}_with_{other}",
            f"{one} is refused together with {other}.",
            _refused_pair(one, other),
            also=also,
        )
    yield plant(
        f"update.combines/refuses_{many}_fields",
        f"{many} fields and more are refused.",
        refusing(lambda _, call: len(call.body) >= many),
        also=also,
    )
    yield plant(
        "update.combines/only_in_documented_order",
        "Fields are refused in another order than the documented one.",
        refusing(lambda _, call: [name for name in names if name in call.body] != [n for n in call.body if n in names]),
        also=also,
    )
    yield plant(
        "update.combines/refuses_equal_values",
        "Two fields with the same value are refused.",
        refusing(lambda _, call: len(sent := [call.body[n] for n in texts if n in call.body]) > len(set(sent))),
        also=also,
    )


def _refused_pair(one: str, other: str) -> type[Api]:
    return refusing(lambda _, call: {one, other} <= set(call.body))


def _answers_session(contract: Contract) -> Iterator[Planted]:
    id_field = contract.session.id_field
    constants = [name for name, field in contract.session.fields.items() if "const" in field.schema]
    also = ("update.answers*", "update.fixed*", "errors.*", "update.stores*", "image.*", "metadata.*")
    shapes: list[Shape] = [
        ("wrapped", lambda _, value: {"data": value}, "The answer wraps the session into data."),
        ("in_an_array", lambda _, value: [value], "The answer is an array with the session in it."),
        ("empty_object", lambda *_: {}, "The answer is {}."),
        ("id_missing", lambda _, value: {k: v for k, v in value.items() if k != id_field}, "The answer has no id."),
        (
            "id_lower_case",
            lambda _, value: {**value, id_field: value[id_field].swapcase()},
            "The answer's id has another letter case.",
        ),
        (
            "only_what_was_sent",
            lambda call, value: {k: v for k, v in value.items() if k in call.changes},
            "The answer holds the fields that were sent, and no others.",
        ),
    ]
    for name in constants:
        shapes += _constant_shapes(name)
    for what, change, summary in shapes:
        yield plant(f"update.answers_session/{what}", summary, _reshaped(change), also=also)
    yield plant(
        "update.answers_session/only_what_was_sent_of_many",
        "Where five fields or more are sent, the answer holds these and no others but the id and the constants.",
        _reshaped(
            lambda call, value: (
                {k: v for k, v in value.items() if k in {*call.changes, id_field, *constants}}
                if len(call.changes) > 4
                else value
            )
        ),
        also=also,
    )
    yield plant(
        "update.answers_session/nan_kept",
        "NaN is taken in a body, and written as NaN.",
        _keeping_nan(),
        also=("input.robust", "update.stores*", "update.keeps*", "metadata.*", "update.refused*", "update.idempotent"),
    )
    yield plant(
        "update.answers_session/html_for_markup",
        "An answer that holds a < is text/html.",
        _labelled("text/html", where=lambda call: "<" in json.dumps(call.changes)),
        also=also,
    )
    for what, media_type in (("text_html", "text/html; charset=utf-8"), ("text_plain", "text/plain")):
        summary = f"The answer is JSON under the media type {media_type}."
        yield plant(f"update.answers_session/{what}", summary, _labelled(media_type), also=also)


def _keeping_nan() -> type[Api]:
    class KeepingNan(Api):
        def meet_malformed_json(self, call: Call, problem: str) -> None:
            try:
                value = json.loads(call.request.body)
            except ValueError:
                value = None
            if not isinstance(value, dict) or "NaN" not in str(call.request.body):
                super().meet_malformed_json(call, problem)
            else:
                call.body = value

        def dump(self, value: Any) -> bytes:
            return json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")

    return KeepingNan


def _constant_shapes(name: str) -> Iterator[Shape]:
    yield f"{name}_wrong", lambda _, value: {**value, name: "session"}, f"{name} is another word."
    yield f"{name}_missing", lambda _, value: _without(value, name), f"The answer has no {name}."


def _without(value: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key != name}


def _reshaped(change: Callable[[Call, dict[str, Any]], Any]) -> type[Api]:
    class Reshaped(Api):
        def perform(self, call: Call) -> Any:
            value = super().perform(call)
            return change(call, value) if call.role == "update" else value

    return Reshaped


def _labelled(label: str, *, where: Callable[[Call], bool] = lambda _: True) -> type[Api]:
    class Labelled(Api):
        def media_type(self, call: Call, status: int) -> str:
            wrong = call.role == "update" and status < 300 and where(call)
            return label if wrong else super().media_type(call, status)

    return Labelled


def _stores_at_once(contract: Contract) -> Iterator[Planted]:
    also = (
        "update.keeps*",
        "update.fixed*",
        "update.last_wins",
        "update.idempotent",
        "update.refused_changes_nothing",
        "update.empty",
        "metadata.*",
        "success.*",
        "concurrency.*",
        "image.*",
        "update.exact*",
    )

    def lagging(shows: Callable[[str], bool], *, from_update: int = 0) -> type[Api]:
        class Lagging(Api):
            def apply(self, call: Call) -> None:
                super().apply(call)
                if call.role == "update" and nth_update(call, after=from_update):
                    call.target.memory["stale"] = (time.monotonic() + LAG_S, call.before)

            def readable(self, call: Call) -> dict[str, Any]:
                until, old = call.target.memory.get("stale", (0.0, {}))
                values = super().readable(call)
                if call.role != "retrieve" or time.monotonic() > until:
                    return values
                return {name: old.get(name, value) if shows(name) else value for name, value in values.items()}

        return Lagging

    texts = contract.of_kind("text")
    name = "update.stores_at_once"
    yield plant(f"{name}/lags", "A retrieve shows an update after 300 ms only.", lagging(lambda _: True), also=also)
    summary = "From the second update on, a retrieve shows it after 300 ms only."
    yield plant(f"{name}/lags_the_second_time", summary, lagging(lambda _: True, from_update=1), also=also)
    for field in texts[-1:]:
        summary = f"A retrieve shows {field.name} after 300 ms only."
        yield plant(f"{name}/lags_{field.name}", summary, lagging({field.name}.__contains__), also=also)


def _reset(names: Sequence[str]) -> type[Api]:
    def created(call: Call, _: dict[str, Any]) -> dict[str, Any]:
        held = call.target.memory.setdefault("created", call.target.values)
        return {} if call.body else {name: held.get(name) for name in names}

    return spoiling(created)


def _empty(contract: Contract) -> Iterator[Planted]:
    also = ("update.keeps*", "update.idempotent", "input.robust")
    names = tuple(contract.fields)

    def emptied(*cleared: str) -> type[Api]:
        return spoiling(lambda call, _: {} if call.body else dict.fromkeys(cleared))

    text = contract.of_kind("text")[-1].name
    yield plant("update.empty/clears_all", "{} clears every field.", emptied(*names), also=also)
    yield plant("update.empty/goes_back", "{} takes the session back to what was created.", _reset(names), also=also)
    yield plant(f"update.empty/clears_{text}", f"{{}} clears {text}.", emptied(text), also=also)
    for field in contract.of_kind("metadata"):
        yield plant(f"update.empty/clears_{field.name}", "{} clears the pairs.", emptied(field.name), also=also)
    api = failing(lambda call: not call.body)
    yield plant(
        "update.empty/server_error",
        "{} is answered with 500.",
        api,
        breaks=("any.no_server_error",),
        also=also,
    )
