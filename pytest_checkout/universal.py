"""The universal statements, judged on the controller when all else is done, and told to pytest as items."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.reports import TestReport

from pytest_checkout.benches import Benches
from pytest_checkout.collection import claim_key
from pytest_checkout.options import AREAS
from pytest_checkout.outcome import properties, verdict_key
from pytest_checkout.safety import off_when_live
from pytest_checkout.selection import Selection
from pytest_checkout.verdict import Verdict

if TYPE_CHECKING:
    from pytest_checkout.run import Run


class Universal:
    """Judges them from the findings of the whole run, and sends for them where nothing else did.

    Arguments:
        run: has the findings.
        benches: what the suite sends with.
        selection: tells whether something else is run.
    """

    def __init__(self, run: Run, benches: Benches, selection: Selection) -> None:
        self._run = run
        self._benches = benches
        self._selection = selection

    @pytest.fixture
    def checkout_universal(self, request: pytest.FixtureRequest) -> Callable[[], None]:
        """Judges a universal statement from the findings of the whole run."""

        def judge() -> None:
            item = request.node
            self.send_for(self._selection.universal)
            self._settle()
            item.stash[verdict_key] = self._run.universal_verdict(item.stash[claim_key], item.nodeid)

        return judge

    def send_for(self, universal: Collection[str]) -> None:
        """Send what the whole suite sends, where these statements are all that was selected; once.

        It ends when each of them is contradicted, or when nothing is left to send.
        """
        if not self._selection.nothing_else:
            return
        self._selection.nothing_else = False
        from pytest_checkout.whole_suite import scenarios, send

        run = self._run
        asked = {claim.id for claim, node_id in run.claims.values() if node_id in universal}

        def off(node_id: str) -> bool:
            return run.target.live and off_when_live(node_id, run.settings.areas)

        def seen() -> bool:
            self._settle()
            return asked <= run.contradicted()

        store = self._benches.for_suite(run.target, run.found).store
        send(store, scenarios(run.contract, AREAS, off=off), until=seen)
        self._settle()

    def _settle(self) -> None:
        """Let the run know what this process spent."""
        self._run.take(self._benches.spent())


def reports(verdict: Verdict, end: Callable[[Verdict], None]) -> Iterator[TestReport]:
    """What pytest reports of an item with this verdict; ``end`` raises what makes it an outcome of pytest's."""
    (node_id,) = verdict.node_ids
    outcome, text = "passed", None
    try:
        end(verdict)
    except (pytest.skip.Exception, pytest.xfail.Exception) as skipped:
        outcome, text = "skipped", skipped.msg
    except pytest.fail.Exception as failed:  # which an expected failure is, too
        outcome, text = "failed", failed.msg
    longrepr: Any = text if outcome != "skipped" else (node_id, 0, f"Skipped: {text}")
    extra: dict[str, Any] = {"wasxfail": text} if outcome == "skipped" and verdict.verdict == "broken" else {}
    for when in ("setup", "call", "teardown"):
        call = when == "call"
        yield TestReport(
            nodeid=node_id,
            location=(node_id.partition("::")[0], None, node_id),
            keywords={"checkout": 1},
            outcome=outcome if call else "passed",  # type: ignore[arg-type]
            longrepr=longrepr if call else None,
            when=when,
            user_properties=properties(verdict),
            **(extra if call else {}),
        )
