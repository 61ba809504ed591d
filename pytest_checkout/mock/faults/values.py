"""Faults in what becomes of one field's value: answered, stored, exact."""

from __future__ import annotations

import hashlib
import re
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.mock import validation
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import (
    Planted,
    answering,
    deal,
    keeping,
    nth_update,
    on_text,
    plant,
    spoiling,
    storing,
    with_others,
)
from pytest_checkout.mock.faults.wrong_values import (
    INEXACT_TEXTS,
    INEXACT_URLS,
    WRONG_TEXTS,
    WRONG_URLS,
)
from pytest_checkout.mock.messages import Call

#: What percent-encoding leaves alone.
RESERVED = ":/?#[]@!$&'()*+,;=%~"
SEQUELS = ("update.stores_at_once", "update.last_wins", "concurrency.*")


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of values, dealt out to the contract's fields."""
    yield from _answers(contract)
    yield from _stores(contract)
    yield from _exact(contract)


def _answers(contract: Contract) -> Iterator[Planted]:
    kinds: tuple[tuple[str, Callable[[str], type[Api]], str], ...] = (
        (
            "shows_old",
            lambda name: answering(name, lambda _, old: old),
            "The answer shows the value before the update.",
        ),
        ("shows_null", lambda name: answering(name, lambda *_: None), "The answer shows null."),
        (
            "old_the_second_time",
            lambda name: answering(
                name,
                lambda _, old: old,
                when=lambda call: call.role == "update" and nth_update(call),
            ),
            "From the second update on, the answer shows the value before.",
        ),
        (
            "old_with_others",
            lambda name: answering(name, lambda _, old: old, when=with_others),
            "Where several fields are sent, the answer shows the value before.",
        ),
        ("left_out", _left_out, "The answer leaves the field out."),
    )
    for field, (what, make, summary) in deal(contract.of_kind("text", "url", "image"), kinds):
        yield plant(f"update.answers[{field.name}]/{what}", summary, make(field.name), also=("update.exact*",))
    for field in contract.of_kind("image"):
        summary = "The answer shows a path, not a URL."
        api = answering(field.name, lambda *_: "/uploads/1.png")
        yield plant(f"update.answers[{field.name}]/relative_path", summary, api)
    for field in contract.of_kind("metadata"):
        summary = "The answer shows the pairs before the update."
        api = answering(field.name, lambda _, old: old or {})
        yield plant(f"update.answers[{field.name}]/shows_old", summary, api, also=("metadata.*",))
        summary = "The answer shows the pairs that were sent, and no others."
        api = _sent_alone(field.name)
        yield plant(
            f"update.answers[{field.name}]/sent_pairs_alone", summary, api, also=("metadata.*", "update.keeps*")
        )


def _sent_alone(name: str) -> type[Api]:
    class SentAlone(Api):
        def render(self, call: Call) -> dict[str, Any]:
            answer = super().render(call)
            if call.role == "update" and isinstance(call.changes.get(name), dict):
                answer[name] = call.changes[name]
            return answer

    return SentAlone


def _left_out(name: str) -> type[Api]:
    class LeftOut(Api):
        def render(self, call: Call) -> dict[str, Any]:
            answer = super().render(call)
            if name in call.changes and call.role == "update":
                del answer[name]
            return answer

    return LeftOut


