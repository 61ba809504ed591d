"""Every exchange of a run as a line of JSON, a file for each of its processes."""

from __future__ import annotations

import heapq
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_checkout.exchange import Exchange

_PATTERN = "exchanges-*.jsonl"


class Recorder:
    """Appends exchanges to this process's file; each is on the disk when the next is sent.

    What can't be written down does not hold up the run: ``problem`` says why, and nothing is written behind it.
    """

    def __init__(self, folder: Path) -> None:
        self.problem = ""
        # Without a buffer: one that could not be written would fail once more when it is closed.
        self._file = (folder / f"exchanges-{os.getpid()}.jsonl").open("ab", buffering=0)

    def record(self, exchange: Exchange) -> None:
        """Append an exchange."""
        if self.problem:
            return
        line = json.dumps({"started": exchange.started, **exchange.as_dict()}).encode("ascii") + b"\n"
        try:
            written = self._file.write(line)
        except OSError as problem:
            self.problem = problem.strerror or str(problem)
        else:
            self.problem = "" if written == len(line) else "No space left"

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def recorded(folder: Path) -> Iterator[dict[str, Any]]:
    """All exchanges in the order in which they were sent, read one by one; a line that was cut off is left out."""
    return heapq.merge(*(_lines(path) for path in sorted(folder.glob(_PATTERN))), key=_started)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="ascii") as file:
        for line in file:
            if line.endswith("\n"):
                yield json.loads(line)


def _started(plain: dict[str, Any]) -> float:
    return float(plain["started"])
