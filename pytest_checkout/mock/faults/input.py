"""Faults in what is taken for a field's value, and for a body."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG005

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, deal, plant
from pytest_checkout.mock.messages import Call, Refusal
from pytest_checkout.mock.validation import read_json

CHANGED = ("update.refused_changes_nothing", "update.keeps*")


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of the area *input*."""
    yield from _type(contract)
    yield from _url(contract)
    yield from _beside_another(contract)
    yield from _json()
    yield from _robust(contract)


def _coerced(name: str, takes: Callable[[Any], bool], made: Callable[[Any], Any]) -> type[Api]:
    class Coerced(Api):
        def meet_other_type(self, field: Field, value: Any) -> Any:
            if field.name == name and takes(value):
                return made(value)
            return super().meet_other_type(field, value)

    return Coerced


def _beside_another(contract: Contract) -> Iterator[Planted]:
    urls = [field.name for field in contract.of_kind("url")]
    for name, other in zip(urls[-1:], urls[:1], strict=True):
        if name != other:
            summary = f"{name} is not looked at where {other} is sent, too."
            api = _unlooked_beside(name, other)
            yield plant(f"input.url[{name}]/beside_{other}", summary, api, also=(*CHANGED, "update.exact*"))


def _ignored_behind(name: str) -> type[Api]:
    class IgnoredBehind(Api):
        def validate(self, call: Call) -> None:
            number = isinstance(call.body.get(name), int | float) and not isinstance(call.body[name], bool)
            if call.role == "update" and number and next(iter(call.body)) != name:
                call.body = {field: value for field, value in call.body.items() if field != name}
            super().validate(call)

    return IgnoredBehind


def _type(contract: Contract) -> Iterator[Planted]:
    kinds: tuple[tuple[str, Callable[[Any], bool], Callable[[Any], Any], str], ...] = (
        (
            "number_as_text",
            lambda value: isinstance(value, int | float) and not isinstance(value, bool),
            str,
            "a number is taken as text",
        ),
        ("boolean_as_text", lambda value: isinstance(value, bool), str, "a boolean is taken as text"),
        (
            "array_joined",
            lambda value: isinstance(value, list),
            lambda value: ",".join(map(str, value)),
            "an array is joined to a text",
        ),
        ("object_as_json", lambda value: isinstance(value, dict), json.dumps, "an object is taken as its JSON"),
        ("falsy_as_nothing", lambda value: not value, lambda _: None, "false, 0, [] and {} are taken for nothing"),
        (
            "number_kept",
            lambda value: isinstance(value, int | float) and not isinstance(value, bool),
            lambda value: value,
            "a number is kept as it is",
        ),
        ("anything_kept", lambda _: True, lambda value: value, "a value of any type is kept as it is"),
        ("decimal_as_text", lambda value: isinstance(value, float), str, "a number with decimals is taken as text"),
        (
            "array_unpacked",
            lambda value: isinstance(value, list) and bool(value),
            lambda value: value[0],
            "the first element of an array is taken",
        ),
        ("object_kept", lambda value: isinstance(value, dict), lambda value: value, "an object is kept as it is"),
    )
    for field in contract.of_kind("text")[-1:]:
        yield plant(
            f"input.type[{field.name}]/number_behind_others_ignored",
            f"{field.name}: a number is ignored where another field stands before it.",
            _ignored_behind(field.name),
            also=CHANGED,
        )
    for field, (what, takes, made, summary) in deal(contract.of_kind("text", "url", "image"), kinds):
        api = _coerced(field.name, takes, made)
        yield plant(f"input.type[{field.name}]/{what}", f"{field.name}: {summary}.", api, also=CHANGED)


