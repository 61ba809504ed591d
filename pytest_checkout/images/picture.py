"""A picture of an exact size: its bytes, its ``data:`` URI and its recipe."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from pytest_checkout.contract.model import ImageFormat
from pytest_checkout.images.formats import FORMATS, Format

#: No picture is made larger than this many bytes.
LARGEST = 256 * 1024 * 1024
#: Pictures up to this many bytes are kept for a while; four of them and two of their URIs are at most 27 MiB.
CACHED_UP_TO = 4 * 1024 * 1024


class Printer(Protocol):
    """What Hypothesis and IPython hand to ``_repr_pretty_``."""

    def text(self, text: str, /) -> None:
        """Print a text."""


@dataclass(frozen=True)
class Picture:
    """A picture as its format and its size in bytes: cheap to draw, compare, print and send.

    Args:
        format: ``png``, ``jpeg``, ``gif`` or ``webp``.
        size: How many bytes the picture has, from :func:`smallest` on.

    Raises:
        ValueError: No picture of this format has this size.
    """

    format: ImageFormat
    size: int

    def __post_init__(self) -> None:
        _check(self.format, self.size)

    def __repr__(self) -> str:
        return f"Picture({self.format!r}, {self.size})"

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:  # noqa: FBT001, ARG002 (the protocol is IPython's)
        printer.text(repr(self))

    @property
    def media_type(self) -> str:
        """The media type, such as ``image/png``."""
        return media_type(self.format)

    def bytes(self) -> bytes:
        """The picture itself."""
        return picture(self.format, self.size)

    def data_uri(self) -> str:
        """The picture inline, as a ``data:`` URI (RFC 2397)."""
        return data_uri(self.format, self.size)

    def recipe(self) -> dict[str, Any]:
        """How the picture can be had again: what a report keeps in place of its bytes."""
        return {"image": {"format": self.format, "bytes": self.size}}


def picture(format: ImageFormat, size: int) -> bytes:
    """A valid picture of exactly ``size`` bytes, the same on every machine.

    Args:
        format: ``png``, ``jpeg``, ``gif`` or ``webp``.
        size: How many bytes, from :func:`smallest` up to :data:`LARGEST`.

    Returns:
        The file's bytes. A ``webp`` of an odd size has one byte behind its container; see :func:`granularity`.

    Raises:
        ValueError: The format is unknown, or it has no picture of this size.
    """
    _check(format, size)
    make = _kept_picture if size <= CACHED_UP_TO else _kept_picture.__wrapped__
    return make(format, size)


def data_uri(format: ImageFormat, size: int) -> str:
    """A picture inline, as a ``data:`` URI in base64 (RFC 2397).

    The arguments and errors are those of :func:`picture`; the size is that of the picture, not of its text.
    """
    _check(format, size)
    make = _kept_data_uri if size <= CACHED_UP_TO else _kept_data_uri.__wrapped__
    return make(format, size)


def smallest(format: ImageFormat) -> int:
    """The least number of bytes of a picture of this format; every larger number is possible too."""
    return len(_format(format).build(0))


def granularity(format: ImageFormat) -> int:
    """What the sizes of a format's files are multiples of, by its specification: 2 for ``webp``, 1 for the others.

    Every size can be made. A ``webp`` of an odd size opens wherever bytes behind a RIFF container are ignored, which
    readers may do and need not (RFC 9649, section 2.4): whoever must have a picture accepted chooses an even one.
    """
    return _format(format).granularity


def media_type(format: ImageFormat) -> str:
    """The media type of a format, such as ``image/png``."""
    return _format(format).media_type


@lru_cache(maxsize=4)
def _kept_picture(format: ImageFormat, size: int) -> bytes:
    return _format(format).build(size - smallest(format))


@lru_cache(maxsize=2)
def _kept_data_uri(format: ImageFormat, size: int) -> str:
    return as_data_uri(picture(format, size), media_type(format))


def as_data_uri(content: bytes, media_type: str) -> str:
    """Any bytes as a ``data:`` URI in base64 (RFC 2397)."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"


def _check(format: ImageFormat, size: int) -> None:
    least = smallest(format)
    if not isinstance(size, int) or isinstance(size, bool):
        raise ValueError(f"the size of a picture is a whole number of bytes, not {size!r}")  # noqa: TRY004
    if size < least:
        raise ValueError(f"no {format} picture has {size} bytes: the smallest one has {least}")
    if size > LARGEST:
        raise ValueError(f"a picture of {size} bytes is not made: the largest one has {LARGEST}")


def _format(format: ImageFormat) -> Format:
    try:
        return FORMATS[format]
    except (KeyError, TypeError):
        raise ValueError(f"{format!r} is no format of pictures here; there are {', '.join(FORMATS)}") from None
