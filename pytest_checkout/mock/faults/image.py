"""Faults in what images are taken, and how large."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from pytest_checkout.contract.model import Carrier, Contract, Field, ImageFormat, ImageLimit
from pytest_checkout.mock import images
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, deal, letter_too_many, plant
from pytest_checkout.mock.messages import Call, Refusal

#: Whether a picture is too large: limit, size in bytes, and the text that carries it.
TooLarge: TypeAlias = Callable[[ImageLimit, int, str], bool]

TOO_STRICT: tuple[tuple[str, TooLarge, str], ...] = (
    ("limit_halved", lambda limit, size, _: size > limit.accept_up_to // 2, "the limit is half of the documented one"),
    (
        "limit_itself_refused",
        lambda limit, size, _: size >= limit.accept_up_to,
        "an image of exactly the limit is refused",
    ),
    ("nine_tenths", lambda limit, size, _: size > limit.accept_up_to * 9 // 10, "nine tenths of the limit are taken"),
    ("64_kb", lambda _, size, __: size > 65536, "more than 64 kB are refused"),
)
TOO_LAX: tuple[tuple[str, TooLarge, str], ...] = (
    ("no_limit", lambda *_: False, "an image of any size is taken"),
    (
        "two_bytes_more",  # the sizes of some formats are even
        lambda limit, size, _: size > limit.refuse_above + 2,
        "two bytes more than the limit are taken",
    ),
    ("limit_doubled", lambda limit, size, _: size > limit.refuse_above * 2, "the limit is twice the documented one"),
    (
        "whole_kilobytes",
        lambda limit, size, _: size // 1024 > limit.refuse_above // 1024,
        "the limit is counted in whole kilobytes",
    ),
    (
        "far_above",
        lambda limit, size, _: limit.accept_up_to < size < limit.refuse_above * 3 // 2,
        "an image far above the limit is taken",
    ),
    (
        "a_tenth_more",
        lambda limit, size, _: size > limit.refuse_above * 11 // 10,
        "a tenth more than the limit is taken",
    ),
)


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of the area *image*."""
    for field in contract.of_kind("image")[:1]:
        if field.image is not None:
            yield from _limits(field.image, last=contract.of_kind("text")[-1].name)
            yield from _contents(field.name, field.image)


def judged(too_large: TooLarge, *, carriers: tuple[str, ...], formats: tuple[str, ...]) -> type[Api]:
    """Measure pictures of these carriers and formats in another way."""

    class Judged(Api):
        def is_too_large(self, call: Call, limit: ImageLimit, carrier: Carrier, format: ImageFormat, size: int) -> bool:
            if carrier in carriers and format in formats:
                return too_large(limit, size, _text_of(self, call))
            return super().is_too_large(call, limit, carrier, format, size)

    return Judged


def _declared_only() -> type[Api]:
    class DeclaredOnly(Api):
        def is_too_large(self, call: Call, limit: ImageLimit, carrier: Carrier, format: ImageFormat, size: int) -> bool:
            large = super().is_too_large(call, limit, carrier, format, size)
            return large and (carrier != "url" or images.declared_length(_text_of(self, call)) is not None)

    return DeclaredOnly


def _text_of(api: Api, call: Call) -> str:
    return next((call.body[field.name] for field in api.contract.of_kind("image") if field.name in call.body), "")


def _limits(limit: ImageLimit, *, last: str) -> Iterator[Planted]:
    pairs = [(carrier, format) for carrier in limit.carriers for format in limit.formats]
    for (carrier, format), (what, too_large, summary) in deal(pairs, TOO_STRICT):
        api = judged(too_large, carriers=(carrier,), formats=(format,))
        yield plant(f"image.accepts[{carrier}-{format}]/{what}", f"{carrier}, {format}: {summary}.", api)
    for (carrier, format), (what, too_large, summary) in deal(pairs, TOO_LAX):
        api = judged(too_large, carriers=(carrier,), formats=(format,))
        yield plant(f"image.refuses_large[{carrier}-{format}]/{what}", f"{carrier}, {format}: {summary}.", api)
    for carrier in limit.carriers:
        ids = tuple(f"image.refuses_large[{carrier}-{format}]" for format in limit.formats)
        api = judged(lambda *_: False, carriers=(carrier,), formats=limit.formats)
        summary = f"{carrier}: the limit is not enforced for any format."
        yield plant(f"{ids[0]}/no_limit_for_{carrier}", summary, api, breaks=ids[1:])
    if "url" in limit.carriers:
        name = f"image.refuses_large[url-{limit.formats[0]}]/only_declared_lengths"
        yield plant(name, "url: the limit is held against the declared length alone.", _declared_only())
    if "data" in limit.carriers:
        ids = tuple(f"image.accepts[data-{format}]" for format in limit.formats)
        api = judged(
            lambda limit, _, text: len(text.partition(",")[2]) > limit.accept_up_to,
            carriers=("data",),
            formats=limit.formats,
        )
        summary = "data: the limit is measured on the base64 text."
        yield plant(f"{ids[0]}/base64_measured", summary, api, breaks=ids[1:])
        ids = tuple(f"image.refuses_large[data-{format}]" for format in limit.formats)
        api = judged(
            lambda limit, _, text: len(text) > limit.refuse_above * 2,
            carriers=("data",),
            formats=limit.formats,
        )
        summary = "data: the text may be twice as long as the image."
        yield plant(f"{ids[0]}/twice_the_text", summary, api, breaks=ids[1:])
    yield _beside_others(next(iter(limit.carriers)), limit)
    yield _beside_others(list(limit.carriers)[-1], limit, name=last)


