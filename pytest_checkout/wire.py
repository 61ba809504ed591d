"""One HTTP/1.1 exchange on a socket, byte for byte as meant, in bounded time and memory.

``http.client`` writes the request target and the headers as they are given, where ``requests`` and ``urllib3`` mend
them (``..`` becomes another path, an empty header is dropped). What it lacks is a total deadline and bounds on what an
answer may cost; these are here.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from pytest_checkout.exchange import ABSENT

#: An answer may be this large, in bytes, before and after decompression.
LARGEST_ANSWER = 32 * 1024 * 1024


class Unreachable(Exception):
    """No connection to the API could be made."""


class NoAnswer(Exception):
    """The request was sent, and what came back is no answer; the message says what came."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer as it was read: the body is decompressed."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    elapsed_s: float


class Connection:
    """One connection to the API, kept open between requests.

    ``timeout_s`` bounds the whole exchange in seconds, however the bytes drip.
    """

    def __init__(self, base_url: str, *, timeout_s: float = 10.0, ca_bundle: str | None = None) -> None:
        self._url: SplitResult = urlsplit(base_url)
        self._timeout_s = timeout_s
        self._ca_bundle = ca_bundle
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Close the connection; the next request opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def exchange(self, method: str, target: str, headers: Sequence[tuple[str, bytes]], body: bytes | None) -> Answer:
        """Send a request and read its answer.

        A connection that was used before may have been closed by the server meanwhile; when it drops without a byte of
        answer, the request is sent once more on a fresh one (RFC 9110, section 9.2.2, and RFC 9112, section 9.3.1).

        Raises :class:`Unreachable` and :class:`NoAnswer`.
        """
        if self._connection is not None:
            try:
                return self._once(self._connection, method, target, headers, body)
            except _Dropped:
                self.close()
        self._connection = self._connected()
        try:
            return self._once(self._connection, method, target, headers, body)
        except _Dropped as dropped:
            self.close()
            raise NoAnswer(str(dropped)) from None

    def _connected(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        made: http.client.HTTPConnection
        if self._url.scheme == "https":
            context = ssl.create_default_context(cafile=self._ca_bundle)
            made = http.client.HTTPSConnection(host, port, timeout=self._timeout_s, context=context)
        else:
            made = http.client.HTTPConnection(host, port, timeout=self._timeout_s)
        made.response_class = _FinalResponse
        try:
            made.connect()
        except (OSError, UnicodeError) as error:
            raise Unreachable(_in_words(error)) from None
        return made

    def _once(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        target: str,
        headers: Sequence[tuple[str, bytes]],
        body: bytes | None,
    ) -> Answer:
        started = time.perf_counter()
        with _deadline(connection, self._timeout_s) as overdue:
            try:
                _send(connection, method, target, headers, body)
                response = connection.getresponse()
                raw, too_large = _read(response)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.close()
                if overdue.is_set() or isinstance(error, TimeoutError):
                    raise NoAnswer(f"no whole answer within {self._timeout_s:g} s") from None
                if isinstance(error, (http.client.RemoteDisconnected, ConnectionError)):
                    raise _Dropped(f"the connection was dropped before a whole answer ({_in_words(error)})") from None
                raise NoAnswer(f"an answer that is no HTTP ({_in_words(error)})") from None
        elapsed = time.perf_counter() - started
        if overdue.is_set():
            self.close()
            raise NoAnswer(f"no whole answer within {self._timeout_s:g} s")
        if too_large:
            self.close()
            raise NoAnswer(f"an answer of more than {LARGEST_ANSWER:,} bytes")
        if response.will_close:
            self.close()
        pairs = tuple(response.getheaders())
        return Answer(status=response.status, headers=pairs, body=_decoded(raw, response), elapsed_s=elapsed)


class _FinalResponse(http.client.HTTPResponse):
    """An answer whose interim answers are skipped; http.client skips 100 alone (RFC 9110, section 15.2)."""

    def _read_status(self) -> tuple[str, int, str]:
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 101 < status < 200:
                return version, status, reason
            http.client.parse_headers(self.fp)


class _Dropped(Exception):
    """The connection was dropped without a byte of answer."""


def _in_words(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _send(
    connection: http.client.HTTPConnection,
    method: str,
    target: str,
    headers: Sequence[tuple[str, bytes]],
    body: bytes | None,
) -> None:
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    try:
        connection.endheaders(body)
    except (BrokenPipeError, ConnectionResetError):
        # A server may refuse a body that it has not read, and close; its answer is then still to be had.
        if connection.sock is None:
            raise


def _read(response: http.client.HTTPResponse) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    total = 0
    while part := response.read(1024 * 1024):
        parts.append(part)
        total += len(part)
        if total > LARGEST_ANSWER:
            return b"", True
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(parts), False


def _decoded(raw: bytes, response: http.client.HTTPResponse) -> bytes:
    coding = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if coding in ("", "identity") or not raw:
        return raw
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise NoAnswer(f"an answer in the content coding {coding!r}, which was not asked for")
    inflate = zlib.decompressobj(wbits=47 if coding != "deflate" else 15)
    try:
        plain = inflate.decompress(raw, LARGEST_ANSWER)
    except zlib.error:
        raise NoAnswer(f"an answer that says it is {coding} and is not") from None
    if inflate.unconsumed_tail:
        raise NoAnswer(f"an answer of more than {LARGEST_ANSWER:,} bytes when decompressed")
    return plain


@contextmanager
def _deadline(connection: http.client.HTTPConnection, seconds: float) -> Iterator[threading.Event]:
    """Shut the socket down when the time is over, since a socket's own time-out starts anew with every byte."""
    overdue = threading.Event()
    entry = _watchdog.watch(time.monotonic() + seconds, connection.sock, overdue)
    try:
        yield overdue
    finally:
        _watchdog.forget(entry)


class _Watchdog:
    """One thread that shuts sockets down at their deadlines."""

    def __init__(self) -> None:
        self._entries: dict[object, tuple[float, socket.socket | None, threading.Event]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def watch(self, deadline: float, sock: socket.socket | None, overdue: threading.Event) -> object:
        entry = object()
        with self._lock:
            self._entries[entry] = (deadline, sock, overdue)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="checkout-deadlines", daemon=True)
                self._thread.start()
        return entry

    def forget(self, entry: object) -> None:
        with self._lock:
            self._entries.pop(entry, None)

    def _run(self) -> None:
        while True:
            time.sleep(0.05)
            now = time.monotonic()
            with self._lock:
                due = [(key, item) for key, item in self._entries.items() if item[0] <= now]
                for key, (_, sock, overdue) in due:
                    del self._entries[key]
                    overdue.set()
                    _shut(sock)


def _shut(sock: socket.socket | None) -> None:
    try:
        if sock is not None:
            sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it is closed already, which is all that was wanted


_watchdog = _Watchdog()


def parsed(body: bytes) -> tuple[Any, str]:  # noqa: PLR0911 - one line for each thing that can be wrong
    """The JSON value of a body, or :data:`ABSENT` and in words why there is none (RFC 8259)."""
    if not body:
        return ABSENT, "the body is empty"
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return ABSENT, f"the body is not UTF-8 (byte {error.start})"
    try:
        return json.loads(text, parse_constant=_no_constant), ""
    except RecursionError:
        return ABSENT, "the body is nested too deeply"
    except json.JSONDecodeError as error:
        return ABSENT, f"the body is not JSON ({error.msg} at character {error.pos})"
    except _NoConstant as error:
        return ABSENT, f"the body is not JSON ({error} is no JSON number)"
    except ValueError:
        return _with_huge_numbers(text)


def _with_huge_numbers(text: str) -> tuple[Any, str]:
    try:
        return json.loads(text, parse_int=float), ""
    except (ValueError, RecursionError):
        return ABSENT, "the body holds a number of too many digits"


class _NoConstant(ValueError):
    pass


def _no_constant(name: str) -> Any:
    raise _NoConstant(name)
