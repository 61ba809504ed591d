"""A part of step 5: what an image is, and how large."""

# A step takes what those need who override it.
# ruff: noqa: ARG002

from __future__ import annotations

from typing import Any

from pytest_checkout.contract.model import Carrier, Field, ImageFormat, ImageLimit
from pytest_checkout.mock import images
from pytest_checkout.mock.messages import Call, Refusal
from pytest_checkout.mock.steps.base import Steps


class Looking(Steps):
    """Look at images."""

    def check_image(self, call: Call, field: Field, limit: ImageLimit, text: str) -> Any:
        """Load what the text carries, recognise it and measure it."""
        carrier = images.carrier_of(text)
        if carrier is None or carrier not in limit.carriers:
            return self.meet_no_image(field, text)
        data = self.load_image(carrier, limit, text)
        format = None if data is None else images.recognise(data)
        if data is None or format is None or format not in limit.formats:
            return self.meet_no_image(field, text)
        if self.is_too_large(call, limit, carrier, format, len(data)):
            raise Refusal(self.REFUSED, f"{field.name} is too large.")
        return self.kept_image(text, data)

    def load_image(self, carrier: Carrier, limit: ImageLimit, text: str) -> bytes | None:
        """The bytes of the picture, or as many as show that it is far too large."""
        if carrier == "data":
            return images.decode_data_uri(text)
        return images.fetch(text, at_most=limit.refuse_above * 3)

    def meet_no_image(self, field: Field, text: str) -> Any:
        """Neither a URL of a picture nor a picture: refused."""
        raise Refusal(self.REFUSED, f"{field.name} is not an image.")

    def is_too_large(self, call: Call, limit: ImageLimit, carrier: Carrier, format: ImageFormat, size: int) -> bool:
        """Whether a picture of this many bytes is refused."""
        return size > limit.accept_up_to

    def kept_image(self, text: str, data: bytes) -> str:
        """What is kept of an image that was taken."""
        return text
