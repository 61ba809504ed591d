"""One mock, judged in this process by the suite's own behaviours."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from pytest_checkout.bench import Bench
from pytest_checkout.claims import Behaviour
from pytest_checkout.contract.model import Contract
from pytest_checkout.credentials import Keys
from pytest_checkout.effort import Effort
from pytest_checkout.errors import CheckoutError, Untried
from pytest_checkout.ground import probe
from pytest_checkout.image_host import ImageHost
from pytest_checkout.judging import BrokenBehaviour, Judge, universal_verdict, verdict_of
from pytest_checkout.mock import Mock
from pytest_checkout.search.evidence import EvidenceStore
from pytest_checkout.statements import STATEMENTS
from pytest_checkout.target import Target
from pytest_checkout.verdict import Verdict
from pytest_checkout.witness import Tally


class Trial:
    """A mock with faults or latitudes, an image host, and a bench to judge it with; a context manager.

    Arguments:
        contract: what the mock is made from, and judged by.
        faults: what is planted.
        variants: which latitudes the mock takes.
        seed: the seed of everything drawn.
        effort: how much is sent.

    Raises:
        UsageProblem: a fault or variant is not there, or variants exclude each other.
        SetupProblem: no session of the mock can be created.
    """

    def __init__(
        self, contract: Contract, *, faults: Sequence[str] = (), variants: Sequence[str] = (), seed: int, effort: Effort
    ) -> None:
        self._tallies = {name: Tally() for name in STATEMENTS}
        self._mock = Mock(contract, faults=faults, variants=variants).start()
        self._host = ImageHost()
        target = Target(
            base_url=self._mock.base_url,
            keys=Keys(
                secret=self._mock.secret_key,
                other=self._mock.other_secret_key,
                publishable=self._mock.publishable_key or "",
            ),
            seed=seed,
            effort=effort,
            host_control=self._host.control_url,
            explains=False,  # nobody reads the examples, and making them smaller takes most of the time
        )
        self._bench = Bench(contract, target, None)
        try:
            self._bench.found = probe(self._bench.api)
        except CheckoutError:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop what was started."""
        self._bench.close()
        self._host.stop()
        self._mock.stop()

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._bench.client.requests

    def judge(self, behaviour: Behaviour, *, at_hand: bool = False) -> Verdict:
        """The verdict on a behaviour; a universal statement is judged on all exchanges so far.

        A mistake of the suite's own is no verdict: it is raised as it is.

        Args:
            behaviour: what is judged.
            at_hand: send no scenario that was not sent before.
        """
        if behaviour.universal:
            return universal_verdict(behaviour.claim, self._tally(behaviour.claim.id), red=True)
        store = self._bench.store.at_hand() if at_hand else self._bench.store
        return _verdict(behaviour, store)

    def _tally(self, name: str) -> Tally:
        for statement, figures in self._bench.witness.take().items():
            self._tallies[statement].add(figures)
        return self._tallies[name]


def _verdict(behaviour: Behaviour, store: EvidenceStore) -> Verdict:
    judge = Judge(claim=behaviour.claim, ground=store.ground, store=store)
    try:
        behaviour.function(checkout_judge=judge, **behaviour.given)
    except (BrokenBehaviour, CheckoutError) as problem:
        return verdict_of(behaviour.claim, problem)
    return judge.verdict or verdict_of(behaviour.claim, Untried("nothing was judged"))
