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


@pytest.mark.parametrize(
    "runs",
    [
        [["x", 100_000]],
        [["[", 70_000], ["]", 70_000]],
        [['{"title": "', 1], ["x", 70_000], ['", "metadata": {"k": "', 1], [".", 256], ['"}}', 1]],
        [["a" * 255 + "b", 1], ["\\", 70_000], ["a" * 300 + "-", 1]],
    ],
)
def test_a_body_that_is_large_by_repetition_is_told_as_its_runs(runs: list[list[object]]) -> None:
    text = "".join(str(piece) * int(str(count)) for piece, count in runs)
    recipe = Body.of(text.encode()).recipe
    assert recipe is not None
    assert "".join(piece * count for piece, count in recipe["runs"]) == text
    assert len(str(recipe)) < 700


@pytest.mark.parametrize("text", ["0123456789" * 7_000, "é" * 70_000, "0123456789" * 900 + "x" * 70_000, "x" * 600_000])
def test_a_body_that_is_large_otherwise_is_its_beginning_and_its_digest(text: str) -> None:
    body = Body.of(text.encode())
    assert (body.recipe, body.data, len(body.sha256)) == (None, text.encode()[:1024], 64)