def _url(contract: Contract) -> Iterator[Planted]:
    kinds: tuple[tuple[str, Callable[[str], bool], str], ...] = (
        (
            "relative",
            lambda text: text.startswith(("/", "./", "../")) and not text.startswith("//"),
            "a relative URL is taken",
        ),
        ("javascript", lambda text: text.lower().startswith("javascript:"), "javascript: is taken"),
        (
            "no_scheme",
            lambda text: re.match(r"(www\.)?[\w-]+\.[\w.-]+", text) is not None,
            "a URL without a scheme is taken",
        ),
        (
            "no_host",
            lambda text: re.match(r"https?:(//)?($|[/?#:@])", text) is not None,
            "a URL without a host is taken",
        ),
        (
            "spaces_inside",
            lambda text: re.match(r"https?://\S+ ", text) is not None,
            "a URL with spaces inside is taken",
        ),
        ("file", lambda text: text.lower().startswith("file:"), "file: is taken"),
        ("data", lambda text: text.lower().startswith("data:"), "data: is taken"),
        (
            "any_scheme",
            lambda text: (
                re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:(?!//?$)\S", text) is not None
                and not text.lower().startswith("http")
            ),
            "any scheme is taken",
        ),
        ("words", lambda text: text in ("null", "undefined", "about:blank", "#"), "null and about:blank are taken"),
        ("two_slashes", lambda text: text.startswith("//"), "a URL that begins with // is taken"),
        ("any_text", lambda text: True, "any text is taken"),
    )
    for field, (what, takes, summary) in deal(contract.of_kind("url"), kinds):
        yield plant(
            f"input.url[{field.name}]/{what}_taken",
            f"{field.name}: {summary}.",
            _url_taken(field.name, takes),
            also=CHANGED,
        )


def _unlooked_beside(name: str, other: str) -> type[Api]:
    class UnlookedBeside(Api):
        def check(self, call: Call, field: str, value: Any) -> Any:
            text = isinstance(value, str) and field == name and other in call.body
            return value if text and call.role == "update" else super().check(call, field, value)

    return UnlookedBeside


def _url_taken(name: str, takes: Callable[[str], bool]) -> type[Api]:
    class UrlTaken(Api):
        def is_url(self, field: Field, text: str) -> bool:
            return super().is_url(field, text) or (field.name == name and takes(text))

    return UrlTaken


def _json() -> Iterator[Planted]:
    def repaired(repair: Callable[[bytes], Any]) -> type[Api]:
        class Repaired(Api):
            def meet_malformed_json(self, call: Call, problem: str) -> None:
                try:
                    value = repair(call.request.body)
                except (ValueError, RecursionError):
                    value = None
                if not isinstance(value, dict):
                    super().meet_malformed_json(call, problem)
                else:
                    call.body = value

        return Repaired

    def no_object_taken(takes: Callable[[Any], bool], made: Callable[[Any], dict[str, Any]]) -> type[Api]:
        class Taken(Api):
            def meet_no_object(self, call: Call, value: Any) -> None:
                if not takes(value):
                    super().meet_no_object(call, value)
                call.body = made(value)

        return Taken

    def nothing(_: Any) -> dict[str, Any]:
        return {}

    kinds: tuple[tuple[str, type[Api], str], ...] = (
        ("malformed_ignored", repaired(nothing), "A body that can't be read is taken for {}."),
        (
            "rest_ignored",
            repaired(_beginning),
            "What follows the object is passed over.",
        ),
        (
            "trailing_commas_taken",
            repaired(lambda body: read_json(re.sub(rb",\s*([}\]])", rb"\1", body))),
            "A comma at the end is passed over.",
        ),
        (
            "single_quotes_taken",
            repaired(lambda body: read_json(body.replace(b"'", b'"'))),
            "Single quotes are taken for double ones.",
        ),
        (
            "cut_off_taken",
            repaired(lambda body: read_json(body + (b'"}' if body.count(b'"') % 2 else b"}"))),
            "A body that is cut off is completed.",
        ),
        (
            "control_characters_taken",
            repaired(lambda body: json.loads(body, strict=False)),
            "Control characters may stand in a text as they are.",
        ),
        ("array_ignored", no_object_taken(lambda value: isinstance(value, list), nothing), "An array is taken for {}."),
        (
            "array_unwrapped",
            no_object_taken(
                lambda value: isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict),
                lambda value: value[0],
            ),
            "An array of one object is taken for the object.",
        ),
        ("null_ignored", no_object_taken(lambda value: value is None, nothing), "null is taken for {}."),
        ("string_ignored", no_object_taken(lambda value: isinstance(value, str), nothing), "A string is taken for {}."),
        ("falsy_ignored", no_object_taken(lambda value: not value, nothing), 'false, 0 and "" are taken for {}.'),
    )
    for what, api, summary in kinds:
        yield plant(f"input.json/{what}", summary, api, also=("input.robust", "update.refused_changes_nothing"))
    api = _failing(lambda _, call: False, no_object=True)
    yield plant(
        "input.json/no_object_server_error",
        "JSON that is no object is answered with 500.",
        api,
        breaks=("any.no_server_error",),
        also=("input.robust", "errors.*"),
    )


