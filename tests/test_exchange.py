"""Exchanges as plain data."""

import copy
import pickle

from pytest_checkout.example import Step
from pytest_checkout.exchange import ABSENT


def test_absent_is_one_value_in_every_process() -> None:
    assert pickle.loads(pickle.dumps(ABSENT)) is ABSENT
    assert pickle.loads(pickle.dumps(Step(part="retrieve"))).body is ABSENT
    assert copy.deepcopy(ABSENT) is ABSENT
