"""How much a run may send."""

from __future__ import annotations

from enum import StrEnum


class Effort(StrEnum):
    """How much a run sends: edge cases only, the usual, or ten times the usual for a release."""

    QUICK = "quick"
    STANDARD = "standard"
    THOROUGH = "thorough"

    def times(self, count: int, *, quick: int = 0) -> int:
        """How often something is done that the usual run does ``count`` times.

        >>> Effort.STANDARD.times(6), Effort.THOROUGH.times(6), Effort.QUICK.times(6, quick=2)
        (6, 60, 2)
        """
        return quick if self is Effort.QUICK else count * (10 if self is Effort.THOROUGH else 1)
