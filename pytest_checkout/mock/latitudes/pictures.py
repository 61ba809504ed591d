"""Latitudes in what images are taken, and how they come back."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG002

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

from pytest_checkout.contract.model import Carrier, Contract, Field, ImageFormat, ImageLimit
from pytest_checkout.mock import images
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.latitudes.taking import Taken, take
from pytest_checkout.mock.messages import Answer, Call, Refusal, Request


def variants(contract: Contract) -> Iterator[Taken]:
    """All variants of this kind."""
    if contract.of_kind("image"):
        yield from _images(contract)


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
            "image.url_only",
            "data: URIs are refused.",
            _refusing_carrier("data"),
            excludes=("image.data_only",),
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
