"""What a behaviour's verdict becomes in pytest: passed, failed, skipped or xfailed, and properties of its test case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_checkout.again import again
from pytest_checkout.collection import claim_key, in_suite
from pytest_checkout.errors import ApiGone, CheckoutError, Inapplicable, TimeSpent, Untried
from pytest_checkout.judging import BrokenBehaviour, Claim, verdict_of
from pytest_checkout.options import Settings
from pytest_checkout.report.text import printable
from pytest_checkout.verdict import Verdict

if TYPE_CHECKING:
    from pytest_checkout.baseline import Baseline

verdict_key = pytest.StashKey[Verdict]()


class Outcomes:
    """Makes verdicts outcomes of pytest's, and remembers what need not be told twice.

    Arguments:
        settings: what was asked for.
        baseline: the breaks that are known, if some are.
        sent: how many requests the suite's items have sent so far.
    """

    def __init__(self, settings: Settings, baseline: Baseline | None, *, sent: Callable[[], int]) -> None:
        self._settings = settings
        self._baseline = baseline
        self._sent = sent
        self._told: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Turn what a behaviour's function raises into an outcome of pytest's, and keep the verdict."""
        if not in_suite(item):
            return (yield)
        before = self._sent()
        problem: Exception | None = None
        try:
            yield
        except Exception as caught:  # noqa: BLE001 - our own mistake costs one behaviour and a line, not the run
            problem = _understood(caught)
        claim = item.stash[claim_key]
        verdict = verdict_of(claim, problem) if problem is not None else _found(item, claim)
        verdict = verdict.but(node_ids=(item.nodeid,), requests=self._sent() - before, red=self._is_red(verdict))
        verdict = item.stash[verdict_key] = self.weighed(verdict)
        item.user_properties += properties(verdict)
        self.end(verdict, for_all=isinstance(problem, ApiGone | TimeSpent))

    def _is_red(self, verdict: Verdict) -> bool:
        """Whether a verdict turns the run red, at the level that was asked for."""
        counts = verdict.level == "must" or self._settings.level == "should"
        if verdict.verdict == "untried":
            return counts and (verdict.red or self._settings.strict)
        return counts and verdict.verdict == "broken"

    def weighed(self, verdict: Verdict) -> Verdict:
        """The verdict in the light of the baseline."""
        return self._baseline.weigh(verdict) if self._baseline is not None else verdict

    def end(self, verdict: Verdict, *, for_all: bool = False) -> None:
        """Raise what makes the verdict an outcome of pytest's; what ends the run ``for_all`` is told once."""
        if verdict.verdict == "broken":
            if verdict.expected:
                pytest.xfail(f"in the baseline: {printable(verdict.expected)}")
            if not verdict.red:
                pytest.xfail(f"below --checkout-level: {printable(verdict.reason)}")
            raise self._failed(verdict)
        if verdict.verdict == "held" and verdict.red:
            raise self._failed(verdict)
        if verdict.verdict == "untried":
            if verdict.red and verdict.reason not in self._told:
                self._told |= {verdict.reason} if for_all else set()
                raise self._failed(verdict)
            pytest.skip(f"untried: {printable(verdict.reason)}")
        if verdict.verdict == "inapplicable":
            pytest.skip(f"inapplicable: {printable(verdict.reason)}")

    def _failed(self, verdict: Verdict) -> BaseException:
        from pytest_checkout.report.terminal import failure_text

        command = again(self._settings, seed=self._settings.seed)
        return pytest.fail.Exception(failure_text(verdict, again=command), pytrace=False)


def properties(verdict: Verdict) -> list[tuple[str, object]]:
    """What JUnit files hold of a verdict, as properties of its test case."""
    names = ("id", "level", "statement", "source", "verdict")
    return [(f"checkout_{name}", str(getattr(verdict, name))) for name in names]


def _understood(problem: Exception) -> Exception:
    """What a behaviour's function raised, as one of the errors that stand for a verdict."""
    if isinstance(problem, BrokenBehaviour | Untried | Inapplicable):
        return problem
    return Untried(str(problem) if isinstance(problem, CheckoutError) else _defect(problem))


def _found(item: pytest.Item, claim: Claim) -> Verdict:
    """The verdict that a behaviour's function came to, as it raised nothing."""
    judge = item.funcargs.get("checkout_judge") if hasattr(item, "funcargs") else None
    found: Verdict | None = judge.verdict if judge is not None else item.stash.get(verdict_key, None)
    return found or claim.verdict("untried", reason="nothing was judged", red=True)


def _defect(error: Exception) -> str:
    """What to say of a mistake of this package's own."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" ({Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno})" if place is not None else ""
    return (
        f"a defect of pytest-checkout, not of the API: {type(error).__name__}: {printable(str(error))[:300]}{where}. "
        "Please report it with the seed and the node id."
    )
