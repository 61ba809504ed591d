"""Bodies from Schemathesis's generators, and its checks on an answer."""

import json
from pathlib import Path

import pytest

from pytest_checkout import load_contract
from pytest_checkout.exchange import Body, Exchange, Request, Response
from pytest_checkout.openapi_cases import CHECKS, NOT_JUDGING, generated_bodies, objection

ACME = Path(__file__).parents[1] / "contracts" / "acme.yaml"
SESSION = {
    "id": "cs_test_Z7GpJ30HD7ac3b0e",
    "object": "checkout_session",
    "status": "active",
    "currency": "USD",
    "amount": 1,
}


def answer(value, *, status=200, media_type="application/json"):
    body = Body.of(json.dumps(value).encode())
    return Exchange(
        request=Request(method="POST", target="/checkout-sessions/x"),
        response=Response(status=status, headers=(("Content-Type", media_type),), body=body, value=value),
        role="update",
    )


@pytest.mark.parametrize("contract", ["speed", ACME])
def test_bodies_are_valid_and_invalid_and_each_comes_once(contract):
    contract = load_contract(contract)
    bodies = [each.body for each in generated_bodies(contract, seed=1)]
    texts = [json.dumps(each) for each in bodies]
    assert len(texts) == len(set(texts)) > 20
    assert any(isinstance(each, dict) and each and set(each) <= set(contract.fields) for each in bodies)
    assert any(not isinstance(each, dict) for each in bodies)


def test_values_of_another_type_are_left_to_the_area_that_sends_each_with_a_control():
    purposes = [each.purpose for each in generated_bodies(load_contract("speed"), seed=1)]
    assert any("Incorrect type" in purpose for purpose in purposes)  # of the whole body
    assert not any(": Incorrect type" in purpose.removeprefix("Schemathesis: ") for purpose in purposes)


def test_the_same_seed_gives_the_same_bodies():
    contract = load_contract("speed")
    assert generated_bodies(contract, seed=3) == generated_bodies(contract, seed=3)


def test_a_session_meets_no_objection():
    for check in CHECKS:
        assert objection(load_contract("speed"), check, answer(SESSION)) == ""


@pytest.mark.parametrize(
    ("check", "wrong", "words"),
    [
        ("status_code", answer(SESSION, status=202), "202"),
        ("content_type", answer(SESSION, media_type="text/html"), "text/html"),
        ("body", answer({**SESSION, "amount": "1"}), '"1" is not of type "number"'),
        ("body", answer({}), '"id" is a required property'),
    ],
)
def test_what_the_contract_does_not_describe_is_said_in_a_line(check, wrong, words):
    said = objection(load_contract("speed"), check, wrong)
    assert words in said
    assert "\n" not in said
    assert "curl" not in said


def test_a_json_media_type_with_parameters_is_described():
    said = objection(
        load_contract("speed"), "content_type", answer(SESSION, media_type="application/json;charset=utf-8")
    )
    assert said == ""


def test_the_users_own_configuration_is_not_read(tmp_path, monkeypatch):
    (tmp_path / "schemathesis.toml").write_text("this is no TOML\n")
    monkeypatch.chdir(tmp_path)
    contract = load_contract("speed")
    assert generated_bodies(contract, seed=1)


def test_a_check_judges_or_has_a_reason_not_to():
    from schemathesis import checks

    checks.load_all_checks()
    judging = {name for names in CHECKS.values() for name in names}
    assert judging <= set(checks.CHECKS.get_all_names())
    assert not judging & set(NOT_JUDGING)
    assert all(reason for reason in NOT_JUDGING.values())
