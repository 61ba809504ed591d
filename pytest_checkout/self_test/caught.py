"""Which rules of a contract the suite catches breaks of, told from what it said of each fault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pytest_checkout.contract.model import Contract, Rule
from pytest_checkout.judging import Claim
from pytest_checkout.mock import Fault


@dataclass(frozen=True, kw_only=True)
class Row:
    """A rule or a behaviour with the faults that break it: those that were caught, missed, and not run."""

    name: str
    caught: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    not_run: tuple[str, ...] = ()
    judged: bool = True

    @property
    def words(self) -> str:
        """What became of it, in words."""
        if not self.judged:
            return "no behaviour of the suite speaks of it"
        run = len(self.caught) + len(self.missed)
        if not run:
            return "its faults were not run" if self.not_run else "the mock has no fault that breaks it"
        text = f"{len(self.caught)} of {run} faults caught"
        return f"{text}; missed: {', '.join(self.missed)}" if self.missed else text

    @property
    def verdict(self) -> str:
        """The same in a word or two."""
        if self.missed:
            return "NOT CAUGHT"
        if self.caught:
            return "caught"
        return "not run" if self.not_run else "no fault"


def rules(
    contract: Contract, claims: Sequence[Claim], faults: Sequence[Fault], reported: Mapping[str, Sequence[str]]
) -> list[Row]:
    """A row for each rule of the contract.

    Args:
        contract: has the rules.
        claims: the suite's, under the contract.
        faults: all that a mock of the contract can be given.
        reported: for each fault that was planted, by its name, the behaviours that the suite called broken.
    """
    return [_row(rule.name, set(_speaking_of(rule, contract, claims)), faults, reported) for rule in contract.rules]


def others(
    contract: Contract, claims: Sequence[Claim], faults: Sequence[Fault], reported: Mapping[str, Sequence[str]]
) -> list[Row]:
    """A row for each behaviour that states something and speaks of no rule of the contract."""
    spoken = {id for rule in contract.rules for id in _speaking_of(rule, contract, claims)}
    stating = [claim.id for claim in claims if claim.level != "observe" and claim.id not in spoken]
    return [_row(id, {id}, faults, reported) for id in stating]


def _speaking_of(rule: Rule, contract: Contract, claims: Iterable[Claim]) -> Iterator[str]:
    """The behaviours that speak of a rule; one that is not split by field speaks of all rules of its kind."""
    kinds = {other.name: other.kind for other in contract.rules}
    for claim in claims:
        if claim.rule == rule.name or ("[" not in claim.id and kinds.get(claim.rule) == rule.kind):
            yield claim.id


def _row(name: str, ids: set[str], faults: Sequence[Fault], reported: Mapping[str, Sequence[str]]) -> Row:
    breaking = [fault for fault in faults if ids & set(fault.breaks)]
    run = [fault for fault in breaking if fault.name in reported]
    caught = {fault.name for fault in run if ids & set(fault.breaks) <= set(reported[fault.name])}
    return Row(
        name=name,
        caught=tuple(fault.name for fault in run if fault.name in caught),
        missed=tuple(fault.name for fault in run if fault.name not in caught),
        not_run=tuple(fault.name for fault in breaking if fault.name not in reported),
        judged=bool(ids),
    )


def lines(rules: Sequence[Row], others: Sequence[Row]) -> Iterator[str]:
    """The section at the end of a self-test: every rule, and of the other behaviours those that stand out."""
    yield "rules of the contract"
    width = max((len(row.name) for row in rules), default=0)
    yield from (f"  {row.verdict:<10}  {row.name:<{width}}  {row.words}" for row in rules)
    caught = sum(row.verdict == "caught" for row in others)
    yield ""
    yield f"behaviours beyond them: {caught} of {len(others)} caught"
    for row in others:
        if row.verdict in ("NOT CAUGHT", "no fault"):
            yield f"  {row.verdict:<10}  {row.name}  {row.words}"
