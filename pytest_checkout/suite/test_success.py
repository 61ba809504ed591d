"""Area *success*: the fields that exclude each other."""

import pytest

from pytest_checkout import checks
from pytest_checkout.contract.model import Field
from pytest_checkout.errors import Inapplicable
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import images, success, updates


@pytest.mark.checkout(level="must", rule="exclusive")
def test_exclusive(checkout_judge: Judge) -> None:
    """Fields that exclude each other are refused together, whatever else is sent and whatever the session holds.

    Sent: all of an excluded group, each value valid alone and not empty: beside no, one and all other fields,
    with each of them stored before, with the very stored value, short, long and alike.

    Wanted: 4xx each time.

    Granted: any 4xx; whether one of them may be empty or null is observed.
    """
    if not checkout_judge.contract.exclusive:
        raise Inapplicable("the contract excludes no fields")
    check = checks.refuses(checkout_judge.contract, "success.exclusive")
    checkout_judge(check, success.excluded, images.beside_others)


@pytest.mark.checkout(level="must", per="exclusive field")
def test_alone(checkout_judge: Judge, field: Field) -> None:
    """Each of the fields alone is accepted, also when the session holds another of them.

    Sent: each of the group alone, on an empty session and on one that holds the other.

    Wanted: 200, and what is shown on an empty session is shown on one that holds the other, too.

    Granted: whether it clears the other is observed by success.clears.
    """
    contract = checkout_judge.contract
    check = checks.accepts_beside(contract, field)
    checkout_judge(check, success.states, success.excluded, updates.alone, updates.pairs)
    checkout_judge(checks.takes_beside(contract, field), success.states, success.excluded)


@pytest.mark.checkout(level="observe")
def test_clears(checkout_judge: Judge) -> None:
    """Whether setting one of the fields clears the other.

    Sent: one of the group after the other.

    Wanted: nothing: what the API does is put down.
    """
    traces = checkout_judge.traces(success.states)
    checkout_judge.observed(checks.seen_clearing(checkout_judge.contract, traces))
