"""Faults in what becomes of one field's value: accepted, answered, stored, exact."""

from __future__ import annotations

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
    failing,
    keeping,
    nth_update,
    on_text,
    plant,
    refusing,
    spoiling,
    storing,
    with_others,
)
from pytest_checkout.mock.faults.wrong_values import (
    INEXACT_TEXTS,
    INEXACT_URLS,
    REFUSED_TEXTS,
    REFUSED_URLS,
    WRONG_TEXTS,
    WRONG_URLS,
)
from pytest_checkout.mock.messages import Call

#: What percent-encoding leaves alone.
RESERVED = ":/?#[]@!$&'()*+,;=%~"
SEQUELS = ("update.stores_at_once", "update.last_wins", "concurrency.*")


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of values, dealt out to the contract's fields."""
    yield from _accepts(contract)
    yield from _answers(contract)
    yield from _stores(contract)
    yield from _exact(contract)


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
