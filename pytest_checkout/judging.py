"""From a scenario's traces to the verdict that an item passes, fails or is skipped with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pytest_checkout.checks import Check
from pytest_checkout.contract.model import Contract
from pytest_checkout.errors import Inapplicable, Untried
from pytest_checkout.exchange import Exchange
from pytest_checkout.verdict import Evidence, Verdict

if TYPE_CHECKING:
    from pytest_checkout.example import Trace
    from pytest_checkout.perform import Ground
    from pytest_checkout.search.confirm import Confirmed
    from pytest_checkout.search.evidence import EvidenceStore, Scenario
    from pytest_checkout.witness import Tally


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What is said of a behaviour before it is judged.

    ``rule`` names the rule of the contract that it speaks of; ``explanation`` says in paragraphs what is sent, what is
    wanted, and what is granted.
    """

    id: str
    area: str
    level: str
    statement: str
    source: str
    location: str = ""
    rule: str = ""
    explanation: str = ""

    def verdict(self, outcome: Any, **more: Any) -> Verdict:
        """A verdict on this claim."""
        return Verdict(
            id=self.id,
            area=self.area,
            level=self.level,
            statement=self.statement,
            source=self.source,
            location=self.location,
            verdict=outcome,
            **more,
        )


@dataclass
class Judge:
    """Judges one behaviour; the ``checkout_judge`` fixture of the suite's functions.

    Called with a check and scenarios, it shows the check what the scenarios bring back; more calls add to the same
    verdict. ``verdict`` is what came out.
    """

    claim: Claim
    ground: Ground
    store: EvidenceStore
    setup: str = ""
    verdict: Verdict | None = None
    _held: int = 0
    _zones: dict[str, int] = field(default_factory=dict)
    _remarks: list[str] = field(default_factory=list)

    @property
    def contract(self) -> Contract:
        """The contract that the API is judged by."""
        return self.ground.contract

    def __call__(self, check: Check, *scenarios: Scenario, needs_reading: bool = False) -> None:
        """Show a check the traces of these scenarios.

        Raises:
            BrokenBehaviour: the statement is contradicted, and was so again on a fresh session.
            Untried: nothing could be judged.
            Inapplicable: what the statement is about moves by itself.
        """
        from pytest_checkout.search.judge import judge  # collecting needs none of it

        if needs_reading and not self.ground.readable:
            raise Untried("sessions can't be retrieved, which this behaviour needs")
        judged = judge(self.store, check, scenarios)
        if judged.confirmed is not None:
            self.verdict = self._broken(judged.confirmed)
            raise BrokenBehaviour(self.verdict)
        self._held += judged.held
        for zone, count in judged.zones.items():
            self._zones[zone] = self._zones.get(zone, 0) + count
        if judged.moving:
            self._remarks.append(f"left out, as it moves by itself: {', '.join(sorted(judged.moving))}")
        elif judged.dismissed:
            self._remarks.append(f"{judged.dismissed} finding(s) did not show again on a fresh session")
        if not self._held and judged.moving:
            raise Inapplicable(self._remarks[-1])
        if not self._held and judged.refused is not None:
            raise judged.refused
        if not self._held:
            nothing = Untried(
                "nothing that was sent could have shown the opposite",
                red=self.ground.existing is None,  # what an existing session holds can leave nothing to show
            )
            raise judged.unjudged or nothing
        self.verdict = self.claim.verdict(
            "held",
            reason=f"judged on {self._held} exchanges",
            judged=self._held,
            zones=dict(self._zones),
            remarks=tuple(self._remarks),
        )

    def traces(self, scenario: Scenario) -> list[Trace]:
        """The traces of a scenario, for a behaviour that is observed."""
        return list(self.store.of(scenario))

    def observed(self, sentence: str) -> None:
        """Put down what the API does where nothing is stated."""
        self.verdict = self.claim.verdict("observed", reason=sentence)

    def _broken(self, confirmed: Confirmed) -> Verdict:
        from pytest_checkout.script import script

        found = confirmed.broken
        exchanges = confirmed.trace.exchanges
        evidence = Evidence(
            example=exchanges,
            at=found.index,
            wanted=found.wanted,
            got=found.got,
            nearest=confirmed.nearest.exchanges if confirmed.nearest is not None else (),
            difference=confirmed.difference,
            boundary=confirmed.boundary,
            script=script(exchanges, contract=self.contract, wanted=found.wanted, got=found.got, setup=self.setup),
        )
        return self.claim.verdict(
            "broken",
            reason=f"wanted {found.wanted}; got {found.got}",
            frequency=f"{confirmed.seen} of {confirmed.tries}",
            judged=self._held + 1,
            evidence=evidence,
            red=True,
        )


def universal_verdict(
    claim: Claim, tally: Tally, *, red: bool, written: Callable[[Sequence[Exchange], str, str], str] | None = None
) -> Verdict:
    """The verdict on a universal statement.

    Args:
        claim: what is said of the statement.
        tally: what was found on all exchanges.
        red: whether a break turns the run red.
        written: makes the script of an example, from what was wanted and what came; none is made without it.
    """
    if not tally.judged:
        return claim.verdict("untried", reason="no exchange could have shown the opposite")
    if not tally.broken:
        return claim.verdict("held", reason=f"judged on {tally.judged} exchanges", judged=tally.judged)
    kept = tally.kept[0]
    wanted, got = kept["wanted"], kept["got"]
    example = tuple(Exchange.from_dict(item) for item in kept["example"])
    evidence = Evidence(
        example=example,
        at=len(example) - 1,
        wanted=wanted,
        got=got,
        script=written(example, wanted, got) if written is not None else "",
    )
    return claim.verdict(
        "broken",
        reason=f"wanted {wanted}; got {got}",
        frequency=f"{tally.broken} of {tally.judged}",
        judged=tally.judged,
        evidence=evidence,
        red=red,
    )


class BrokenBehaviour(Exception):
    """A behaviour is broken; it carries the verdict."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.id)
        self.verdict = verdict


def verdict_of(claim: Claim, problem: Exception) -> Verdict:
    """The verdict that an exception of a behaviour's function stands for."""
    if isinstance(problem, BrokenBehaviour):
        return problem.verdict
    if isinstance(problem, Inapplicable):
        return claim.verdict("inapplicable", reason=str(problem))
    red = problem.red if isinstance(problem, Untried) else True
    return claim.verdict("untried", reason=str(problem), red=red)
