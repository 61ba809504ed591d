"""The rate at which a run sends, one for all of its processes."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path

from pytest_checkout.errors import Untried

_BUSY_S = 60.0


class Pace:
    """Lets requests through one after the other, evenly spaced.

    The next free moment is a row in a database, which all processes of a run lock in turn.

    Arguments:
        per_second: how many requests a second go through.
        folder: where the processes of a run meet; ``None`` where there is but one.

    >>> pace = Pace(per_second=1000)
    >>> pace.reserve(), pace.reserve() < 0.1
    (0.0, True)
    """

    def __init__(self, *, per_second: float, folder: Path | None = None) -> None:
        self._spacing_s = 1 / per_second
        self._lock = threading.Lock()
        place = str(folder / "pace.sqlite") if folder is not None else ":memory:"
        self._database = sqlite3.connect(place, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE IF NOT EXISTS pace (id INTEGER PRIMARY KEY, free REAL)")
        self._database.execute("INSERT OR IGNORE INTO pace VALUES (1, 0)")

    def reserve(self, count: int = 1) -> float:
        """Take the next free moment for so many requests together; return how far off it is, in seconds.

        Raises:
            Untried: the processes can't agree on one, as on a full disk.
        """
        with self._lock:
            try:
                return self._reserved(count)
            except sqlite3.Error as problem:
                raise Untried(f"the rate of --checkout-rate-limit can't be kept: {problem}") from None

    def _reserved(self, count: int) -> float:
        self._database.execute("BEGIN IMMEDIATE")
        now = time.time()
        (free,) = self._database.execute("SELECT free FROM pace").fetchone()
        moment = max(now, free)
        self._database.execute("UPDATE pace SET free = ?", (moment + count * self._spacing_s,))
        self._database.execute("COMMIT")
        return float(max(0.0, moment - now))

    def close(self) -> None:
        """Close the database."""
        self._database.close()
