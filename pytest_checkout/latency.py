"""How long answers took, in few figures however many answers there were."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: The upper ends of the histogram's bars, in milliseconds; the last bar is for all that took longer.
BOUNDS_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True, kw_only=True)
class Latency:
    """How long the answers of one operation took.

    ``p50_ms``, ``p95_ms`` and ``slowest_ms`` are in milliseconds; ``histogram`` counts answers up to each of
    :data:`BOUNDS_MS`, and last those above.
    """

    count: int
    p50_ms: float
    p95_ms: float
    slowest_ms: float
    histogram: tuple[int, ...]

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latency:
        """The figures of answers that took so many seconds each; there is at least one.

        >>> Latency.of([0.004, 0.003, 0.1]).p50_ms
        4.0
        """
        ordered = sorted(1000 * each for each in seconds)
        bars = [0] * (len(BOUNDS_MS) + 1)
        for each in ordered:
            bars[bisect_left(BOUNDS_MS, each)] += 1
        return cls(
            count=len(ordered),
            p50_ms=round(ordered[(len(ordered) - 1) // 2], 3),
            p95_ms=round(ordered[int(0.95 * (len(ordered) - 1))], 3),
            slowest_ms=round(ordered[-1], 3),
            histogram=tuple(bars),
        )

    def with_others(self, other: Latency) -> Latency:
        """The figures of both together; a percentile of two runs is the worse of theirs."""
        return Latency(
            count=self.count + other.count,
            p50_ms=max(self.p50_ms, other.p50_ms),
            p95_ms=max(self.p95_ms, other.p95_ms),
            slowest_ms=max(self.slowest_ms, other.slowest_ms),
            histogram=tuple(one + two for one, two in zip(self.histogram, other.histogram, strict=True)),
        )

    def as_dict(self) -> dict[str, Any]:
        """The figures as JSON-ready data."""
        return {**vars(self), "histogram": list(self.histogram)}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Latency:
        """The reverse of :meth:`as_dict`."""
        return cls(**{**plain, "histogram": tuple(plain["histogram"])})