def _stores(contract: Contract) -> Iterator[Planted]:
    for field, (what, change, summary) in (
        *deal(contract.of_kind("text"), WRONG_TEXTS),
        *deal(contract.of_kind("url"), WRONG_URLS, each=2),
    ):
        both = (f"update.answers[{field.name}]",)
        also = (f"update.exact[{field.name}]", "update.answers_session")
        api = keeping(field.name, on_text(change))
        yield plant(f"update.stores[{field.name}]/{what}", f"{field.name}: {summary}", api, breaks=both, also=also)
    yield from _mixed_up([field.name for field in contract.of_kind("url")])
    kinds: tuple[tuple[str, Callable[[str], type[Api]], str], ...] = (
        (
            "never",
            lambda name: storing(name, lambda _, old: old),
            "The answer shows the new value, which is not stored.",
        ),
        (
            "not_the_second_time",
            lambda name: storing(name, lambda _, old: old, when=nth_update),
            "From the second update on, the value is not stored.",
        ),
        (
            "not_with_others",
            lambda name: storing(name, lambda _, old: old, when=with_others),
            "Where several fields are sent, this one is not stored.",
        ),
        ("stored_as_null", lambda name: storing(name, lambda *_: None), "null is stored."),
        (
            "not_over_100",
            lambda name: storing(name, lambda new, old: old if len(str(new)) > 100 else new),
            "A long value is shown in the answer and not stored.",
        ),
    )
    for field, (what, make, summary) in deal(contract.of_kind("text", "url", "image"), kinds):
        sequels = (*SEQUELS, "update.combines", f"update.exact[{field.name}]", f"update.keeps[{field.name}]", "image.*")
        yield plant(f"update.stores[{field.name}]/{what}", f"{field.name}: {summary}", make(field.name), also=sequels)
    for field in contract.of_kind("image"):
        yield plant(
            f"update.stores[{field.name}]/dropped_beside_others",
            f"{field.name} is shown by a URL of the API's own, and dropped where other fields are sent.",
            _dropped_beside_others(field.name),
            breaks=(f"update.answers[{field.name}]",),
            also=("update.combines", "image.*", "update.idempotent", "update.last_wins", "concurrency.*"),
        )
    for field in contract.of_kind("metadata"):
        summary = "Pairs are shown in the answer and not stored."
        api = storing(field.name, lambda _, old: old or {})
        yield plant(f"update.stores[{field.name}]/never", summary, api, also=("metadata.*", *SEQUELS))
        summary = "A value over 100 characters is cut."
        api = keeping(
            field.name,
            lambda pairs: {key: value[:100] if isinstance(value, str) else value for key, value in pairs.items()},
        )
        both = (f"update.answers[{field.name}]",)
        name = f"update.stores[{field.name}]/values_cut_at_100"
        yield plant(name, summary, api, breaks=both, also=("metadata.*", *SEQUELS))


def _dropped_beside_others(name: str) -> type[Api]:
    class DroppedBesideOthers(Api):
        def kept_image(self, text: str, data: bytes) -> str:
            return f"https://pictures.example.com/{hashlib.sha256(data or text.encode()).hexdigest()}"

        def apply(self, call: Call) -> None:
            if call.role == "update" and len(call.changes) > 1:
                call.changes.pop(name, None)
            super().apply(call)

    return DroppedBesideOthers


def _mixed_up(names: list[str]) -> Iterator[Planted]:
    if len(names) > 1:
        one, other = names[0], names[-1]
        yield plant(
            f"update.stores[{other}]/takes_{one}",
            f"Where {one} is sent too, {other} gets its value.",
            spoiling(lambda call, values: {other: values[one]} if {one, other} <= call.body.keys() else {}),
            breaks=(f"update.answers[{other}]",),
            also=("update.combines", "update.idempotent", f"update.exact[{other}]", "update.last_wins", "success.*"),
        )


def _exact(contract: Contract) -> Iterator[Planted]:
    for field, (what, change, summary) in (
        *deal(contract.of_kind("text"), INEXACT_TEXTS),
        *deal(contract.of_kind("url"), INEXACT_URLS, each=2),
    ):
        api = keeping(field.name, on_text(change))
        yield plant(f"update.exact[{field.name}]/{what}", f"{field.name}: {summary}", api, also=("concurrency.*",))
    for field in contract.of_kind("url")[:1]:
        yield _iri_made_ascii(field)
    yield _escapes_misread([field.name for field in contract.of_kind("text")])


def _escapes_misread(names: list[str]) -> Planted:
    pair = re.compile(rb"\\u[dD][89abAB]..\\u[dD][c-fC-F]..")

    class Misread(Api):
        def parse(self, call: Call) -> None:
            call.request = replace(call.request, body=pair.sub(rb"\\ufffd\\ufffd", call.request.body))
            super().parse(call)

    return plant(
        f"update.exact[{names[0]}]/escaped_pairs_misread",
        "What JSON spells as two escapes for one character is read as two unknown ones.",
        Misread,
        breaks=tuple(f"update.exact[{name}]" for name in names[1:]),
        also=("metadata.exact", "input.robust"),
    )


def _iri_made_ascii(field: Field) -> Planted:
    class Idna(Api):
        def is_url(self, asked: Field, text: str) -> bool:
            return validation.is_http_iri(text) if asked == field else super().is_url(asked, text)

        def changed(self, call: Call, name: str, old: Any, new: Any) -> Any:
            value = super().changed(call, name, old, new)
            return urllib.parse.quote(value, safe=RESERVED) if name == field.name and isinstance(value, str) else value

    name = f"update.exact[{field.name}]/iri_made_ascii"
    return plant(name, f"{field.name}: what is not ASCII comes back percent-encoded.", Idna)
