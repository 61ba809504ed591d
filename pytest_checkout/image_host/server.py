"""The image host's HTTP: what is on the shelf for everyone, the control interface for the run."""

from __future__ import annotations

import contextlib
import hmac
import json
import re
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pytest_checkout.image_host.shelf import Shelf

#: So many connections are served at a time; the others wait.
MOST_CONNECTIONS = 64
#: A connection on which nothing moves for so many seconds is closed.
IDLE_S = 20.0
#: An order to the control interface has at most so many bytes.
LONGEST_ORDER = 64 * 1024

#: Files above so many bytes are sent without their length, as many hosts do: a reader has to count.
UNDECLARED_ABOVE = 5_000_000
_CHUNK = 64 * 1024

Orders = Callable[[dict[str, Any]], dict[str, Any]]


class Server(ThreadingHTTPServer):
    """A web server with a bound on its threads, silent about clients that hang up.

    Args:
        address: Where it listens.
        shelf: What it serves.
        control: The path of the control interface, which only the run knows.
        orders: Does what is asked for there; a ValueError of its is told to the client.
    """

    daemon_threads = True
    request_queue_size = 128
    # Two servers on one port would share the requests, and neither would know of all.
    allow_reuse_port = False

    def __init__(self, address: tuple[str, int], *, shelf: Shelf, control: str, orders: Orders) -> None:
        self.shelf, self.control, self.orders = shelf, control, orders
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._slots = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._connections: set[Any] = set()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        """Bind without asking the name service for this machine's name, which may take seconds."""
        socketserver.TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own as soon as there is room for one more."""
        self._slots.acquire()
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Make room for the next connection."""
        super().shutdown_request(request)
        if request in self._connections:
            self._connections.discard(request)
            self._slots.release()

    def hang_up(self) -> None:
        """End every connection; its thread notices and ends too."""
        for connection in tuple(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print what went wrong here, and nothing where the client went away or fell silent."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    # Head and body leave in one piece: in two, they cost 40 ms.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        found = self.server.shelf.ask(self.path)
        if found is None:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"not found\n")
            return
        time.sleep(found.delay_s)
        if not found.status:
            self.close_connection = True
        elif len(body := found.bytes()) > UNDECLARED_ABOVE and self.request_version == "HTTP/1.1":
            self._stream(found.media_type, body)
        else:
            self._answer(HTTPStatus(found.status), found.media_type, body)

    do_HEAD = do_GET  # noqa: N815 (http.server's name)

    def do_POST(self) -> None:
        order = self._body()
        if order is None or not hmac.compare_digest(self.path.encode(), self.server.control.encode()):
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"not found\n")
            return
        try:
            status, answer = HTTPStatus.OK, self.server.orders(json.loads(order))
        except ValueError as problem:
            status, answer = HTTPStatus.BAD_REQUEST, {"problem": str(problem)}
        self._answer(status, "application/json", json.dumps(answer).encode())

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not re.fullmatch("[0-9]{1,9}", length) or int(length) > LONGEST_ORDER:
            # The rest of the request stays unread, and must not be taken for the next one.
            self.close_connection = True
            return None
        return self.rfile.read(int(length))

    def _answer(self, status: HTTPStatus, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        # A cache in between would answer in place of the host, which would not know that it was asked.
        self.send_header("Cache-Control", "no-store")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _stream(self, media_type: str, body: bytes) -> None:
        """Answer in chunks, without a Content-Length (RFC 9112, section 7.1)."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", media_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command == "HEAD":
            return
        for start in range(0, len(body), _CHUNK):
            chunk = body[start : start + _CHUNK]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        self.wfile.write(b"0\r\n\r\n")

    def version_string(self) -> str:
        return "pytest-checkout"

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the terminal is pytest's."""
