"""Each variant shows, and takes no more than a latitude."""

import gzip
import socket
import time
from functools import cache
from typing import Any

import battery
import pytest
import requests
from providers import CONTRACTS

from pytest_checkout.contract.model import Contract
from pytest_checkout.errors import UsageProblem
from pytest_checkout.mock import Mock, variant_names, variants_of

#: These show over time, over a connection, or with large pictures.
SHOWN_ELSEWHERE = {
    "image.limit_mib",
    "image.limit_between",
    "session.ttl_counts_down",
    "session.busy_409",
    "session.busy_423",
    "http.gzip",
    "http.idle_dropped",
    "pace.latency",
}
SHOWN = [("speed", name) for name in variant_names(CONTRACTS["speed"]) if name not in SHOWN_ELSEWHERE]
SHOWN += [("acme", name) for name in variant_names(CONTRACTS["acme"]) if name.startswith(("metadata.", "success."))]


@cache
def base(name: str) -> tuple[Any, ...]:
    with pytest.MonkeyPatch.context() as patch:
        return tuple(battery.run(CONTRACTS[name], patch))


def client_of(mock: Mock) -> requests.Session:
    client = requests.Session()
    client.auth, client.trust_env = (mock.secret_key, ""), False
    return client


def made(mock: Mock, client: requests.Session) -> str:
    create = mock.contract.operations["create"]
    answer = client.post(mock.base_url + create.path, json=create.examples["minimal"])
    assert answer.status_code in {200, 201}
    return mock.base_url + mock.contract.update.path_for(answer.json()["id"])


@pytest.mark.parametrize(("name", "variant"), SHOWN)
def test_a_variant_shows_and_fails_nowhere(name: str, variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = base(name)
    shown = []

    def fails(at: int, entry: Any) -> bool:
        shown.append(at < len(wanted) and entry != wanted[at])
        return entry[0] >= 500 and entry[0] not in {501, 503}

    found = battery.run(CONTRACTS[name], monkeypatch, variants=[variant], until=fails)
    assert any(shown)
    assert not fails(0, found[-1])


@pytest.mark.parametrize(
    ("variant", "size", "taken"),
    [
        ("image.limit_mib", 512_000, True),
        ("image.limit_mib", 512_001, False),
        ("image.limit_between", 506_000, True),
        ("image.limit_between", 506_001, False),
    ],
)
def test_images_between_the_readings_of_the_limit(variant: str, size: int, taken: bool, acme: Contract) -> None:  # noqa: FBT001
    create, update = acme.operations["create"], acme.update
    with Mock(acme, variants=[variant]) as mock:
        key = {"Authorization": f"Bearer {mock.secret_key}"}
        page = requests.post(
            mock.base_url + create.path, json=create.examples["minimal"], headers=key, timeout=9
        ).json()
        url = mock.base_url + update.path_for(page["reference"])
        answer = requests.patch(url, json={"logo": battery.data_uri("png", size)}, headers=key, timeout=9)
    assert (answer.status_code == 200) == taken


def test_the_time_to_live_counts_down(speed: Contract) -> None:
    with Mock(speed, variants=["session.ttl_counts_down"]) as mock:
        client = client_of(mock)
        url = made(mock, client)
        before = client.get(url).json()["ttl"]
        time.sleep(0.25)
        assert client.get(url).json()["ttl"] < before


def test_answers_are_compressed_for_those_who_take_it(speed: Contract) -> None:
    with Mock(speed, variants=["http.gzip"]) as mock:
        client = client_of(mock)
        url = made(mock, client)
        answer = client.get(url, stream=True)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(answer.raw.read()).startswith(b"{")
        assert "Content-Encoding" not in client.get(url, headers={"Accept-Encoding": "identity"}).headers


def test_an_idle_connection_is_dropped_and_a_fresh_one_is_not(speed: Contract) -> None:
    with Mock(speed, variants=["http.idle_dropped"]) as mock:
        port = int(mock.base_url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
            time.sleep(0.2)
            wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert wire.recv(65536).startswith(b"HTTP/1.1 401")
            time.sleep(0.2)
            assert wire.recv(1) == b""


def test_an_answer_can_take_longer(speed: Contract) -> None:
    with Mock(speed, variants=["pace.latency"]) as mock:
        client = client_of(mock)
        url = made(mock, client)
        assert client.get(url).elapsed.total_seconds() >= 0.02


def test_early_answers_come_before_the_final_one(speed: Contract) -> None:
    with Mock(speed, variants=["http.early_103"]) as mock:
        port = int(mock.base_url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
            wire.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            told = wire.recv(65536)
        assert [line for line in told.split(b"\r\n") if line.startswith(b"HTTP/")] == [
            b"HTTP/1.1 102 Processing",
            b"HTTP/1.1 103 Early Hints",
            b"HTTP/1.1 401 Unauthorized",
        ]


def test_too_many_requests_are_told_when_to_come_again(speed: Contract) -> None:
    with Mock(speed, variants=["pace.limited"]) as mock:
        clients = [client_of(mock), client_of(mock)]
        answers = [clients[turn % 2].get(mock.base_url) for turn in range(150)]
        limited = [answer for answer in answers if answer.status_code == 429]
        assert limited
        assert {answer.headers["Retry-After"] for answer in limited} == {"1"}


def test_all_variants_together_still_take_a_plain_update(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    out = {other for variant in variants_of(contract) for other in variant.excludes[:1] if variant.name > other}
    names = [name for name in variant_names(contract) if name not in out and not name.startswith("pace.")]
    found = battery.run(contract, monkeypatch, variants=names)
    assert found[0][0] in {200, 201}
    assert not [status for status in battery.statuses(found) if status in {500, 502}]


def test_variants_that_exclude_each_other_are_refused(speed: Contract) -> None:
    with pytest.raises(UsageProblem, match="exclude each other"):
        Mock(speed, variants=["image.url_only", "image.data_only"])


def test_there_are_more_variants_than_the_proof_needs(speed: Contract) -> None:
    names = variant_names(speed)
    assert len(set(names)) == len(names) >= 45
