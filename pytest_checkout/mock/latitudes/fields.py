"""Latitudes in what a field takes: text, URLs, images, metadata, null."""

# An overridden step takes what the step takes, needed or not; the numbers of a bug are its own.
# ruff: noqa: ARG002, PLR2004

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from pytest_checkout.contract.model import Carrier, Contract, Field, ImageFormat, ImageLimit
from pytest_checkout.mock import images, validation
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.latitudes.taking import Taken, take
from pytest_checkout.mock.messages import Answer, Call, Refusal, Request


def variants(contract: Contract) -> Iterator[Taken]:
    """All variants of this kind."""
    yield from _text()
    yield from _urls()
    if contract.of_kind("image"):
        yield from _images(contract)
    if contract.of_kind("metadata"):
        yield from _metadata(contract)
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
        "text.long_refused", "Text over 255 characters is refused.", _refusing_text(lambda text: len(text) > 255)
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


def _measuring(most: Callable[[ImageLimit], int]) -> type[Api]:
    class Measuring(Api):
        def is_too_large(self, call: Call, limit: ImageLimit, carrier: Carrier, format: ImageFormat, size: int) -> bool:
            return size > most(limit)

    return Measuring


def _refusing_carrier(refused: Literal["url", "data"]) -> type[Api]:
    class RefusingCarrier(Api):
        def check_image(self, call: Call, field: Field, limit: ImageLimit, text: str) -> Any:
            if images.carrier_of(text) == refused:
                return self.meet_no_image(field, text)
            return super().check_image(call, field, limit, text)

    return RefusingCarrier


