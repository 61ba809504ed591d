"""A rate limit is waited out, and not judged, up to a bound."""

import json
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from typing import Any

import pytest

from pytest_checkout import client as client_module
from pytest_checkout.client import Client, Outgoing
from pytest_checkout.credentials import Keys
from pytest_checkout.errors import ApiGone, TimeSpent, Untried
from pytest_checkout.exchange import Exchange
from pytest_checkout.pace import Pace
from pytest_checkout.wire import Way

Run = Callable[..., pytest.RunResult]
ID = "cs_test_zZ9yY8xX7wW6vV5u"
SESSION = {"id": ID, "object": "checkout_session", "status": "active", "amount": 200, "currency": "USD"}
REFUSAL = {"errors": [{"type": "rate_limit", "message": "Too many requests."}]}
ASK = Outgoing(method="POST", target="/checkout-sessions", body=b"{}", role="create")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKOUT_API_KEY", "sk_test_aB3dE6gH9jK2mN5p")


class Limited:
    """Answers so many requests with this status and these headers, and all others with a session."""

    def __init__(self, count: int, status: int, headers: Callable[[], dict[str, str]]) -> None:
        self.left, self.status, self.headers = count, status, headers
        self.moments: list[float] = []

    def __call__(self, _method: str, _path: str, _authorization: str) -> tuple[Any, ...]:
        self.moments.append(time.monotonic())
        if self.left > 0:
            self.left -= 1
            return self.status, REFUSAL, self.headers()
        return 200, SESSION


@pytest.fixture
def connect() -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def connected(base_url: str, **more: Any) -> Client:
        keys = Keys(secret="", other="", publishable="")
        made.append(Client(way=Way(base_url=base_url, timeout_s=5), security=None, keys=keys, **more))
        return made[-1]

    yield connected
    for each in made:
        each.close()


HEADERS: dict[str, tuple[int, Callable[[], dict[str, str]], float]] = {
    "429 in seconds": (429, lambda: {"Retry-After": "1"}, 1.0),
    "429 with a date": (429, lambda: {"Retry-After": formatdate(time.time() + 1, usegmt=True)}, 0.9),
    "503 in seconds": (503, lambda: {"Retry-After": "1"}, 1.0),
    "503 with a date": (503, lambda: {"Retry-After": formatdate(time.time() + 1, usegmt=True)}, 0.9),
    "a date that is over": (429, lambda: {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.04),
    "no header": (429, dict, 0.19),
    "a header that says nothing": (429, lambda: {"Retry-After": "soon"}, 0.19),
    "not a number": (429, lambda: {"Retry-After": "nan"}, 0.19),
}


@pytest.mark.parametrize("case", HEADERS)
def test_the_wait_is_as_long_as_the_answer_asks_for(
    serve: Callable[..., str], connect: Callable[..., Client], case: str
) -> None:
    status, headers, seconds = HEADERS[case]
    seen: list[Exchange] = []
    limited = Limited(1, status, headers)
    exchange = connect(serve(limited), witness=seen.append).send(ASK)
    assert exchange.status == 200
    assert exchange.waited == 1
    assert seen == [exchange]  # what came before is not judged
    assert seconds <= limited.moments[1] - limited.moments[0] < seconds + 3


def test_without_a_header_each_wait_is_longer_and_none_the_same(
    serve: Callable[..., str], connect: Callable[..., Client]
) -> None:
    limited = Limited(4, 429, dict)
    assert connect(serve(limited)).send(ASK).status == 200
    waits = [later - earlier for earlier, later in zip(limited.moments, limited.moments[1:], strict=False)]
    assert len(waits) == 4
    for attempt, wait in enumerate(waits):
        assert 0.8 * 0.25 * 2**attempt <= wait < 1.2 * 0.25 * 2**attempt + 2


def test_a_bare_503_is_an_answer(serve: Callable[..., str], connect: Callable[..., Client]) -> None:
    limited = Limited(1, 503, dict)
    assert connect(serve(limited)).send(ASK).status == 503
    assert len(limited.moments) == 1


def test_a_limit_that_does_not_let_up_is_let_go_and_after_three_times_the_run_with_it(
    serve: Callable[..., str], connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "LONGEST_WAIT_S", 0.5)
    limited = Limited(1000, 429, dict)
    seen: list[Exchange] = []
    client = connect(serve(limited), witness=seen.append)
    for _ in range(2):
        with pytest.raises(Untried, match=r"create was answered 429 for longer than 0\.5 s") as caught:
            client.send(ASK)
        assert not isinstance(caught.value, ApiGone)
    with pytest.raises(ApiGone, match="3 times in a row"):
        client.send(ASK)
    asked = len(limited.moments)
    with pytest.raises(ApiGone):
        client.send(ASK)
    assert len(limited.moments) == asked
    assert seen == []


def test_a_wait_of_an_hour_is_not_begun(serve: Callable[..., str], connect: Callable[..., Client]) -> None:
    began = time.monotonic()
    with pytest.raises(Untried, match="Retry-After is '3600'"):
        connect(serve(Limited(1, 503, lambda: {"Retry-After": "3600"}))).send(ASK)
    assert time.monotonic() - began < 5


def test_no_wait_is_begun_that_outlasts_the_run(serve: Callable[..., str], connect: Callable[..., Client]) -> None:
    began = time.monotonic()
    with pytest.raises(TimeSpent):
        connect(serve(Limited(1, 429, lambda: {"Retry-After": "30"})), ends=time.time() + 5).send(ASK)
    paced = connect(serve(Limited(0, 429, dict)), pace=Pace(per_second=1 / 60), ends=time.time() + 5)
    assert paced.send(ASK).status == 200
    with pytest.raises(TimeSpent):
        paced.send(ASK)
    assert time.monotonic() - began < 5


def test_an_api_that_limits_all_is_one_error(run_here: Run, serve: Callable[..., str]) -> None:
    base_url = serve(Limited(1000, 429, lambda: {"Retry-After": "3600"}))
    result = run_here(f"--checkout-base-url={base_url}")
    assert result.ret == 4
    (line,) = [line for line in result.errlines if line.startswith("ERROR:")]
    assert "create was answered 429 for longer than 60 s" in line
    assert "try again later" in line


@pytest.mark.parametrize("workers", ["0", "2"])
def test_an_update_that_stays_limited_is_untried_and_nothing_is_broken(
    run: Run, serve: Callable[..., str], pytester: pytest.Pytester, workers: str
) -> None:
    def answer(method: str, path: str, _authorization: str) -> tuple[Any, ...]:
        if method == "POST" and path.endswith(ID):
            return 429, REFUSAL, {"Retry-After": "3600"}
        return 200, SESSION

    options = [f"--checkout-base-url={serve(answer)}", "--checkout-report=report.json", "-n", workers]
    result = run(*options, "checkout::success", "checkout::metadata")
    assert result.ret == 1
    report = json.loads(pytester.path.joinpath("report.json").read_text())
    judged = [each for each in report["behaviours"] if each["verdict"] != "not run"]
    assert judged
    assert {each["verdict"] for each in judged} == {"untried"}
    assert all("update was answered 429" in each["reason"] for each in judged)
