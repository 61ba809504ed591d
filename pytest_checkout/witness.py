"""What the universal statements found on the exchanges of one process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from pytest_checkout.contract.model import Contract
from pytest_checkout.coverage import Exercised
from pytest_checkout.created import CreatedSession, Journal
from pytest_checkout.exchange import Exchange
from pytest_checkout.statements import HOLDS, STATEMENTS, Finding

#: Findings that are kept whole for each statement; the others are counted.
KEPT = 5
_SESSIONS = 400


@dataclass
class Tally:
    """One statement's figures: exchanges that could have shown the opposite, those that did, and a few of them whole."""

    judged: int = 0
    broken: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)

    def count(self, found: Finding | Literal["holds"], story: Callable[[], Iterable[Exchange]]) -> None:
        """Count what an exchange shows; ``story`` is asked for the exchanges that lead to it where they are kept."""
        self.judged += 1
        if found == HOLDS:
            return
        self.broken += 1
        if len(self.kept) < KEPT:
            example = [exchange.as_dict() for exchange in story()]
            self.kept.append({"wanted": found.wanted, "got": found.got, "example": example})

    def add(self, plain: Mapping[str, Any]) -> None:
        """Add another process's figures."""
        self.judged += plain["judged"]
        self.broken += plain["broken"]
        self.kept = [*self.kept, *plain["kept"]][:KEPT]

    def as_dict(self) -> dict[str, Any]:
        """The figures as JSON-ready data."""
        return {"judged": self.judged, "broken": self.broken, "kept": self.kept}


class Witness:
    """Sees every exchange and holds the universal statements against it.

    Arguments:
        contract: what the statements are taken from.
        journal: where the sessions that are created are written down at once, in case this process does not get to
            report them; ``None`` where nobody would read it.
    """

    def __init__(self, contract: Contract, *, journal: Journal | None = None) -> None:
        self._contract = contract
        self._journal = journal
        self._tallies: dict[str, Tally] = {name: Tally() for name in STATEMENTS}
        self._created: dict[str, Exchange] = {}
        self._sessions: dict[str, CreatedSession] = {}
        self._exercised = Exercised(contract)
        self._elapsed: dict[str, list[float]] = {}

    def see(self, exchange: Exchange) -> None:
        """Hold all statements against an exchange."""
        self._remember(exchange)
        self._exercised.see(exchange)
        if exchange.response is not None and exchange.role:
            self._elapsed.setdefault(exchange.role, []).append(exchange.response.elapsed_s)
        for name, statement in STATEMENTS.items():
            found = statement(self._contract, exchange)
            if found is not None:
                self._tallies[name].count(found, lambda: self._story(exchange))

    def take(self) -> dict[str, dict[str, Any]]:
        """The figures since the last call, as JSON-ready data."""
        plain = {name: tally.as_dict() for name, tally in self._tallies.items()}
        self._tallies = {name: Tally() for name in STATEMENTS}
        return plain

    def take_sessions(self) -> list[CreatedSession]:
        """The sessions created since the last call."""
        taken, self._sessions = list(self._sessions.values()), {}
        return taken

    def take_exercised(self) -> list[list[Any]]:
        """What was exercised of the contract since the last call."""
        return self._exercised.take()

    def take_elapsed(self) -> dict[str, list[float]]:
        """How long the answers of each operation took since the last call, in seconds."""
        taken, self._elapsed = self._elapsed, {}
        return taken

    def _remember(self, exchange: Exchange) -> None:
        id = exchange.member(self._contract.session.id_field)
        if exchange.role == "create" and exchange.ok and isinstance(id, str):
            if len(self._created) >= _SESSIONS:
                self._created.pop(next(iter(self._created)))
            self._created[id] = exchange
            self._sessions[id] = CreatedSession(id=id, credentials=exchange.request.credentials)
            if self._journal is not None:
                self._journal.add(self._sessions[id])
        elif exchange.role == "deactivate" and exchange.ok and id in self._sessions and id in exchange.request.target:
            self._sessions[id] = replace(self._sessions[id], closed=True)

    def _story(self, exchange: Exchange) -> tuple[Exchange, ...]:
        """The exchange behind the one that created its session, so that a script can take the id from there."""
        if exchange.role != "create":
            for id, created in self._created.items():
                if id in exchange.request.target and created.session == exchange.session:
                    return (created, exchange)
        return (exchange,)
