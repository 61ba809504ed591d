"""The universal statements, each held against literal exchanges."""

import json
from typing import Any

import pytest

from pytest_checkout import load_contract
from pytest_checkout.exchange import Body, Exchange, Request, Response
from pytest_checkout.statements import HOLDS, Finding, error_body, no_errors_in_success, no_leak, no_server_error

SPEED = load_contract("speed")
REFUSAL = {"errors": [{"type": "invalid_request_error", "message": "It is not a URL."}]}


def exchange(
    status: int = 200,
    value: Any = None,
    *,
    text: str | None = None,
    media_type: str = "application/json",
    method: str = "POST",
    target: str = "/checkout-sessions/cs_test_1",
    sent: str = "{}",
    failure: str = "",
    role: str = "update",
    purpose: str = "",
) -> Exchange:
    body = json.dumps(value) if text is None else text
    headers = (("Content-Type", media_type),) if media_type else ()
    request = Request(method=method, target=target, body=Body.of(sent.encode()))
    response = Response(status=status, headers=headers, body=Body.of(body.encode()), value=value)
    return Exchange(
        request=request, response=None if failure else response, failure=failure, role=role, purpose=purpose
    )


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


def test_501_is_a_server_error_for_the_contracts_own_update() -> None:
    assert isinstance(no_server_error(SPEED, exchange(501)), Finding)


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


def test_accepted_updates_and_server_errors_say_nothing_of_the_error_body() -> None:
    assert error_body(SPEED, exchange(200, {})) is None
    assert error_body(SPEED, exchange(500, {})) is None


def test_head_has_no_error_body_to_judge() -> None:
    assert error_body(SPEED, exchange(401, text="", method="HEAD")) is None


@pytest.mark.parametrize("status", [408, 411, 417, 431])
def test_what_a_front_end_answers_by_itself_says_nothing(status: int) -> None:
    assert error_body(SPEED, exchange(status, text="<html>", media_type="text/html")) is None


def test_an_odd_target_may_be_refused_by_the_front_end_with_400_and_with_nothing_else() -> None:
    odd = f"/checkout-sessions/{'a' * 1000}"
    assert error_body(SPEED, exchange(400, text="<html>", media_type="text/html", target=odd)) is None
    assert error_body(SPEED, exchange(400, text="<html>", media_type="text/html", target="/a%00b")) is None
    assert isinstance(error_body(SPEED, exchange(404, text="<html>", media_type="text/html", target=odd)), Finding)


def test_errors_in_an_answer_of_success_are_found() -> None:
    found = no_errors_in_success(SPEED, exchange(200, REFUSAL))
    assert isinstance(found, Finding)
    assert found.wanted == "no 'errors' in an answer 200"


@pytest.mark.parametrize("member", [None, [], {}, "", False])
def test_an_empty_error_member_in_success_holds(member: Any) -> None:
    assert no_errors_in_success(SPEED, exchange(200, {"id": "x", "errors": member})) == HOLDS


def test_refusals_and_what_is_no_object_say_nothing_of_errors_in_success() -> None:
    assert no_errors_in_success(SPEED, exchange(400, REFUSAL)) is None
    assert no_errors_in_success(SPEED, exchange(200, [REFUSAL])) is None


LEAKING = {
    "Python traceback": "Traceback (most recent call last)",
    "Node.js stack trace": "    at Session.update (/srv/shop/session.js:12:7)",
    "Java stack trace": "    at com.example.Sessions.update(Sessions.java:42)",
    "Go stack trace": "goroutine 7 [running]:",
    "PHP stack trace": "Stack trace:\n#0 {main}",
    "Ruby stack trace": "sessions/update.rb:7:in `call'",
    ".NET stack trace": "System.NullReferenceException",
    "source path": "/srv/checkout/session.py",
}


@pytest.mark.parametrize(("what", "text"), LEAKING.items())
def test_a_leak_of_each_stack_is_found_and_named(what: str, text: str) -> None:
    found = no_leak(SPEED, exchange(400, text=f"oops {text} oops"))
    assert isinstance(found, Finding)
    assert found.wanted == f"an answer without a {what}"


@pytest.mark.parametrize("text", LEAKING.values())
def test_what_the_request_itself_carried_is_no_leak(text: str) -> None:
    assert no_leak(SPEED, exchange(400, text=f"oops {text} oops", sent=text)) == HOLDS


@pytest.mark.parametrize(
    "text", ["Meet us at Example (2026): 12:30", "https://example.com/usr/a", "see https://docs.example.com/go", "a.py"]
)
def test_ordinary_text_is_no_leak(text: str) -> None:
    assert no_leak(SPEED, exchange(400, text=text)) == HOLDS


def test_without_an_answer_nothing_leaks() -> None:
    assert no_leak(SPEED, exchange(failure="no answer within 10 s")) is None
