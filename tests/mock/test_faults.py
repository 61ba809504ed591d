"""Each fault shows, breaks what it says, and nothing shows without one."""

import fnmatch
import threading
from functools import cache
from typing import Any

import battery
import pytest
import requests
from providers import CONTRACTS

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock import Fault, Mock, fault_names, faults_of

# Large pictures take long, so these faults are looked at on the contract with the lower limit alone.
SHOWN_ELSEWHERE = ("concurrency.*", "image.accepts*", "image.refuses_large*")
ALL = [(name, fault) for name, contract in CONTRACTS.items() for fault in faults_of(contract)]
# On the second contract, those areas are looked at in which contracts differ most.
DIFFERENT = ("success.", "metadata.", "auth.", "update.fixed", "update.combines")
SHOWN = [
    (name, fault)
    for name, fault in ALL
    if not any(fnmatch.fnmatch(fault.name, each) for each in SHOWN_ELSEWHERE)
    and (name == "speed" or fault.name.startswith(DIFFERENT))
]
IMAGES = [
    fault for name, fault in ALL if name == "acme" and fault.name.startswith(("image.accepts", "image.refuses_l"))
]
# What is lost behind a picture shows where the picture has to be fetched, what is mixed up between two sessions, and what
# more than two updates do, as the suite has it.
BY_THE_SUITE = ("concurrency.*/lost_behind_*", "concurrency.*/answers_mixed_up", "concurrency.*/seven_at_once")
RACES = [
    fault
    for name, fault in ALL
    if name == "speed"
    and fault.name.startswith("concurrency.")
    and not any(fnmatch.fnmatch(fault.name, each) for each in BY_THE_SUITE)
]


@cache
def base(name: str, *, large: bool = False) -> tuple[Any, ...]:
    with pytest.MonkeyPatch.context() as patch:
        return tuple(battery.run(CONTRACTS[name], patch, large=large))


def differs(name: str, fault: Fault, patch: pytest.MonkeyPatch, *, large: bool = False) -> bool:
    wanted = base(name, large=large)
    fails = "any.no_server_error" in fault.breaks

    def shows(at: int, entry: Any) -> bool:
        return entry[0] == 500 if fails else at < len(wanted) and entry != wanted[at]

    found = battery.run(CONTRACTS[name], patch, faults=[fault.name], large=large, until=shows)
    return shows(len(found) - 1, found[-1])


@pytest.mark.parametrize(("name", "fault"), SHOWN, ids=[f"{name}-{fault.name}" for name, fault in SHOWN])
def test_a_fault_shows(name: str, fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert differs(name, fault, monkeypatch)


@pytest.mark.parametrize("fault", IMAGES, ids=lambda fault: fault.name)
def test_a_fault_of_images_shows(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    assert differs("acme", fault, monkeypatch, large=True)


def test_without_a_fault_the_same_requests_have_the_same_answers(contract: Contract, monkeypatch: Any) -> None:
    assert tuple(battery.run(contract, monkeypatch)) == base(contract.name)


def test_without_a_fault_there_is_no_server_error(contract: Contract) -> None:
    assert not [status for status in battery.statuses(list(base(contract.name))) if status >= 500]


@pytest.mark.parametrize("fault", RACES, ids=lambda fault: fault.name)
def test_a_fault_between_parallel_updates_shows(fault: Fault, speed: Contract) -> None:
    assert wrong_rounds(speed, [fault.name]) > 0


def test_parallel_updates_are_all_kept_without_a_fault(speed: Contract) -> None:
    assert wrong_rounds(speed, []) == 0


def wrong_rounds(contract: Contract, faults: list[str], *, rounds: int = 8) -> int:
    """In how many rounds two updates at the same time did not both take effect."""
    create, update = contract.operations["create"], contract.update
    with Mock(contract, faults=faults) as mock:
        clients = [requests.Session() for _ in range(2)]
        for client in clients:
            client.auth, client.trust_env = (mock.secret_key, ""), False
        wrong = 0
        for turn in range(rounds):
            for bodies in (
                ({"title": f"t{turn}"}, {"title_description": f"d{turn}"}),
                ({"metadata": {"a": f"{turn}"}}, {"metadata": {"b": f"{turn}"}}),
                ({"title": f"t{turn}"}, {"metadata": {"a": f"{turn}"}}),
                ({"title": "one"}, {"title": "other"}),
            ):
                made = clients[0].post(mock.base_url + create.path, json=create.examples["minimal"]).json()
                url = mock.base_url + update.path_for(made["id"])
                together = threading.Barrier(2)
                answers: list[requests.Response] = []

                def send(client: requests.Session, body: Any) -> None:
                    together.wait()  # noqa: B023 - the threads end within the round
                    answers.append(client.post(url, json=body))  # noqa: B023 - see above

                threads = [threading.Thread(target=send, args=pair) for pair in zip(clients, bodies, strict=True)]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
                shown = clients[0].get(url).json()
                wrong += any(answer.status_code != 200 for answer in answers) or not together_kept(shown, bodies)
        return wrong


def together_kept(shown: dict[str, Any], bodies: tuple[Any, ...]) -> bool:
    if bodies[0].keys() == bodies[1].keys() == {"title"}:
        return shown["title"] in {"one", "other"}
    wanted: dict[str, Any] = {}
    for body in bodies:
        for name, value in body.items():
            wanted[name] = {**wanted.get(name, {}), **value} if isinstance(value, dict) else value
    return all(shown[name] == value for name, value in wanted.items())


def test_names_are_unique_and_say_what_is_broken(contract: Contract) -> None:
    names = fault_names(contract)
    assert len(set(names)) == len(names)
    assert all(fault.name.partition("/")[0] in fault.breaks for fault in faults_of(contract))
    assert all(fault.summary.endswith(".") and fault.name.partition("/")[2] for fault in faults_of(contract))


def test_each_field_that_an_update_can_change_has_a_fault_for_each_statement(contract: Contract) -> None:
    broken = {id for fault in faults_of(contract) for id in fault.breaks}
    for name, field in contract.fields.items():
        for statement in ("accepts", "answers", "stores", "keeps"):
            assert f"update.{statement}[{name}]" in broken
        assert (f"update.exact[{name}]" in broken) == (field.kind in {"text", "url", "image"})
        assert (f"input.type[{name}]" in broken) == (field.kind in {"text", "url", "image"})
    assert {f"update.fixed[{name}]" for name in contract.session.fixed} <= broken


def test_there_are_more_faults_than_the_proof_needs(speed: Contract) -> None:
    assert len(fault_names(speed)) >= 190


def test_several_faults_can_be_planted_at_once(speed: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = battery.run(speed, monkeypatch, faults=["errors.body/empty_body"])
    together = battery.run(speed, monkeypatch, faults=["errors.body/empty_body", "method.allow/missing"])
    assert alone != together
    assert len([entry for entry in together if entry[0] == 405 and entry[2] == b""]) > 0