def _beside_others(carrier: Carrier, limit: ImageLimit, *, name: str = "") -> Planted:
    """The limit is not enforced beside another field; beside one of this name, where one is given."""

    class BesideOthers(Api):
        def is_too_large(self, call: Call, limit: ImageLimit, sent: Carrier, format: ImageFormat, size: int) -> bool:
            large = super().is_too_large(call, limit, sent, format, size)
            return large and not (sent == carrier and (name in call.body if name else len(call.body) > 1))

    ids = tuple(f"image.refuses_large[{carrier}-{format}]" for format in limit.formats)
    what = name or "another field"
    summary = f"{carrier}: the limit is not enforced where {what} is sent too."
    return plant(f"{ids[0]}/beside_{name or 'others'}", summary, BesideOthers, breaks=ids[1:])


def _contents(name: str, limit: ImageLimit) -> Iterator[Planted]:
    kinds: tuple[tuple[str, Callable[[str], bool], str], ...] = (
        ("anything", lambda _: True, "Any text is taken for an image."),
        ("any_url", lambda text: images.carrier_of(text) == "url", "Any URL is taken, whatever it leads to."),
        ("any_data_uri", lambda text: images.carrier_of(text) == "data", "Any data: URI is taken, whatever it holds."),
        (
            "plain_text",
            lambda text: images.carrier_of(text) is None,
            "Text that is neither a URL nor an image is taken.",
        ),
        (
            "declared_images",
            lambda text: text.lower().startswith("data:image/"),
            "A data: URI that declares an image is taken, whatever it holds.",
        ),
        (
            "image_file_names",
            lambda text: text.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".webp")),
            "What ends like an image's file name is taken.",
        ),
        (
            "unreachable",
            lambda text: images.carrier_of(text) == "url" and not images.answers(text),
            "A URL at which nothing is answered is taken.",
        ),
        (
            "documents",
            lambda text: _carried(text).startswith(b"%PDF-"),
            "A PDF document is taken.",
        ),
        ("markup", lambda text: text.startswith("<"), "Markup is taken for an image."),
        ("relative_paths", lambda text: text.startswith("/"), "A relative path is taken."),
    )
    for what, takes, summary in kinds:
        if what not in {"any_data_uri", "declared_images"} or "data" in limit.carriers:
            yield plant(f"image.refuses_other/{what}_taken", summary, _lenient(takes))
    if "data" in limit.carriers:
        yield plant(
            "image.refuses_other/server_error_for_a_letter_too_many",
            "Base64 of one letter more than can be read is answered with 500.",
            _Undecodable,
            breaks=("any.no_server_error",),
        )
    sequels = (
        "update.accepts*",
        "update.combines",
        "update.answers*",
        "update.stores*",
        "image.accepts*",
        "image.refuses_large*",
        "update.keeps*",
    )
    if "url" in limit.carriers:
        yield plant(
            f"image.accepts[url-{limit.formats[0]}]/none_once_one_was_refused",
            "url: once a picture was refused, all are, as their host is blocked.",
            _Blocking,
            also=(*sequels, "image.*", "update.*", "concurrency.*"),
        )
    api = judged(lambda *_: True, carriers=tuple(limit.carriers), formats=limit.formats)
    yield plant(f"image.offered[{name}]/every_image_refused", "Every image is refused as too large.", api, also=sequels)
    api = judged(lambda _, size, __: size < 4096, carriers=tuple(limit.carriers), formats=limit.formats)
    yield plant(f"image.offered[{name}]/small_images_refused", "Images under 4 kB are refused.", api, also=sequels)


class _Blocking(Api):
    """Takes no picture by URL any more once it refused one."""

    def check_image(self, call: Call, field: Field, limit: ImageLimit, text: str) -> Any:
        """Look at it as ever, unless there was one."""
        by_url = images.carrier_of(text) == "url"
        if by_url and self.__dict__.get("blocked"):
            raise Refusal(self.REFUSED, f"{field.name} is on a host that is blocked.")
        try:
            return super().check_image(call, field, limit, text)
        except Refusal:
            self.__dict__["blocked"] = by_url or self.__dict__.get("blocked")
            raise


class _Undecodable(Api):
    """Falls over base64 that has one letter more than can be read."""

    def meet_no_image(self, field: Field, text: str) -> Any:
        """Refused, but for that."""
        if images.carrier_of(text) == "data" and letter_too_many(text.partition(",")[2]):
            raise Refusal(500, "Something went wrong.")
        return super().meet_no_image(field, text)


def _carried(text: str) -> bytes:
    """What a text carries or leads to; nothing where it can't be had."""
    carrier = images.carrier_of(text)
    found = images.fetch(text, at_most=4096) if carrier == "url" else images.decode_data_uri(text)
    return found or b""


def _lenient(takes: Callable[[str], bool]) -> type[Api]:
    class Lenient(Api):
        def meet_no_image(self, field: Field, text: str) -> Any:
            return text if takes(text) else super().meet_no_image(field, text)

    return Lenient
