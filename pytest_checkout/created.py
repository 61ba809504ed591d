"""The sessions that a run created, written down as soon as they are, so that a process that dies leaves none behind."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_PATTERN = "created-*.jsonl"


@dataclass(frozen=True, kw_only=True)
class CreatedSession:
    """A session that the run created; ``credentials`` name the key that did, ``closed`` says that a scenario closed it."""

    id: str
    credentials: str
    closed: bool = False


class Journal:
    """Appends sessions to this process's file in a folder of the run."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"created-{os.getpid()}.jsonl"

    def add(self, session: CreatedSession) -> None:
        """Write a session down; where that can't be done, the process's own report has to do."""
        with contextlib.suppress(OSError), self._path.open("a", encoding="ascii") as file:
            file.write(json.dumps(vars(session)) + "\n")


def journalled(folder: Path) -> Iterator[CreatedSession]:
    """All sessions that processes wrote down in this folder; a line that was cut off is left out."""
    for path in sorted(folder.glob(_PATTERN)):
        for line in path.read_text("ascii").splitlines(keepends=True):
            if line.endswith("\n"):
                yield CreatedSession(**json.loads(line))
