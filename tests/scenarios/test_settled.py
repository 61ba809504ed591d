"""What is waited for until a retrieve shows it, and what is not."""

from pytest_checkout import load_contract
from pytest_checkout.claims import behaviours
from pytest_checkout.effort import Effort
from pytest_checkout.scenarios import quick
from pytest_checkout.self_test.trial import Trial

SPEED = load_contract("speed")


def test_what_an_update_does_not_change_is_not_waited_for() -> None:
    behaviour = next(each for each in behaviours(SPEED, ["update"]) if each.claim.id == "update.fixed[amount]")
    with Trial(SPEED, seed=1, effort=Effort.QUICK) as trial:
        assert trial.judge(behaviour).verdict == "held"
        (trace,) = trial._bench.store.of(quick.plain)
    named = [place for place, item in enumerate(trace.taken) if "amount" in (item.step.body or ())]
    assert named
    assert [trace.taken[place + 1].step.part for place in named] == ["retrieve"] * len(named)
    assert [trace.taken[place + 2].step.part for place in named] == ["update"] * len(named)
