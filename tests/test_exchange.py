"""Exchanges as plain data."""

import copy
import math
import pickle

import pytest

from pytest_checkout.example import Step
from pytest_checkout.exchange import ABSENT, Body, Exchange, Request, Response


def test_absent_is_one_value_in_every_process() -> None:
    assert pickle.loads(pickle.dumps(ABSENT)) is ABSENT
    assert pickle.loads(pickle.dumps(Step(part="retrieve"))).body is ABSENT
    assert copy.deepcopy(ABSENT) is ABSENT


@pytest.mark.parametrize(
    ("body", "amount"), [(b'{"amount": ' + b"9" * 10_000 + b"}", math.inf), (b'\xef\xbb\xbf{"amount": 1}', 1)]
)
def test_what_could_be_read_on_the_wire_can_be_read_again(body: bytes, amount: float) -> None:
    exchange = Exchange(
        request=Request(method="GET", target="/"), response=Response(status=200, body=Body.of(body), value={})
    )
    assert Exchange.from_dict(exchange.as_dict()).member("amount") == amount
