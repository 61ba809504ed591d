"""The sessions that the mock holds."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any


def now_ms() -> int:
    """The time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(kw_only=True)
class Session:
    """One session; ``values`` is replaced as a whole, never changed in place, so that readers need no lock.

    ``memory`` is where a fault keeps what it has to remember.
    """

    id: str
    account: str
    values: dict[str, Any]
    born: float = field(default_factory=time.monotonic)
    lock: threading.RLock = field(default_factory=threading.RLock)
    memory: dict[str, Any] = field(default_factory=dict)


class Store:
    """All sessions, by id."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def add(self, session: Session) -> None:
        """Keep a new session."""
        with self._lock:
            self._sessions[session.id] = session

    def get(self, id: str) -> Session | None:
        """The session of exactly this id."""
        return self._sessions.get(id)

    def of(self, account: str) -> list[Session]:
        """An account's sessions, the oldest first."""
        return [session for session in self.all() if session.account == account]

    def all(self) -> tuple[Session, ...]:
        """Every session, the oldest first."""
        with self._lock:
            return tuple(self._sessions.values())
