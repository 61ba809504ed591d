"""How a picture of each format is made that is exactly so many bytes long.

Every picture shows the same plain square of 64 by 64 pixels. What makes it larger stands where the format's own
specification leaves room for data that is no picture, behind the dimensions, which some readers look for in the first
kilobytes only. The bytes are the same on every machine, so that a checksum in a report can be checked elsewhere.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pytest_checkout.contract.model import ImageFormat

_SIDE = 64


@dataclass(frozen=True, kw_only=True)
class Format:
    """A format of pictures.

    ``build`` makes the smallest picture with so many bytes to spare. The sizes that the specification allows are
    multiples of ``granularity``.
    """

    media_type: str
    suffix: str
    build: Callable[[int], bytes]
    granularity: int = 1


def _png(spare: int) -> bytes:
    """PNG with a private ancillary chunk before ``IEND`` (PNG 3rd edition, sections 5.3 and 5.4)."""
    header = _SIDE.to_bytes(4) * 2 + bytes([8, 0, 0, 0, 0])  # 8-bit greyscale, not interlaced
    # The rows, compressed once and written down: another zlib may compress them to another length.
    rows = bytes.fromhex(
        "78daedcc411100000c0220fbe731a021f6db4100d2a308040281402010080402814020f81e0c6ba340a6",
    )
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"paDd", bytes(spare)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(kind, data) for kind, data in chunks)


def _png_chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(data, zlib.crc32(kind)).to_bytes(4)


def _jpeg(spare: int) -> bytes:
    """Baseline JPEG with ``COM`` segments between frame and scan header (ITU-T T.81, sections B.2 and B.2.4.5)."""
    # One component of 8 bits. Each Huffman table has the one code 0: "no difference" and "end of block". Two bits
    # are a block of 8 by 8 pixels then.
    one_code = bytes([1] + [0] * 15 + [0])
    return b"".join(
        (
            b"\xff\xd8",
            _jpeg_segment(0xE0, b"JFIF\0" + bytes([1, 1, 0, 0, 1, 0, 1, 0, 0])),
            _jpeg_segment(0xDB, bytes([0] + [1] * 64)),
            _jpeg_segment(0xC0, bytes([8]) + _SIDE.to_bytes(2) * 2 + bytes([1, 1, 0x11, 0])),
            _jpeg_segment(0xC4, b"\x00" + one_code + b"\x10" + one_code),
            *(_jpeg_segment(0xFE, bytes(length - 4)) for length in _even_parts(4 + spare, at_most=65537)),
            _jpeg_segment(0xDA, bytes([1, 1, 0, 0, 63, 0])),
            bytes(_SIDE * _SIDE // 64 * 2 // 8),
            b"\xff\xd9",
        )
    )


def _jpeg_segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(data) + 2).to_bytes(2) + data


def _gif(spare: int) -> bytes:
    """GIF with an application extension behind the image (GIF89a, sections 15 and 26).

    A comment extension would do as well, but some readers gather comments, in time that grows with the square of
    their length. Others take any block of three bytes for the number of loops, so that the shortest has four.
    """
    screen = _SIDE.to_bytes(2, "little") * 2
    pixels = bytes.fromhex(  # LZW codes of 3 bits at first
        "848fa9cbed0fa39cb4da8bb3debcfb0f86e24896e689a6eacab6ee0bc7f24cd7f68de7facef7"
        "fe0f0c0a87c4a2f1884c2a97cca6f3098d4aa7d4aaf58acd6ab7dcae175000",
    )
    return b"".join(
        (
            b"GIF89a" + screen + bytes([0x80, 0, 0]) + b"\xb4\xb4\xb4" + b"\0\0\0",  # two colours
            b"\x2c" + bytes(4) + screen + b"\0" + b"\x02" + _gif_block(len(pixels) + 1, pixels) + b"\0",
            b"\x21\xff\x0b" + b"PADDING 1.0",
            *(_gif_block(length, bytes(length - 1)) for length in _even_parts(5 + spare, at_most=256)),
            b"\0" + b"\x3b",
        )
    )


def _gif_block(length: int, data: bytes) -> bytes:
    return bytes([length - 1]) + data


def _webp(spare: int) -> bytes:
    """Lossless WebP with an unknown chunk at its end (RFC 9649, sections 2.3 to 2.7).

    RIFF pads every chunk to an even length, so that a whole file is even as well. Of a file with an odd number of
    bytes, the last one stands behind the RIFF container, where readers may ignore it (section 2.4). An odd size inside
    the container would contradict its header.
    """
    canvas = bytes(4) + (_SIDE - 1).to_bytes(3, "little") * 2  # neither animation nor alpha, EXIF, XMP
    pixels = bytes.fromhex("2f3fc00f00e85b5f3adbff00")
    inside, behind = spare // 2 * 2, spare % 2
    chunks = _riff_chunk(b"VP8X", canvas) + _riff_chunk(b"VP8L", pixels) + _riff_chunk(b"PADD", bytes(inside))
    return _riff_chunk(b"RIFF", b"WEBP" + chunks) + bytes(behind)


def _riff_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + len(data).to_bytes(4, "little") + data


def _even_parts(total: int, *, at_most: int) -> list[int]:
    """Lengths that add up to a total and differ by one at most, so that none is too short for its own frame."""
    count = -(-total // at_most)
    length, longer = divmod(total, count)
    return [length + 1] * longer + [length] * (count - longer)


FORMATS: Mapping[ImageFormat, Format] = MappingProxyType(
    {
        "png": Format(media_type="image/png", suffix=".png", build=_png),
        "jpeg": Format(media_type="image/jpeg", suffix=".jpg", build=_jpeg),
        "gif": Format(media_type="image/gif", suffix=".gif", build=_gif),
        "webp": Format(media_type="image/webp", suffix=".webp", build=_webp, granularity=2),
    }
)
