"""The universal statements, each held against literal exchanges."""

import json
from dataclasses import replace
from typing import Any

import pytest
from exchanges import SPEED, exchange

from pytest_checkout.exchange import ABSENT
from pytest_checkout.statements import (
    HOLDS,
    Finding,
    error_body,
    no_errors_in_success,
    no_server_error,
    problems_of,
)

REFUSAL = {"errors": [{"type": "invalid_request_error", "message": "It is not a URL."}]}


@pytest.mark.parametrize("status", [200, 204, 302, 400, 404, 429, 499])
def test_an_answer_below_500_is_no_server_error(status: int) -> None:
    assert no_server_error(SPEED, exchange(status)) == HOLDS


@pytest.mark.parametrize("status", [500, 502, 503, 599])
def test_an_answer_from_500_on_is_a_server_error(status: int) -> None:
    found = no_server_error(SPEED, exchange(status, text="oops"))
    assert found == Finding(wanted="an answer below 500", got=f"{status} oops")


def test_a_dropped_request_is_a_server_error() -> None:
    found = no_server_error(SPEED, exchange(failure="the connection was closed before an answer"))
    assert found == Finding(wanted="an answer", got="the connection was closed before an answer")


def test_501_says_nothing_for_a_method_that_is_tried_on_purpose() -> None:
    assert no_server_error(SPEED, exchange(501, method="PUT", purpose="PUT")) is None
    assert no_server_error(SPEED, exchange(501, method="BREW")) is None


def test_501_says_nothing_where_nobody_knows_whose_operation_it_was() -> None:
    assert no_server_error(SPEED, exchange(501, role="")) is None


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "PUT", "HEAD", "OPTIONS", "DELETE"])
def test_501_is_a_server_error_for_the_contracts_own_update(method: str) -> None:
    found = no_server_error(SPEED, exchange(501, method=method, text="no"))
    assert found == Finding(wanted="an answer below 500", got="501 no")
    assert isinstance(no_server_error(SPEED, exchange(502, method=method, role="", purpose=method)), Finding)


def test_a_refusal_with_the_contracts_error_body_holds() -> None:
    assert error_body(SPEED, exchange(400, REFUSAL)) == HOLDS
    assert error_body(SPEED, exchange(404, REFUSAL, media_type="application/problem+json; charset=utf-8")) == HOLDS


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"errors": []},
        {"errors": {}},
        {"errors": [{"type": "", "message": "x"}]},
        {"errors": [{"type": "x", "message": ""}]},
        {"errors": [{"type": "x"}]},
        {"errors": [{"message": "x"}]},
        {"errors": [{"type": 1, "message": "x"}]},
    ],
)
def test_a_refusal_with_another_body_is_found(value: Any) -> None:
    assert isinstance(error_body(SPEED, exchange(400, value)), Finding)


@pytest.mark.parametrize("media_type", ["text/html", "text/plain", ""])
def test_a_refusal_that_is_not_json_by_its_media_type_is_found(media_type: str) -> None:
    found = error_body(SPEED, exchange(400, REFUSAL, media_type=media_type))
    assert isinstance(found, Finding)
    assert f"of media type {media_type or 'none'}" in found.got


def test_what_is_wrong_with_an_error_body_is_said_beside_it() -> None:
    wanted = "an error body as the contract has it, with 'errors'"
    found = error_body(SPEED, exchange(400, {"errors": []}))
    problem = "/errors: minItems 1 does not hold for []"
    assert found == Finding(wanted=wanted, got=f'400 {{"errors": []}} ({problem})')
    found = error_body(SPEED, exchange(400, text="<p>", media_type="text/html"))
    assert found == Finding(wanted=wanted, got="400 of media type text/html: 400 <p>")
    broken = replace(exchange(400, text="{").response, value=ABSENT, problem="it ends too early")
    found = error_body(SPEED, replace(exchange(400), response=broken))
    assert found == Finding(wanted=wanted, got="400 { (it ends too early)")


