"""Exchanges as plain data."""

import copy
import math
import pickle

import pytest

from pytest_checkout.checks import answered
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


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (302, (("Location", "http://elsewhere.example/"),), "to http://elsewhere.example/, which is not followed"),
        (307, (("location", "/" + "x" * 500),), "xx…, which is not followed"),
        (302, (), ""),
        (201, (("Location", "/made"),), ""),
        (304, (("Location", "/cached"),), ""),
    ],
)
def test_a_redirect_is_said_to_be_one(status: int, headers: tuple[tuple[str, str], ...], said: str) -> None:
    response = Response(status=status, headers=headers, body=Body.of(b""))
    exchange = Exchange(request=Request(method="POST", target="/"), response=response)
    assert exchange.redirect.endswith(said)
    assert bool(exchange.redirect) == bool(said)
    assert answered(exchange) == f"{status}{exchange.redirect or ' with no body'}"
