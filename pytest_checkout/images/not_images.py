"""Things that are carried like an image and are none."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from pytest_checkout.contract.model import Carrier
from pytest_checkout.images.picture import Printer, as_data_uri

_WORDS = b"These are words, and no picture at all."


@dataclass(frozen=True)
class NotImage:
    """Something that no reader of images can open.

    Args:
        name: What it is, in a word or two; reports use it.
        content: Its bytes.
        media_type: What it is declared as.
        uri: The ``data:`` URI where it is another one than the bytes in base64.
        carriers: The ways in which it can be sent.
        status: The HTTP status that it is served with; 0 where the connection is closed without an answer.
    """

    name: str
    content: bytes
    media_type: str
    uri: str | None = None
    carriers: tuple[Carrier, ...] = ("url", "data")
    status: int = 200

    def __repr__(self) -> str:
        return f"NotImage({self.name!r})"

    def _repr_pretty_(self, printer: Printer, cycle: bool) -> None:  # noqa: FBT001, ARG002 (the protocol is IPython's)
        printer.text(repr(self))

    def bytes(self) -> bytes:
        """What stands in place of a picture."""
        return self.content

    def data_uri(self) -> str:
        """The same inline, as a ``data:`` URI (RFC 2397), or what only looks like one."""
        return as_data_uri(self.content, self.media_type) if self.uri is None else self.uri


#: Nothing ambiguous is among them: no SVG, no picture under a wrong type, no whole signature with a broken rest.
NOT_IMAGES: tuple[NotImage, ...] = (
    NotImage("a web page", b"<!DOCTYPE html><title>No picture</title><p>No picture here.", "text/html"),
    NotImage("plain text", _WORDS, "text/plain"),
    NotImage("plain text declared as an image", _WORDS, "image/png"),
    NotImage("plain text declared as a jpeg", _WORDS, "image/jpeg", carriers=("data",)),
    NotImage("plain text declared as a gif", _WORDS, "image/gif", carriers=("data",)),
    NotImage("nothing declared as an image", b"", "image/webp"),
    NotImage("a PDF document", b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n", "application/pdf"),
    NotImage("the beginning of a png header", b"\x89PNG", "image/png"),
    NotImage("the beginning of a jpeg header", b"\xff\xd8", "image/jpeg"),
    NotImage("the beginning of a gif header", b"GIF8", "image/gif"),
    NotImage("the beginning of a webp header", b"RIFF", "image/webp"),
    NotImage("a page that is not there", b"There is no such page.\n", "text/plain", carriers=("url",), status=404),
    NotImage("a connection that breaks off", b"", "image/png", carriers=("url",), status=0),
    NotImage("unencoded text in a data: URI", _WORDS, "text/plain", "data:text/plain,No%20picture", ("data",)),
    NotImage("an empty data: URI", b"", "text/plain", "data:,", ("data",)),
    NotImage("base64 that can't be decoded", b"", "image/png", "data:image/png;base64,*no*base64*x", ("data",)),
)


def not_images(carrier: Carrier) -> tuple[NotImage, ...]:
    """Those of :data:`NOT_IMAGES` that can be sent this way."""
    return tuple(item for item in NOT_IMAGES if carrier in item.carriers)


def no_image(name: str) -> NotImage:
    """One of :data:`NOT_IMAGES` by its name.

    Raises:
        ValueError: None has this name; the message offers the nearest ones.
    """
    found = {item.name: item for item in NOT_IMAGES}
    if name not in found:
        near = difflib.get_close_matches(name, found, n=3) or list(found)
        raise ValueError(f"nothing here is called {name!r}; there is {', '.join(map(repr, near))}")
    return found[name]