def _images(contract: Contract) -> Iterator[Taken]:
    class TooLarge413(Api):
        def check_image(self, call: Call, field: Field, limit: ImageLimit, text: str) -> Any:
            try:
                return super().check_image(call, field, limit, text)
            except Refusal as refusal:
                raise Refusal(413, refusal.message) from refusal

    class NoImage415(Api):
        def meet_no_image(self, field: Field, text: str) -> Any:
            raise Refusal(415, f"{field.name} is not an image.")

    class EmptyUnsets(Api):
        def meet_empty_text(self, field: Field) -> Any:
            return None if field.kind == "image" else super().meet_empty_text(field)

    class OneFormat(Api):
        def is_too_large(self, call: Call, limit: ImageLimit, carrier: Carrier, format: ImageFormat, size: int) -> bool:
            return format != limit.formats[0] or super().is_too_large(call, limit, carrier, format, size)

    yield take(
        "image.limit_mib",
        "Images may be as large as the greater reading of the limit.",
        _measuring(lambda limit: limit.refuse_above),
    )
    yield take(
        "image.limit_between",
        "Images may be somewhat larger than the lesser reading of the limit.",
        _measuring(lambda limit: (limit.accept_up_to + limit.refuse_above) // 2),
    )
    carriers = {carrier for field in contract.of_kind("image") if field.image for carrier in field.image.carriers}
    if carriers >= {"url", "data"}:
        yield take(
            "image.url_only", "data: URIs are refused.", _refusing_carrier("data"), excludes=("image.data_only",)
        )
        yield take(
            "image.data_only",
            "URLs of images are refused unasked.",
            _refusing_carrier("url"),
            excludes=("image.url_only",),
        )
    yield take("image.rehosted", "An image comes back as an http URL of the API's own.", Rehosting)
    yield take("image.refused_413", "What is too large or no image is refused with 413.", TooLarge413)
    yield take("image.refused_415", "What is no image is refused with 415.", NoImage415)
    yield take("image.empty_unsets", "Empty text unsets the image.", EmptyUnsets)
    yield take("image.one_format", "Only the first of the formats is taken.", OneFormat)


class Rehosting(Api):
    """Serve images that were taken under own URLs."""

    MOST = 32

    def kept_image(self, text: str, data: bytes) -> str:
        """Keep the picture, and name it by a URL."""
        pictures: dict[str, bytes] = self.__dict__.setdefault("pictures", {})
        path = f"/images/{self.chance.getrandbits(48):012x}"
        pictures[path] = data
        if len(pictures) > self.MOST:
            pictures.pop(next(iter(pictures)), None)
        return f"{self.base_url}{path}"

    def answer(self, request: Request) -> Answer:
        """Pictures need no key."""
        picture = self.__dict__.get("pictures", {}).get(request.path)
        if picture is None or request.method not in {"GET", "HEAD"}:
            return super().answer(request)
        label = f"image/{images.recognise(picture) or 'png'}"
        return Answer(status=200, headers=[("Content-Type", label)], body=picture)


def _checking_pairs(bad: Callable[[dict[str, Any]], bool]) -> type[Api]:
    class CheckingPairs(Api):
        def check_metadata(self, call: Call, field: Field, value: dict[str, Any]) -> dict[str, Any]:
            if bad(value):
                raise Refusal(self.REFUSED, f"{field.name} holds what is not taken.")
            return super().check_metadata(call, field, value)

    return CheckingPairs


def _merging(change: Callable[[dict[str, Any]], dict[str, Any]]) -> type[Api]:
    class Merging(Api):
        def merged(self, call: Call, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
            return change(super().merged(call, old, new))

    return Merging


def _metadata(contract: Contract) -> Iterator[Taken]:
    accept = next((field.accept for field in contract.of_kind("metadata") if field.accept), {})
    most = accept.get("maxProperties", 50)
    names = {field.name for field in contract.of_kind("metadata")}

    class Full(Api):
        def merged(self, call: Call, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
            pairs = super().merged(call, old, new)
            if len(pairs) > most:
                raise Refusal(self.REFUSED, "There are too many pairs.")
            return pairs

    class NullKept(Api):
        def merged(self, call: Call, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
            return {**old, **new}

    class EmptyAsNull(Api):
        def shown(self, call: Call, name: str, value: Any) -> Any:
            return None if name in names and value == {} else super().shown(call, name, value)

    class EmptyArrayTaken(Api):
        def meet_no_pairs(self, field: Field, value: Any) -> Any:
            return {} if value == [] else super().meet_no_pairs(field, value)

    def has_other_values(pairs: dict[str, Any]) -> bool:
        return not all(isinstance(value, str) for value in pairs.values())

    def has_nested(pairs: dict[str, Any]) -> bool:
        return any(isinstance(value, dict | list) for value in pairs.values())

    def has_odd_keys(pairs: dict[str, Any]) -> bool:
        return not all(re.fullmatch("[A-Za-z0-9_-]{1,40}", key) for key in pairs)

    yield take("metadata.strings_only", "Values that are no strings are refused.", _checking_pairs(has_other_values))
    yield take("metadata.no_nesting", "Objects and arrays as values are refused.", _checking_pairs(has_nested))
    yield take(
        "metadata.plain_keys_only",
        "Keys of other characters than letters, digits, _ and - are refused.",
        _checking_pairs(has_odd_keys),
    )
    yield take(
        "metadata.empty_value_refused",
        "An empty value is refused.",
        _checking_pairs(lambda pairs: "" in pairs.values()),
    )
    yield take(
        "metadata.empty_value_unsets",
        "An empty value takes the pair away.",
        _merging(lambda pairs: {key: value for key, value in pairs.items() if value != ""}),
    )
    yield take("metadata.null_kept", "null is kept as a value.", NullKept)
    yield take(
        "metadata.null_refused", "null as a value is refused.", _checking_pairs(lambda pairs: None in pairs.values())
    )
    yield take("metadata.full", "More pairs than the contract is sure of are refused.", Full)
    yield take(
        "metadata.long_refused",
        "Values over 255 characters are refused.",
        _checking_pairs(lambda pairs: any(isinstance(value, str) and len(value) > 255 for value in pairs.values())),
    )
    yield take(
        "metadata.sorted",
        "Pairs come back in the order of their keys.",
        _merging(lambda pairs: dict(sorted(pairs.items()))),
    )
    yield take("metadata.empty_as_null", "No pairs are shown as null.", EmptyAsNull)
    yield take("metadata.empty_array_taken", "An empty array is taken for no pairs.", EmptyArrayTaken)


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
        "success.one_clears_the_other", "Setting one of the excluded fields clears the other.", OneClearsTheOther
    )
    yield take("success.empty_is_not_sent", "An empty excluded field does not count as sent.", EmptyIsNotSent)
    yield take("success.create_too", "The exclusion holds for the create, too.", CreateToo)
