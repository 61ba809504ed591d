"""Servers that answer as no server should, one way each, over real sockets."""

import contextlib
import re
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from functools import cache

Answer = Callable[[socket.socket], None]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def whole(body: bytes, *, head: bytes = OK) -> Answer:
    """A body with its right length."""
    return lambda client: client.sendall(head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


def sent(data: bytes) -> Answer:
    """These bytes, and then the end of the connection."""
    return lambda client: client.sendall(data)


def drip(client: socket.socket) -> None:
    """One byte after the other, slowly."""
    client.sendall(OK + b"Content-Length: 1000\r\n\r\n")
    for _ in range(100):
        client.sendall(b"x")
        time.sleep(0.2)


def without_end(client: socket.socket) -> None:
    """Chunks for ever."""
    client.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        client.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")


def gigabyte(client: socket.socket) -> None:
    """A body of 1 GB."""
    client.sendall(OK + b"Content-Length: 1073741824\r\n\r\n")
    for _ in range(1024):
        client.sendall(b"x" * 1_048_576)


def bomb(client: socket.socket) -> None:
    """A small body that becomes 256 MB."""
    whole(zeros(), head=OK + b"Content-Encoding: gzip\r\n")(client)


@cache
def zeros() -> bytes:
    """256 MB of zeros, packed."""
    packer = zlib.compressobj(level=1, wbits=31)
    return b"".join(packer.compress(b"\0" * 1_048_576) for _ in range(256)) + packer.flush()


def headers_without_end(client: socket.socket) -> None:
    """A header line after the other."""
    client.sendall(OK)
    for place in range(1_000_000):
        client.sendall(b"X-%d: y\r\n" % place)


def interim_without_end(client: socket.socket) -> None:
    """100 Continue for ever."""
    while True:
        client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.001)


def reset(client: socket.socket) -> None:
    """Half a body, and then a reset."""
    client.sendall(OK + b'Content-Length: 100\r\n\r\n{"id": "')
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(_client: socket.socket) -> None:
    """No answer at all."""
    time.sleep(20)


@contextlib.contextmanager
def served(answer: Answer) -> Iterator[str]:
    """A server that answers every request so; gives its URL."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=100)

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=handle, args=(client,), daemon=True).start()

    def handle(client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            received = b""
            while b"\r\n\r\n" not in received:
                if not (part := client.recv(65536)):
                    return
                received += part
            head, _, body = received.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)content-length: (\d+)", head)
            # What is left unread makes the end of the connection a reset.
            while length is not None and len(body) < int(length[1]):
                body += client.recv(65536)
            answer(client)
            client.shutdown(socket.SHUT_WR)

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()
