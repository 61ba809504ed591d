"""Updates at the same time, against an API that takes few at once."""

from typing import Any

import pytest

from pytest_checkout import load_contract
from pytest_checkout.claims import behaviours
from pytest_checkout.effort import Effort
from pytest_checkout.self_test.trial import Trial

SPEED = load_contract("speed")
IDS = [behaviour.claim.id for behaviour in behaviours(SPEED, ["concurrency"])]


@pytest.mark.parametrize("behaviour", list(behaviours(SPEED, ["concurrency"])), ids=IDS)
def test_a_round_that_a_rate_limit_took_apart_is_run_again(behaviour: Any) -> None:
    with Trial(SPEED, seed=1, effort=Effort.QUICK) as trial:
        limited = limit(trial, updates=4)
        verdict = trial.judge(behaviour)
    assert verdict.verdict == "held", verdict.reason
    assert len(limited) == 4


def limit(trial: Trial, *, updates: int) -> list[Any]:
    """Answer so many updates with 429; returns those."""
    api, refused = trial._mock._api, []
    answer = api.answer

    def answered(request: Any) -> Any:
        if request.body and request.target.count("/") > 1 and len(refused) < updates:
            refused.append(request)
            refusal = api.transport_refusal(429)
            refusal.headers = [*refusal.headers, ("Retry-After", "0")]
            return refusal
        return answer(request)

    api.answer = answered  # type: ignore[method-assign]
    return refused
