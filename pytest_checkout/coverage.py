"""What of a contract a run exercised, and what not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from pytest_checkout.api import encoded
from pytest_checkout.contract.model import Contract
from pytest_checkout.exchange import Exchange
from pytest_checkout.verdict import Verdict
from pytest_checkout.zones import Zone

#: For each kind of thing in a contract, how often each was exercised; 0 where it was not.
Coverage: TypeAlias = "dict[str, dict[str, int]]"
KINDS = ("operations", "fields", "status codes", "versions", "examples", "rules", "zones")


class Exercised:
    """Counts what the exchanges of one process exercise."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._counts: Counter[tuple[str, str]] = Counter()
        self._examples: dict[str, dict[str, bytes]] = {
            role: {name: encoded(example) for name, example in operation.examples.items()}
            for role, operation in contract.operations.items()
        }

    def see(self, exchange: Exchange) -> None:
        """Count an exchange."""
        if exchange.role not in self._contract.operations:
            return
        self._counts["operations", exchange.role] += 1
        for code in self._described(exchange):
            self._counts["status codes", f"{exchange.role} {code}"] += 1
        versions = self._contract.versions
        if versions is not None and (named := exchange.request.header(versions.header)) in versions.names:
            self._counts["versions", str(named)] += 1
        self._count_body(exchange)

    def take(self) -> list[list[Any]]:
        """The counts since the last call, as JSON-ready data."""
        plain = [[kind, name, count] for (kind, name), count in self._counts.items()]
        self._counts.clear()
        return plain

    def _described(self, exchange: Exchange) -> Iterable[str]:
        operation = next(item for role, item in self._contract.operations.items() if role == exchange.role)
        status = str(exchange.status)
        return [code for code in operation.responses if code in (status, f"{status[0]}XX", f"{status[0]}xx")]

    def _count_body(self, exchange: Exchange) -> None:
        body = exchange.request.body
        if body is None or not body.data.startswith(b"{"):
            return
        if exchange.role == "update":
            for name in self._contract.fields:
                self._counts["fields", name] += f'"{name}":'.encode() in body.data
        for name, example in self._examples[exchange.role].items():
            self._counts["examples", f"{exchange.role} {name}"] += body.data == example


def coverage(
    contract: Contract, counted: Mapping[tuple[str, str], int], judged: Iterable[tuple[str, Verdict]]
) -> Coverage:
    """What of the contract was exercised.

    Args:
        contract: whose parts are listed, each with how often.
        counted: what :class:`Exercised` counted, by kind and name.
        judged: the name of a rule, empty where it is none, and the verdict on a behaviour that speaks of it.

    Returns:
        For each of :data:`KINDS` the names and counts.
    """
    known: Coverage = {
        "operations": dict.fromkeys(contract.operations, 0),
        "fields": dict.fromkeys(contract.fields, 0),
        "status codes": {
            f"{role} {code}": 0 for role, operation in contract.operations.items() for code in operation.responses
        },
        "versions": dict.fromkeys(contract.versions.names if contract.versions is not None else (), 0),
        "examples": {
            f"{role} {name}": 0 for role, operation in contract.operations.items() for name in operation.examples
        },
    }
    found: Coverage = {kind: {name: counted.get((kind, name), 0) for name in names} for kind, names in known.items()}
    of_rules: Counter[str] = Counter()
    zones: Counter[str] = Counter()
    for rule, verdict in judged:
        of_rules[rule] += verdict.judged
        zones.update(verdict.zones)
    found["rules"] = {rule.name: of_rules[rule.name] for rule in contract.rules}
    found["zones"] = {zone: zones[zone] for zone in tuple(zone.label for zone in Zone)}
    return found
