"""Images: how they are carried, what format they are, and how large."""

from __future__ import annotations

import base64
import binascii
import time
import urllib.error
import urllib.parse
import urllib.request
from http import HTTPStatus
from http.client import HTTPException

from pytest_checkout.contract.model import Carrier, ImageFormat

FETCH_S = 3.0
RESERVED = (".example", ".invalid", ".test", "example.com", "example.net", "example.org")

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def carrier_of(text: str) -> Carrier | None:
    """How the text carries an image, judged by its scheme, or ``None`` where it carries none."""
    scheme = text.partition(":")[0].lower()
    if scheme in {"http", "https"}:
        return "url"
    return "data" if scheme == "data" else None


def decode_data_uri(text: str) -> bytes | None:
    """The bytes in a ``data:`` URI (RFC 2397), or ``None`` where it is malformed."""
    head, comma, data = text.partition(",")
    if not comma:
        return None
    try:
        raw = data.encode("ascii")
        plain = urllib.parse.unquote_to_bytes(raw) if b"%" in raw else raw
        return base64.b64decode(plain, validate=True) if head.lower().endswith(";base64") else plain
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return None


def fetch(url: str, *, at_most: int) -> bytes | None:
    """The first bytes of what the URL answers with 200, or ``None`` where it can't be had.

    Names that RFC 2606 and RFC 6761 reserve lead nowhere and are not asked.
    """
    deadline = time.monotonic() + FETCH_S
    try:
        host = urllib.parse.urlsplit(url).hostname or ""
        if host.endswith(RESERVED):
            return None
        request = urllib.request.Request(url, headers={"Accept": "image/*"})  # noqa: S310 - the caller checked the scheme
        with _opener.open(request, timeout=FETCH_S) as answer:
            parts: list[bytes] = []
            missing = at_most
            while missing > 0 and (part := answer.read1(min(missing, 1 << 20))):
                parts.append(part)
                missing -= len(part)
                if time.monotonic() > deadline:
                    return None
            return b"".join(parts) if answer.status == HTTPStatus.OK else None
    except (OSError, ValueError, HTTPException):
        return None


def answers(url: str) -> bool:
    """Whether anything at all is answered at a URL, be it an error."""
    try:
        with _opener.open(urllib.request.Request(url), timeout=FETCH_S):  # noqa: S310 - the caller checked the scheme
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, ValueError, HTTPException):
        return False


def declared_length(url: str) -> int | None:
    """The length that the URL's host declares beforehand, or ``None`` where it declares none."""
    try:
        request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - the caller checked the scheme
        with _opener.open(request, timeout=FETCH_S) as answer:
            return int(answer.headers["Content-Length"])
    except (OSError, TypeError, ValueError, HTTPException):
        return None


def recognise(data: bytes) -> ImageFormat | None:
    """The format of a picture by its first bytes, whatever it was declared to be."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return None
