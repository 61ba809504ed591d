"""What an image host serves, under which names, and how often each was asked for."""

from __future__ import annotations

import re
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeAlias

from pytest_checkout.images import NotImage, Picture

Content: TypeAlias = Picture | NotImage | bytes

#: The oldest things beyond these bounds are forgotten: how many, and how many bytes of those without a recipe.
MOST_PUBLISHED = 20_000
MOST_BYTES = 64 * 1024 * 1024

_SUFFIXES = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "text/html": ".html",
    "text/plain": ".txt",
}


@dataclass(kw_only=True)
class Published:
    """One thing on the shelf."""

    content: Content
    media_type: str
    delay_s: float = 0.0
    asked: int = 0

    @property
    def status(self) -> int:
        """The HTTP status that it is served with; 0 where the connection is closed without an answer."""
        return self.content.status if isinstance(self.content, NotImage) else 200

    def bytes(self) -> bytes:
        """What is served."""
        return self.content if isinstance(self.content, bytes) else self.content.bytes()


class Shelf:
    """Things by unguessable names; every method may be called from any thread."""

    def __init__(self) -> None:
        self._items: OrderedDict[str, Published] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def add(self, content: Content, *, media_type: str | None, fresh: bool, delay_s: float) -> str:
        """Put something on the shelf; see :meth:`pytest_checkout.image_host.ImageHost.publish`.

        Returns:
            Its name: a random one with a suffix that fits the media type.

        Raises:
            ValueError: No URL can carry the content, it is too large, or the media type is none.
            TypeError: It is no content.
        """
        _check_content(content)
        declared = _checked_media_type(content, media_type)
        with self._lock:
            known = None if fresh else self._name_of(content, declared, delay_s)
            if known is not None:
                return known
            name = secrets.token_hex(16) + _SUFFIXES.get(declared.partition(";")[0].strip().lower(), ".bin")
            self._items[name] = Published(content=content, media_type=declared, delay_s=delay_s)
            self._held += _own_bytes(content)
            while len(self._items) > MOST_PUBLISHED or self._held > MOST_BYTES:
                _, forgotten = self._items.popitem(last=False)
                self._held -= _own_bytes(forgotten.content)
            return name

    def ask(self, url: str) -> Published | None:
        """Take note that a URL, or its path, was asked for, and find what is served there."""
        with self._lock:
            found = self._items.get(_name_in(url))
            if found is not None:
                found.asked += 1
        return found

    def asked(self, url: str) -> int:
        """How often a URL, or its path, was asked for.

        Raises:
            ValueError: Nothing is served there.
        """
        with self._lock:
            found = self._items.get(_name_in(url))
        if found is None:
            raise ValueError(f"the image host of this run does not serve {url[:200]!r}")
        return found.asked

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._items.clear()
            self._held = 0

    def _name_of(self, content: Content, media_type: str, delay_s: float) -> str | None:
        for name, item in reversed(self._items.items()):
            if (item.content, item.media_type, item.delay_s) == (content, media_type, delay_s):
                return name
        return None


def _name_in(url: str) -> str:
    # Nothing but the last segment counts: a tunnel in front of the host may add a path, or take its own away.
    return re.split("[?#]", url, maxsplit=1)[0].rpartition("/")[2]


def _own_bytes(content: Content) -> int:
    return len(content) if isinstance(content, bytes) else 0


def _check_content(content: Content) -> None:
    if not isinstance(content, Picture | NotImage | bytes):
        raise TypeError(f"a Picture, a NotImage or bytes can be published, not {type(content).__name__}")
    if isinstance(content, NotImage) and "url" not in content.carriers:
        raise ValueError(f"{content!r} can be sent as a data: URI only, and has nothing that a URL could lead to")
    if _own_bytes(content) > MOST_BYTES:
        raise ValueError(f"{_own_bytes(content)} bytes are too many to publish: at most {MOST_BYTES}")


def _checked_media_type(content: Content, media_type: str | None) -> str:
    own = "application/octet-stream" if isinstance(content, bytes) else content.media_type
    declared = own if media_type is None else media_type
    if not re.fullmatch(r"[!-~]+/[!-~][ -~]*", declared):
        raise ValueError(f"{declared!r} is no media type, such as image/png")
    return declared