def _failing(when: Callable[[Api, Call], bool], *, no_object: bool = False) -> type[Api]:
    class Failing(Api):
        def parse(self, call: Call) -> None:
            if when(self, call):
                raise Refusal(500, "Something went wrong.")
            super().parse(call)

        def meet_no_object(self, call: Call, value: Any) -> None:
            if no_object:
                raise Refusal(500, "Something went wrong.")
            super().meet_no_object(call, value)

    return Failing


def _failing_body(bad: Callable[[bytes], bool]) -> type[Api]:
    return _failing(lambda _, call: call.role == "update" and bad(call.request.body))


def _robust(contract: Contract) -> Iterator[Planted]:
    def not_utf8(body: bytes) -> bool:
        try:
            body.decode("utf-8")
        except UnicodeDecodeError:
            return True
        return False

    last = contract.of_kind("text")[-1].name
    kinds: tuple[tuple[str, Callable[[bytes], bool], str], ...] = (
        ("invalid_utf8", not_utf8, "Text that is not UTF-8"),
        ("nan", lambda body: re.search(rb":\s*(NaN|-?Infinity)", body) is not None, "NaN or Infinity"),
        (
            "surrogate",
            lambda body: (
                re.search(rb"\\u[dD][89abAB]..(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]..", body)
                is not None
            ),
            "A lone surrogate",
        ),
        (
            f"surrogate_in_{last}",
            lambda body: re.search(rb'"%b": *"[^"]*\\u[dD][89abAB]' % last.encode(), body) is not None,
            f"A surrogate in {last}",
        ),
        ("nul", lambda body: b"\\u0000" in body, "NUL"),
        ("deep", lambda body: body.count(b"[") > 500 or body.count(b"{") > 500, "A body nested deep"),
        ("large", lambda body: len(body) > 65536 and b"base64" not in body, "A body over 64 kB"),
        ("empty", lambda body: not body, "An empty body"),
        ("malformed", lambda body: body.lstrip()[:1] == b"{" and body.rstrip()[-1:] != b"}", "A body that is cut off"),
    )
    undeclared = _failing(lambda _, call: call.role == "update" and not call.request.header("content-type"))
    summary = "A body without a media type is answered with 500."
    both = ("any.no_server_error",)
    yield plant("input.robust/undeclared", summary, undeclared, breaks=both, also=("update.empty",))
    for what, bad, summary in kinds:
        also = ("input.json", "update.exact*", "metadata.exact", "errors.*", "update.empty")
        api = _failing_body(bad)
        yield plant(
            f"input.robust/{what}",
            f"{summary} is answered with 500.",
            api,
            breaks=("any.no_server_error",),
            also=also,
        )


def _beginning(body: bytes) -> Any:
    """The JSON at the beginning of a body, whatever follows it."""
    text = body.decode()
    _, end = json.JSONDecoder().raw_decode(text)
    return read_json(text[:end].encode())
