"""Faults in an update as a whole: combined, answered, repeated, empty."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import (
    Planted,
    failing,
    nth_update,
    plant,
    refusing,
    spoiling,
    storing,
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
    yield from _repeated(contract)
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
        "update.answers_session/html_for_markup",
        "An answer that holds a < is text/html.",
        _labelled("text/html", where=lambda call: "<" in json.dumps(call.changes)),
        also=also,
    )
    for what, media_type in (("text_html", "text/html; charset=utf-8"), ("text_plain", "text/plain")):
        summary = f"The answer is JSON under the media type {media_type}."
        yield plant(f"update.answers_session/{what}", summary, _labelled(media_type), also=also)


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


def _repeated(contract: Contract) -> Iterator[Planted]:
    texts = contract.of_kind("text")
    first, last = texts[0].name, texts[-1].name
    also = ("update.last_wins", "update.stores*", "update.answers*", "update.accepts*", "concurrency.*")

    yield plant(
        f"update.idempotent/{first}_doubled",
        f"{first} sent again with the same value is appended to itself.",
        spoiling(lambda call, values: {first: f"{values[first]} {values[first]}"} if _is_held(call, first) else {}),
        also=also,
    )
    yield plant(
        f"update.idempotent/{last}_toggled",
        f"{last} sent again with the same value is unset.",
        _unset_again(last),
        also=also,
    )
    yield plant(
        "update.idempotent/refused_the_second_time",
        "An update that changes nothing is refused with 409.",
        refusing(lambda _, call: bool(call.body) and all(_is_held(call, name) for name in call.body), status=409),
        also=(*also, "update.accepts*", "metadata.*", "success.*", "image.*"),
    )
    for field in contract.of_kind("metadata")[:1]:
        api = _unset_again(field.name)
        summary = "The same pairs sent again are taken away."
        yield plant(f"update.idempotent/{field.name}_toggled", summary, api, also=("metadata.*", *also))
    sequels = (
        "update.stores*",
        "update.answers*",
        "concurrency.*",
        "update.stores_at_once",
        "success.*",
        "update.exact*",
    )
    yield plant(
        f"update.last_wins/longer_{first}_stays",
        f"A shorter {first} does not replace a longer one.",
        keeping_old(first, lambda new, old: isinstance(old, str) and isinstance(new, str) and len(new) < len(old)),
        also=sequels,
    )
    yield plant(
        f"update.last_wins/greater_{last}_stays",
        f"{last} keeps the greater of the two values.",
        keeping_old(last, lambda new, old: isinstance(old, str) and isinstance(new, str) and new < old),
        also=sequels,
    )
    yield plant(
        f"update.last_wins/letter_case_of_{last}_stays",
        f"A {last} that differs from the old one in letter case alone does not replace it.",
        keeping_old(last, lambda new, old: new != old and str(new).lower() == str(old).lower()),
        also=sequels,
    )
    for field in contract.of_kind("image"):
        yield plant(
            f"update.exact[{field.name}]/empty_ignored",
            f"An empty {field.name} is answered with 200, and the old one stays.",
            _empty_ignored(field.name),
            also=sequels,
        )
    for field in contract.of_kind("url")[-1:]:
        yield plant(
            f"update.answers[{field.name}]/old_but_for_the_fragment",
            f"A {field.name} that differs from the old one in its fragment alone does not replace it.",
            keeping_old(field.name, lambda new, old: new != old and str(new).split("#")[0] == str(old).split("#")[0]),
            also=(*sequels, "update.combines", "update.last_wins"),
        )
    yield plant(
        "update.last_wins/third_update_lost",
        "From the third update on, text is shown in the answer and not stored.",
        storing(first, lambda _, old: old, when=lambda call: nth_update(call, after=2)),
        also=(*sequels, "update.keeps*", "update.idempotent"),
    )


def _empty_ignored(name: str) -> type[Api]:
    class EmptyIgnored(keeping_old(name, lambda new, _: new == "")):  # type: ignore[misc]
        def meet_empty_text(self, field: Field) -> Any:
            return "" if field.name == name else super().meet_empty_text(field)

    return EmptyIgnored


def _is_held(call: Call, name: str) -> bool:
    sent, held = call.body.get(name), call.target.values.get(name)
    if isinstance(sent, dict) and isinstance(held, dict):
        return all(key in held and held[key] == value for key, value in sent.items())
    return name in call.body and sent == held


def _unset_again(name: str) -> type[Api]:
    def change(call: Call, values: dict[str, Any]) -> dict[str, Any]:
        if not call.body.get(name) or not _is_held(call, name):
            return {}
        return {name: {} if isinstance(values[name], dict) else None}

    return spoiling(change)


def keeping_old(name: str, when: Callable[[Any, Any], bool]) -> type[Api]:
    """Keep the old value of a field where ``when(new, old)`` holds."""

    class KeepingOld(Api):
        def changed(self, call: Call, field: str, old: Any, new: Any) -> Any:
            value = super().changed(call, field, old, new)
            return old if field == name and call.role == "update" and when(new, old) else value

    return KeepingOld


def _empty(contract: Contract) -> Iterator[Planted]:
    also = ("update.keeps*", "update.idempotent", "input.robust")
    names = tuple(contract.fields)

    def emptied(*cleared: str) -> type[Api]:
        return spoiling(lambda call, _: {} if call.body else dict.fromkeys(cleared))

    text = contract.of_kind("text")[-1].name
    yield plant("update.empty/clears_all", "{} clears every field.", emptied(*names), also=also)
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
