"""The HTTP side of the mock: werkzeug's threaded server, with a handler that keeps connections and stays silent.

werkzeug's own handler closes every connection and decodes the path before anybody sees it; this one keeps connections
open, hands the bytes on as they came, and writes each answer in one piece.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http import HTTPStatus
from typing import IO, Any, cast

from werkzeug.serving import DechunkedInput, ThreadedWSGIServer, WSGIRequestHandler

from pytest_checkout.errors import UsageProblem
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.messages import Answer, Request

LARGEST_BODY = 32 * 1024 * 1024
PATIENCE_S = 60.0


class Unreadable(Exception):
    """The request can't be read as HTTP; the connection is closed after this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Handler(WSGIRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def setup(self) -> None:
        """Remember the connection, so that it can be closed when the server stops."""
        self.request.settimeout(PATIENCE_S)
        self.server.connections.add(self.request)
        super().setup()

    def finish(self) -> None:
        """Forget the connection."""
        self.server.connections.discard(self.request)
        super().finish()

    def parse_request(self) -> bool:
        """Read the headers; from the first line on, the client has all the time it needs."""
        self.connection.settimeout(PATIENCE_S)
        return super().parse_request()

    def run_wsgi(self) -> None:
        """Answer one request; werkzeug calls this for every method."""
        self._answer()
        self.connection.settimeout(self.server.api.IDLE_S)

    def _answer(self) -> None:
        try:
            body = self._body()
        except Unreadable as problem:
            self.close_connection = True
            self._send(self.server.api.transport_refusal(problem.status))
            return
        request = Request(
            method=self.command,
            target=self.requestline.split()[1],
            headers=tuple(self.headers.items()),
            body=body,
        )
        try:
            answer = self.server.api.answer(request)
        except Exception:  # noqa: BLE001 - whatever it is, the client gets an answer and the terminal stays clean
            answer = self.server.api.broken()
        self._send(answer)

    def _body(self) -> bytes:
        coding = self.headers.get("Transfer-Encoding")
        length = self.headers.get("Content-Length")
        if coding is not None:
            if coding.strip().lower() != "chunked" or length is not None:
                raise Unreadable(400)
            try:
                body = DechunkedInput(cast("IO[bytes]", self.rfile)).read(LARGEST_BODY + 1)
            except (OSError, ValueError) as problem:
                raise Unreadable(400) from problem
        else:
            if length is not None and not (length.isascii() and length.isdigit()):
                raise Unreadable(400)
            size = int(length or 0)
            if size > LARGEST_BODY:
                raise Unreadable(413)
            body = self.rfile.read(size) if size else b""
            if len(body) < size:
                raise ConnectionAbortedError("the client left in the middle of its body")
        if len(body) > LARGEST_BODY:
            raise Unreadable(413)
        return body

    def _send(self, answer: Answer) -> None:
        old = answer.protocol == "HTTP/1.0" or self.request_version in {"HTTP/0.9", "HTTP/1.0"}
        if old:
            answer.chunk, answer.early = 0, ()
        if old or answer.close or answer.until_close:
            self.close_connection = True
        self.wfile.write(b"".join(_spelled(answer, head=self.command == "HEAD", close=self.close_connection)))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - the library's own words
        """Refuse what the standard library could not read, in the contract's shape."""
        self.close_connection = True
        self.request_version = "HTTP/1.1"
        self.command = self.command or ""
        self._send(self.server.api.transport_refusal(code))

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def _spelled(answer: Answer, *, head: bool, close: bool) -> Iterator[bytes]:
    for early in answer.early:
        yield f"HTTP/1.1 {early} {HTTPStatus(early).phrase}\r\n\r\n".encode("latin-1")
    headers = list(answer.headers)
    if answer.chunk:
        headers.append(("Transfer-Encoding", "chunked"))
    elif answer.status != HTTPStatus.NO_CONTENT and not answer.until_close:
        headers.append(("Content-Length", str(len(answer.body))))
    if close:
        headers.append(("Connection", "close"))
    lines = [f"{answer.protocol} {answer.status} {HTTPStatus(answer.status).phrase}"]
    lines += [f"{answer.spell(name)}: {value}" for name, value in headers]
    yield ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    if head:
        return
    if not answer.chunk:
        yield answer.body
        return
    for start in range(0, len(answer.body), answer.chunk):
        part = answer.body[start : start + answer.chunk]
        yield b"%x\r\n%s\r\n" % (len(part), part)
    yield b"0\r\n\r\n"


class Server(ThreadedWSGIServer):
    """The listening socket and its threads."""

    def __init__(self, api: Api, *, port: int = 0) -> None:
        self.api = api
        self.connections: set[socket.socket] = set()
        self._thread: threading.Thread | None = None
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listening.bind(("127.0.0.1", port))
            except (OSError, OverflowError) as problem:
                raise UsageProblem(
                    f"the mock can't listen on 127.0.0.1:{port} ({problem}); choose another port, or 0 for any",
                ) from problem
            listening.listen(128)
            super().__init__("127.0.0.1", listening.getsockname()[1], _no_wsgi, Handler, fd=listening.fileno())

    def start(self) -> None:
        """Serve from a thread of its own."""
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="checkout mock", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and close what is open."""
        if self._thread is not None:
            self.shutdown()
            self._thread.join()
        self.server_close()
        for connection in tuple(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left is no news."""


def _no_wsgi(environ: Any, start_response: Any) -> list[bytes]:  # noqa: ARG001 - werkzeug wants an application
    return []