def test_an_error_body_that_is_of_another_type_is_wrong_as_a_whole() -> None:
    found = error_body(SPEED, exchange(400, "no"))
    assert found == Finding(
        wanted="an error body as the contract has it, with 'errors'",
        got='400 "no" (the body: type "object" does not hold for "no")',
    )


def test_where_the_contract_has_no_error_body_none_is_judged() -> None:
    free = replace(SPEED, error=None)
    assert error_body(free, exchange(400, {})) is None
    assert no_errors_in_success(free, exchange(200, REFUSAL)) is None


def test_accepted_updates_and_server_errors_say_nothing_of_the_error_body() -> None:
    assert error_body(SPEED, exchange(200, {})) is None
    assert error_body(SPEED, exchange(500, {})) is None


def test_head_has_no_error_body_to_judge() -> None:
    assert error_body(SPEED, exchange(401, text="", method="HEAD")) is None


@pytest.mark.parametrize("status", [408, 411, 417, 431])
def test_what_a_front_end_answers_by_itself_says_nothing(status: int) -> None:
    assert error_body(SPEED, exchange(status, text="<html>", media_type="text/html")) is None


def test_a_method_that_few_servers_know_may_be_refused_by_the_front_end() -> None:
    html = {"text": "<html>", "media_type": "text/html"}
    for method in ("BREW", "TRACE"):
        assert error_body(SPEED, exchange(405, method=method, **html)) is None
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert isinstance(error_body(SPEED, exchange(405, method=method, **html)), Finding)


def test_a_target_of_1000_characters_is_not_odd_yet() -> None:
    for status, length, judged in ((400, 1000, True), (400, 1001, False), (414, 1001, False), (413, 1001, True)):
        answer = exchange(status, text="<html>", media_type="text/html", target="/".ljust(length, "a"))
        assert isinstance(error_body(SPEED, answer), Finding) is judged


@pytest.mark.parametrize("escape", ["%00", "%0D", "%FF", "%C0", "%ED", "%ZZ", "%"])
def test_escapes_that_are_no_text_make_a_target_odd(escape: str) -> None:
    assert error_body(SPEED, exchange(400, text="<html>", media_type="text/html", target=f"/a{escape}b")) is None


def test_an_odd_target_may_be_refused_by_the_front_end_with_400_and_with_nothing_else() -> None:
    odd = f"/checkout-sessions/{'a' * 1000}"
    assert error_body(SPEED, exchange(400, text="<html>", media_type="text/html", target=odd)) is None
    assert error_body(SPEED, exchange(400, text="<html>", media_type="text/html", target="/a%00b")) is None
    assert isinstance(error_body(SPEED, exchange(404, text="<html>", media_type="text/html", target=odd)), Finding)


def test_errors_in_an_answer_of_success_are_found() -> None:
    found = no_errors_in_success(SPEED, exchange(200, REFUSAL))
    assert found == Finding(wanted="no 'errors' in an answer 200", got=f"200 {json.dumps(REFUSAL)}")


@pytest.mark.parametrize("member", [None, [], {}, "", False])
def test_an_empty_error_member_in_success_holds(member: Any) -> None:
    assert no_errors_in_success(SPEED, exchange(200, {"id": "x", "errors": member})) == HOLDS


def test_refusals_and_what_is_no_object_say_nothing_of_errors_in_success() -> None:
    assert no_errors_in_success(SPEED, exchange(400, REFUSAL)) is None
    assert no_errors_in_success(SPEED, exchange(200, [REFUSAL])) is None


def test_a_schema_says_where_a_value_is_wrong() -> None:
    schema = {"properties": {"a": {"items": {"type": "string"}}}, "required": ["a"]}
    assert problems_of(schema, {"a": ["b"]}) == ""
    assert problems_of(schema, {"a": ["b", 7]}) == '/a/1: type "string" does not hold for 7'
    assert problems_of(schema, {}) == 'the body: required ["a"] does not hold for {}'
