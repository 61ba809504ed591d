"""Every fault is reported under what it breaks and under nothing else; every latitude is taken and nothing accused.

A fault is judged on its own areas, in this process, with one seed; ten seeds are for benchmarks/prove.py. A variant is
judged by the whole suite, beside others; alone it is in benchmarks/prove.py, too.
"""

import pytest

from pytest_checkout import load_contract
from pytest_checkout.mock import Fault, faults_of, variants_of
from pytest_checkout.self_test.covering import each_once
from pytest_checkout.self_test.proof import complaints, of_fault, of_whole

SPEED = load_contract("speed")
SEED = 20221015


@pytest.mark.parametrize("fault", faults_of(SPEED), ids=lambda fault: fault.name)
def test_a_fault_is_reported_and_nothing_that_it_does_not_break(fault: Fault) -> None:
    assert complaints(fault, of_fault(SPEED, fault, seed=SEED)) == []


@pytest.mark.parametrize("variants", [(), *each_once(variants_of(SPEED))], ids=lambda names: "+".join(names) or "none")
def test_an_api_that_takes_latitudes_is_accused_of_nothing(variants: tuple[str, ...]) -> None:
    outcome = of_whole(SPEED, variants=variants, seed=SEED)
    assert (outcome.broken, outcome.untried, outcome.problem) == ((), (), "")
