"""Latitudes in what a field takes: text, URLs, null, the excluded ones."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG002

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.mock import validation
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.latitudes.taking import Taken, take
from pytest_checkout.mock.messages import Call, Refusal


def variants(contract: Contract) -> Iterator[Taken]:
    """All variants of this kind."""
    yield from _text()
    yield from _urls()
    if contract.exclusive:
        yield from _exclusion(contract)


def _refusing_text(bad: Callable[[str], bool], *, kinds: tuple[str, ...] = ("text",), pairs: bool = False) -> type[Api]:
    class RefusingText(Api):
        def check_text(self, call: Call, field: Field, value: str) -> Any:
            if field.kind in kinds and bad(value):
                raise Refusal(self.REFUSED, f"{field.name} holds what is not taken.")
            return super().check_text(call, field, value)

        def check_metadata(self, call: Call, field: Field, value: dict[str, Any]) -> dict[str, Any]:
            if pairs and any(bad(key) or (isinstance(item, str) and bad(item)) for key, item in value.items()):
                raise Refusal(self.REFUSED, f"{field.name} holds what is not taken.")
            return super().check_metadata(call, field, value)

    return RefusingText


def _replacing(change: Callable[[str], str]) -> type[Api]:
    def deep(value: Any) -> Any:
        if isinstance(value, dict):
            return {change(key): deep(item) for key, item in value.items()}
        if isinstance(value, list):
            return [deep(item) for item in value]
        return change(value) if isinstance(value, str) else value

    class Replacing(Api):
        def parse(self, call: Call) -> None:
            super().parse(call)
            call.body = deep(call.body)

    return Replacing


def _text() -> Iterator[Taken]:
    class EmptyRefused(Api):
        def meet_empty_text(self, field: Field) -> Any:
            raise Refusal(self.REFUSED, f"{field.name} must not be empty.")

    class EmptyUnsets(Api):
        def meet_empty_text(self, field: Field) -> Any:
            return None

    class NullClears(Api):
        def meet_null(self, field: Field) -> Any:
            return None

    def has_control(text: str) -> bool:
        return any(unicodedata.category(letter) == "Cc" for letter in text)

    def has_surrogate(text: str) -> bool:
        return any("\ud800" <= letter <= "\udfff" for letter in text)

    yield take("text.empty_refused", "Empty text is refused.", EmptyRefused)
    yield take("text.empty_unsets", "Empty text unsets the field.", EmptyUnsets)
    yield take("text.null_clears", "null clears a field.", NullClears)
    yield take(
        "text.long_refused",
        "Text over 255 characters is refused.",
        _refusing_text(lambda text: len(text) > 255),
    )
    yield take(
        "text.long_refused_by_bytes",
        "Text over 255 bytes is refused.",
        _refusing_text(lambda text: len(text.encode("utf-8", "surrogatepass")) > 255),
    )
    yield take("text.control_refused", "Control characters are refused.", _refusing_text(has_control, pairs=True))
    yield take(
        "text.nul_refused",
        "NUL is refused.",
        _refusing_text(lambda text: "\0" in text, kinds=("text", "url", "image"), pairs=True),
    )
    yield take(
        "text.non_ascii_refused",
        "Characters beyond ASCII are refused.",
        _refusing_text(lambda text: not text.isascii(), pairs=True),
    )
    yield take(
        "text.outer_spaces_refused",
        "Spaces at the ends are refused.",
        _refusing_text(lambda text: text != text.strip(), pairs=True),
    )
    yield take(
        "text.markup_refused",
        "Angle brackets are refused.",
        _refusing_text(lambda text: "<" in text or ">" in text, pairs=True),
    )
    yield take(
        "text.surrogates_refused",
        "Lone surrogates are refused.",
        _refusing_text(has_surrogate, kinds=("text", "url", "image"), pairs=True),
    )
    yield take(
        "text.surrogates_replaced",
        "Lone surrogates become U+FFFD.",
        _replacing(lambda text: re.sub("[\ud800-\udfff]", "\ufffd", text)),
    )


def _taking_urls(good: Callable[[str], bool]) -> type[Api]:
    class TakingUrls(Api):
        def is_url(self, field: Field, text: str) -> bool:
            return super().is_url(field, text) and good(text)

    return TakingUrls


def _urls() -> Iterator[Taken]:
    class IrisTaken(Api):
        def is_url(self, field: Field, text: str) -> bool:
            return super().is_url(field, text) or (not text.isascii() and validation.is_http_iri(text))

    def plain_host(text: str) -> bool:
        host = urlsplit(text).netloc
        return re.fullmatch(r"[A-Za-z0-9.-]+", host) is not None and not re.fullmatch(r"[0-9.]+", host)

    yield take("url.https_only", "http URLs are refused.", _taking_urls(lambda text: text.lower().startswith("https:")))
    yield take("url.iris_taken", "Characters beyond ASCII are taken in URLs.", IrisTaken)
    yield take("url.plain_hosts_only", "Ports, user names and IP addresses are refused.", _taking_urls(plain_host))
    yield take("url.long_refused", "URLs over 255 characters are refused.", _taking_urls(lambda text: len(text) <= 255))


def _exclusion(contract: Contract) -> Iterator[Taken]:
    class OneClearsTheOther(Api):
        def save(self, call: Call, values: dict[str, Any]) -> None:
            for group in contract.exclusive:
                sent = group & {name for name in call.changes if call.changes[name]}
                if call.role == "update" and sent:
                    values = {**values, **dict.fromkeys(group - call.changes.keys())}
            super().save(call, values)

    class EmptyIsNotSent(Api):
        def check_exclusive(self, call: Call, sent: Mapping[str, Any]) -> None:
            super().check_exclusive(call, {name: value for name, value in sent.items() if value not in (None, "")})

    class CreateToo(Api):
        def check_required(self, call: Call) -> None:
            super().check_required(call)
            self.check_exclusive(call, call.body)

    yield take(
        "success.one_clears_the_other",
        "Setting one of the excluded fields clears the other.",
        OneClearsTheOther,
    )
    yield take("success.empty_is_not_sent", "An empty excluded field does not count as sent.", EmptyIsNotSent)
    yield take("success.create_too", "The exclusion holds for the create, too.", CreateToo)
