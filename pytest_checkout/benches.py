"""The benches that one process holds: the suite's and those of users' own tests, and what was spent on them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from pytest_checkout.contract.model import Contract
from pytest_checkout.credentials import Keys
from pytest_checkout.errors import UsageProblem
from pytest_checkout.options import Settings
from pytest_checkout.safety import check_keys, check_transport
from pytest_checkout.target import Target

# A bench brings the client and Hypothesis along, which collecting needs nothing of.
if TYPE_CHECKING:
    from pytest_checkout.bench import Bench
    from pytest_checkout.ground import Found


class Benches:
    """Each bench is made when the first item or fixture asks for it.

    Arguments:
        contract: what the API is judged by.
        settings: what was asked for; they say how an API is reached that a fixture alone names.
    """

    def __init__(self, contract: Contract, settings: Settings) -> None:
        self._contract = contract
        self._settings = settings
        self._suite: Bench | None = None
        self._users: dict[str, Bench] = {}
        #: Those whose sessions the run does not clean up: its end is not heard of, or they are another API's.
        self._own: list[Bench] = []
        self._requests_before = 0
        self._again_before = 0

    def suite_requests(self) -> int:
        """How many requests the suite's items have sent so far."""
        return self._suite.client.requests if self._suite is not None else 0

    def for_suite(self, target: Target, found: Found | None, *, items: Iterable[pytest.Item] = ()) -> Bench:
        """The bench of the suite's items; ``items`` are those whose scenarios other processes may run."""
        if self._suite is None:
            from pytest_checkout.bench import Bench
            from pytest_checkout.planning import planned

            self._suite = Bench(self._contract, target, found, planned=planned(items, self._contract))
        return self._suite

    def for_users(self, base_url: str, target: Target | None, *, run_cleans_up: bool) -> Bench:
        """The bench of a user's own tests.

        Args:
            base_url: the address, which a fixture may have overridden.
            target: the run's target, or ``None`` where the fixture alone names an API.
            run_cleans_up: whether the run deactivates at its end what is created on its target.
        """
        if base_url not in self._users:
            from pytest_checkout.bench import Bench

            if target is None:
                target = Target.asked_for(self._settings, base_url=base_url, keys=Keys.of(os.environ))
            self._refuse_unsafe(base_url, target.keys)
            own = not run_cleans_up or base_url != target.base_url
            bench = Bench(self._contract, replace(target, base_url=base_url), None, journal=not own)
            self._users[base_url] = bench
            self._own += [bench] if own else []
        return self._users[base_url]

    def _refuse_unsafe(self, base_url: str, keys: Keys) -> None:
        try:
            check_transport(base_url, allow_http=self._settings.allow_http, named="checkout_base_url")
            check_keys(self._contract, keys, allow_live=self._settings.allow_live)
        except UsageProblem as problem:
            pytest.fail(str(problem), pytrace=False)

    def close_users(self, base_url: str) -> None:
        """Deactivate what a user's own tests created, where the run does not do it, and close their bench."""
        bench = self._users[base_url]
        sessions = bench.witness.take_sessions() if bench in self._own else []
        bench.close()
        if not sessions:
            return
        from pytest_checkout.cleanup import clean_up

        done, problem, _ = clean_up(self._contract, bench.target, sessions)
        if problem:
            left = sum(not each for each in done.values())
            said = f"checkout: {left} of {len(done)} sessions of these tests are left as they are: {problem}"
            warnings.warn(pytest.PytestWarning(said), stacklevel=1)

    def redacted(self, text: str) -> str:
        """A text of a user's own test without the keys that it may have printed."""
        for bench in self._all():
            text = bench.client.redacted(text)
        return text

    def spent(self) -> dict[str, Any]:
        """What was found, sent and created since the last call, as JSON-ready data."""
        findings: dict[str, dict[str, Any]] = {}
        requests, again, sessions = 0, 0, []
        exercised: list[Any] = []
        elapsed: dict[str, list[float]] = {}
        benches = self._all()
        for bench in benches:
            for name, figures in bench.witness.take().items():
                old = findings.get(name)
                findings[name] = figures if old is None else {key: old[key] + figures[key] for key in old}
            requests += bench.client.requests
            again += bench.client.sent_again
            if bench not in self._own:
                sessions += [vars(each) for each in bench.witness.take_sessions()]
            exercised += bench.witness.take_exercised()
            for role, seconds in bench.witness.take_elapsed().items():
                elapsed.setdefault(role, []).extend(round(each, 6) for each in seconds)
        spent, repeated = requests - self._requests_before, again - self._again_before
        self._requests_before, self._again_before = requests, again
        return {
            "findings": findings,
            "requests": spent,
            "sent_again": repeated,
            "sessions": sessions,
            "exercised": exercised,
            "elapsed": elapsed,
            "unrecorded": next((bench.unrecorded for bench in benches if bench.unrecorded), ""),
        }

    def stop(self) -> None:
        """Close what is open; a second call does nothing."""
        for bench in self._all():
            bench.close()

    def _all(self) -> list[Bench]:
        return [*([self._suite] if self._suite is not None else []), *self._users.values()]
