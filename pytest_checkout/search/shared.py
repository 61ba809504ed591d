"""Evidence that the workers of one run share: a scenario is run by one of them, and judged by all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from pytest_checkout.errors import Inapplicable, Untried
from pytest_checkout.example import Trace

Outcome: TypeAlias = "Sequence[Trace] | Untried | Inapplicable"


class SharedEvidence:
    """The traces of a run's scenarios in a folder of the run, which only its user can read.

    A scenario belongs to the process that claimed it first. The files are pickled, as only this run's own processes
    write and read them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def claim(self, scenario: object) -> bool:
        """Take a scenario on; ``False`` where another process of the run has it and lives."""
        path = self._path(scenario, "claimed")
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return not _alive(path)
        except OSError:
            return True  # where nothing can be shared, each runs for itself
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(str(os.getpid()))
        except OSError:
            self.release(scenario)
        return True

    def release(self, scenario: object) -> None:
        """Give a claimed scenario up, for another process to take on."""
        self._path(scenario, "claimed").unlink(missing_ok=True)

    def put(self, scenario: object, outcome: Outcome) -> None:
        """Lay out what a scenario brought back, for all to see at once; where that can't be done, others run it, too."""
        path = self._path(scenario, f"{os.getpid()}.part")
        try:
            path.write_bytes(pickle.dumps(outcome))
            path.replace(self._path(scenario, "done"))
        except OSError:
            path.unlink(missing_ok=True)
            self.release(scenario)

    def get(self, scenario: object) -> Outcome | None:
        """What a scenario brought back; ``None`` where it is not done."""
        try:
            data = self._path(scenario, "done").read_bytes()
        except FileNotFoundError:
            return None
        outcome: Outcome = pickle.loads(data)  # noqa: S301 - a file of this run's own
        return outcome

    def _path(self, scenario: object, suffix: str) -> Path:
        return self._folder / f"{_name(scenario)}.{suffix}"


def _name(scenario: object) -> str:
    """The same name in every process for the same scenario: a function of the package, or a frozen value."""
    module = getattr(scenario, "__module__", "")
    return hashlib.sha256(f"{module}.{getattr(scenario, '__qualname__', repr(scenario))}".encode()).hexdigest()[:32]


def _alive(path: Path) -> bool:
    """Whether the process that wrote its number there still runs; one that has not written it yet does."""
    with contextlib.suppress(FileNotFoundError, ValueError):
        try:
            os.kill(int(path.read_text(encoding="ascii")), 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
    return True
