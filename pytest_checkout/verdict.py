"""What became of a behaviour: the plain data between the judging and the reports.

Verdicts travel from pytest-xdist's workers to the controller and into reports, so each is JSON-ready through
:meth:`Verdict.as_dict` and comes back through :meth:`Verdict.from_dict`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, TypeAlias

from pytest_checkout.exchange import Exchange
from pytest_checkout.latency import Latency

Outcome: TypeAlias = Literal["held", "broken", "untried", "observed", "inapplicable", "not run"]
OUTCOMES: tuple[Outcome, ...] = ("broken", "untried", "held", "observed", "inapplicable", "not run")


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Why a behaviour is broken, such that a stranger can see it happen.

    ``example`` is the smallest sequence of exchanges found that still breaks the statement, and ``at`` the index in it
    of the exchange that contradicts. ``wanted`` and ``got`` say in a sentence each what was wanted there and what came.
    ``nearest`` is the nearest sequence that held, ``difference`` says in words how the two differ, ``boundary`` where
    the line between them runs ("64 characters kept, 65 cut"). ``script`` is a POSIX shell script that replays the
    example with ``$CHECKOUT_BASE_URL`` and ``$CHECKOUT_API_KEY`` set.
    """

    example: tuple[Exchange, ...]
    at: int
    wanted: str
    got: str
    nearest: tuple[Exchange, ...] = ()
    difference: str = ""
    boundary: str = ""
    script: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The evidence as JSON-ready data."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            **plain,
            "example": [exchange.as_dict() for exchange in self.example],
            "nearest": [exchange.as_dict() for exchange in self.nearest],
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Evidence:
        """The reverse of :meth:`as_dict`."""
        return cls(
            **{
                **plain,
                "example": tuple(Exchange.from_dict(item) for item in plain["example"]),
                "nearest": tuple(Exchange.from_dict(item) for item in plain["nearest"]),
            }
        )


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The verdict on one behaviour.

    ``location`` is the contract's file and line, ``speed.yaml:123``, relative to where the run was started.
    ``expected`` is the baseline's reason for a break that it lists. ``reason`` is one sentence: what was wrong, why it is untried or inapplicable, what was observed, or on what it was
    judged. ``frequency`` is ``"3 of 3"`` or ``"1 of 20"``. ``judged`` counts the exchanges that could have shown the
    opposite, and ``zones`` those in each zone. ``red`` tells whether the verdict turns the run red: a broken
    one does unless it is below the run's level or expected, a held one where the baseline says it is broken, an untried one where its cause is a failure.
    """

    id: str
    area: str
    level: str
    statement: str
    source: str
    verdict: Outcome
    location: str = ""
    reason: str = ""
    frequency: str = ""
    node_ids: tuple[str, ...] = ()
    requests: int = 0
    judged: int = 0
    zones: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    red: bool = False
    expected: str = ""
    evidence: Evidence | None = None

    def but(self, **changes: Any) -> Verdict:
        """The same verdict with some parts changed."""
        return replace(self, **changes)

    def as_dict(self) -> dict[str, Any]:
        """The verdict as JSON-ready data, as the JSON report's ``behaviours`` hold it."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            **plain,
            "node_ids": list(self.node_ids),
            "remarks": list(self.remarks),
            "zones": dict(self.zones),
            "evidence": None if self.evidence is None else self.evidence.as_dict(),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Verdict:
        """The reverse of :meth:`as_dict`."""
        evidence = plain["evidence"]
        return cls(
            **{
                **plain,
                "node_ids": tuple(plain["node_ids"]),
                "remarks": tuple(plain["remarks"]),
                "evidence": None if evidence is None else Evidence.from_dict(evidence),
            }
        )


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """What a report says of the whole run. ``duration_s`` is in seconds, ``started`` an ISO 8601 time with its zone.

    ``latencies`` are by operation. ``coverage`` says for each kind of thing in the contract how often each was exercised.
    ``sessions`` are the ids of the sessions that the run created, each with whether it was deactivated at the end.
    ``again`` is the command that runs an item again, with the same seed, when its node id is put behind it.
    """

    tool: str
    target: str
    contract: str
    versions: tuple[str, ...]
    seed: int
    started: str
    duration_s: float
    requests: int
    exit_status: int
    notes: tuple[str, ...] = ()
    sessions: Mapping[str, bool] = field(default_factory=dict)
    latencies: Mapping[str, Latency] = field(default_factory=dict)
    coverage: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    again: str = ""
