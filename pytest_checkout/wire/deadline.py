"""One deadline for a whole exchange, however its bytes drip."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def deadline(connection: http.client.HTTPConnection, seconds: float) -> Iterator[threading.Event]:
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
