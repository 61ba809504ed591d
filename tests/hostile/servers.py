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

KEY = "sk_test_aB3dE6gH9jK2mN5p"
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


def many(*parts: bytes) -> Answer:
    """2.4 MB of one part, between what opens and closes the body."""
    opened, part, closed = parts
    return whole(opened + part * (2_400_000 // len(part)) + closed)


def trailers_without_end(client: socket.socket) -> None:
    """A whole body, and then a trailer after the other."""
    client.sendall(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")
    while True:
        client.sendall(b"X: y\r\n")


def silent(_client: socket.socket) -> None:
    """No answer at all."""
    time.sleep(20)


SESSION = b'{"id": "cs_test_zZ9yY8xX7wW6vV5u", "object": "checkout_session", "status": "active", "amount": 200}'


@contextlib.contextmanager
def served(answer: Answer, *, to: str = "") -> Iterator[str]:
    """A server that answers every request so, or those alone whose first line matches ``to``; gives its URL."""
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
            (answer if re.match(to.encode(), head) else whole(SESSION))(client)
            client.shutdown(socket.SHUT_WR)

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()


#: The answer, its status (0 where it is none), and the words that say what is wrong with it.
CASES = {
    "a body without end": (without_end, 0, "no whole answer within|more than 16,777,216 bytes"),
    "a byte now and then": (drip, 0, "no whole answer within"),
    "1 GB": (gigabyte, 0, "more than 16,777,216 bytes|no whole answer within"),
    "a gzip bomb": (bomb, 0, "more than 16,777,216 bytes when decompressed|no whole answer within"),
    "headers without end": (headers_without_end, 0, "no HTTP (got more than|no whole answer within"),
    "a header line without end": (
        sent(OK + b"X: " + b"y" * 200_000),
        0,
        "no HTTP (got more than|no whole answer within",
    ),
    "interim answers without end": (interim_without_end, 0, "no whole answer within"),
    "no answer": (silent, 0, "no whole answer within"),
    "a connection that closes": (sent(b""), 0, "dropped before a whole answer"),
    "what is no HTTP": (sent(b"SSH-2.0-OpenSSH_9.6\r\n"), 0, "no HTTP"),
    "a status that is none": (sent(b"HTTP/1.1 abc\r\n\r\n"), 0, "no HTTP"),
    "a length that is too long": (sent(OK + b"Content-Length: 100\r\n\r\n{}"), 0, "cut off 98 bytes before its end"),
    "a length that is no number": (sent(OK + b"Content-Length: ten\r\n\r\n{}"), 200, ""),
    "a chunk that is cut off": (
        sent(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{}"),
        0,
        "cut off 3 bytes before its end|cut off before its last chunk",
    ),
    "a reset after half the body": (reset, 0, "dropped before a whole answer|cut off 92 bytes before"),
    "a wrong coding": (whole(b"{}", head=OK + b"Content-Encoding: gzip\r\n"), 0, "says it is gzip and is not"),
    "an unknown coding": (
        whole(b"{}", head=OK + b"Content-Encoding: br\r\n"),
        0,
        "content coding 'br', which was not asked",
    ),
    "an empty 200": (whole(b""), 200, "the body is empty"),
    "a length that is too short": (sent(OK + b'Content-Length: 3\r\n\r\n{"id": "x"}'), 200, "the body is not JSON"),
    "cut JSON": (whole(b'{"id": "cs_'), 200, "the body is not JSON"),
    "bytes that are not UTF-8": (whole(b'{"id": "\xff"}'), 200, "the body is not UTF-8 (byte 8)"),
    "100,000 levels": (whole(b"[" * 100_000 + b"]" * 100_000), 200, "nested too deeply"),
    "countless values": (many(b"[", b"{},", b"1]"), 200, "may hold more than 500,000 values"),
    "countless texts": (many(b"[", b'"a",', b"1]"), 200, "may hold more than 500,000 values"),
    "countless escapes": (many(b'"', b"%41", b'"'), 200, ""),
    "the key again and again": (many(b'"', KEY.encode(), b'"'), 200, ""),
    "trailers without end": (trailers_without_end, 0, "no whole answer within"),
    "NaN": (whole(b'{"amount": NaN}'), 200, "NaN is no JSON number"),
    "HTML": (whole(b"<!doctype html><h1>Welcome</h1>"), 200, "the body is not JSON"),
    "the same key twice": (whole(b'{"id": "a", "id": "b"}'), 200, ""),
    "a huge number": (whole(b'{"amount": ' + b"9" * 10_000 + b"}"), 200, ""),
    "a huge exponent": (whole(b'{"amount": 1e999999}'), 200, ""),
    "HTTP/1.0": (sent(b'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"id": "a"}'), 200, ""),
    "a redirect to itself": (
        sent(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
        302,
        "the body is empty|a redirect to /, which is not followed",
    ),
    "a redirect to another host": (
        sent(b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n"),
        302,
        "the body is empty|302, a redirect to http://elsewhere.example/, which is not followed",
    ),
}
