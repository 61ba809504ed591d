"""The image host itself."""

from __future__ import annotations

import re
import secrets
import threading
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from pytest_checkout.errors import UsageProblem
from pytest_checkout.image_host import orders
from pytest_checkout.image_host.server import Server
from pytest_checkout.image_host.shelf import Content, Shelf

_HIGHEST_PORT = 65535
#: The server looks so often whether it shall stop.
_POLL_S = 0.05


class ImageHost:
    """A web server that serves pictures under names that can't be guessed, and 404 for everything else.

    It listens from its making until :meth:`stop`, in threads that don't keep the process alive.

    Args:
        bind: ``HOST:PORT`` to listen on; port 0 takes a free one.
        public_url: Where the API reaches this server, if that is not ``http://HOST:PORT``.

    Raises:
        UsageProblem: One of the two can't be used as it was given.
    """

    def __init__(self, *, bind: str = "127.0.0.1:0", public_url: str | None = None) -> None:
        address = _address(bind)
        public = None if public_url is None else _checked_url(public_url)
        control = f"/{secrets.token_hex(16)}"
        self._shelf = Shelf()
        try:
            self._server = Server(address, shelf=self._shelf, control=control, orders=self._obey)
        except (OSError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or problem
            raise UsageProblem(
                f"the image host can't listen on {bind}: {why}. "
                "Another address can be given as HOST:PORT; port 0 takes a free one."
            ) from problem
        own = _reached_at(address[0], self._server.server_address[1])
        #: The beginning of every URL that :meth:`publish` gives.
        self.base_url = own if public is None else public
        #: What a :class:`RemoteImageHost` needs: a plain string that holds a secret of the run.
        self.control_url = own + control
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_S,), name="image host", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def publish(
        self, content: Content, *, media_type: str | None = None, fresh: bool = True, delay_s: float = 0.0
    ) -> str:
        """Serve a picture, or something in its place.

        Args:
            content: What is served; a picture as its recipe, and built when it is asked for.
            media_type: What it is declared as, where that is not the content's own media type.
            fresh: Whether it gets a new name, so that :meth:`asked` tells of this one use. Otherwise the latest URL of
                the same content is given again, if there is one.
            delay_s: How many seconds go by before it is answered, as from a host that is far away.

        Returns:
            The absolute URL, which ends in a fitting suffix such as ``.png``.

        Raises:
            ValueError: No URL can carry the content, it is too large, or the media type is none.
        """
        return f"{self.base_url}/{self._shelf.add(content, media_type=media_type, fresh=fresh, delay_s=delay_s)}"

    def asked(self, url: str) -> int:
        """How many times a URL was asked for, by GET or HEAD.

        Raises:
            ValueError: This host does not serve the URL, or has forgotten it for thousands of newer ones.
        """
        return self._shelf.asked(url)

    def stop(self) -> None:
        """Serve nothing any more, hang up, and let go of the port; stopping twice does no harm."""
        self._shelf.clear()
        # Before the listening thread is waited for, too: it may itself be waiting for room for one more connection.
        self._server.hang_up()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
        self._server.hang_up()

    def _obey(self, order: dict[str, Any]) -> dict[str, Any]:
        match order:
            case {"asked": str(url)}:
                return {"asked": self.asked(url)}
            case {
                "publish": dict(recipe),
                "media_type": str() | None as media_type,
                "fresh": bool(fresh),
                "delay_s": float(delay_s),
            }:
                content = orders.read(recipe)
                return {"url": self.publish(content, media_type=media_type, fresh=fresh, delay_s=delay_s)}
        raise ValueError("the order is neither to publish nor to say how often a URL was asked for")


def _address(bind: str) -> tuple[str, int]:
    found = re.fullmatch(
        r"(?=[!-~]+\Z)(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[^\s:/@\[\]]+)):(?P<port>[0-9]{1,5})", bind
    )
    if found is None or int(found["port"]) > _HIGHEST_PORT:
        raise UsageProblem(
            f"the image host can't listen on {bind!r}: wanted is HOST:PORT, such as 127.0.0.1:0 or [::1]:8099"
        )
    return found["six"] or found["name"], int(found["port"])


def _reached_at(host: str, port: int) -> str:
    # A server that listens on all addresses is reached from its own machine through loopback.
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    return f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"


def _checked_url(url: str) -> str:
    if "@" in url:
        raise UsageProblem("the image host's URL can't hold a user name or password: every API asks without them")
    if re.search(r"[^!-~]|[?#]", url):
        raise UsageProblem(
            f"the image host's URL {url!r} can't hold a query, a fragment, spaces or non-ASCII characters"
        )
    try:
        parts = urlsplit(url)
        complete = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        complete = False
    if not complete:
        raise UsageProblem(f"the image host's URL {url!r} is no absolute URL, such as https://pictures.example.com")
    return url.rstrip("/")
