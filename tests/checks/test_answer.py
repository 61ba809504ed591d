"""The answer of an accepted update is the session."""

from dataclasses import replace
from typing import Any

import pytest
from traces import SPEED, created, judged, made, read, said, sent, taken, trace, wrong

from pytest_checkout import checks
from pytest_checkout.checks import Check, Held
from pytest_checkout.exchange import ABSENT
from pytest_checkout.statements import problems_of


def _check(said_of: str = "") -> Check:
    return made(checks.answers_session, SPEED, lambda _value: said_of)


CHECK = _check()
A = {"title": "a"}
SESSION = {"id": "cs_1", "currency": "USD", "title": "a"}
CREATED = created({"id": "cs_1"}, status=201)


def test_an_answer_that_is_the_session_holds() -> None:
    assert judged(CHECK, CREATED, sent(A, answer=SESSION)) == [Held(index=1)]
    assert said(CHECK, CREATED, sent(A, answer=SESSION, media_type="application/hal+json; charset=utf-8")) == ["held"]


@pytest.mark.parametrize(
    ("answer", "got"),
    [
        ({"answer": SESSION, "media_type": "text/html"}, "the media type text/html"),
        ({"answer": SESSION, "media_type": ""}, "the media type nothing"),
        ({"answer": ["cs_1"]}, '["cs_1"] in place of an object'),
        ({"answer": "cs_1", "problem": "it ends too early"}, "it ends too early"),
        ({"answer": {"id": "cs_2"}}, 'id "cs_2"'),
        ({"answer": {"title": "a"}}, "id nothing"),
    ],
)
def test_what_is_not_the_session_is_said(answer: dict[str, Any], got: str) -> None:
    finding = wrong(1, "the answer is not the session", 'the session as JSON, with id "cs_1"', got)
    assert judged(CHECK, CREATED, sent(A, **answer)) == [finding]


def test_what_the_contracts_schema_says_of_the_answer_is_said() -> None:
    (finding,) = judged(_check("/amount: it is no number"), CREATED, sent(A, answer=SESSION))
    assert finding.got == "/amount: it is no number"
    check = checks.answers_session(SPEED, lambda value: problems_of({"required": ["url"]}, value))
    assert said(check, CREATED, sent(A, answer={**SESSION, "url": "u"})) == ["held"]
    (finding,) = judged(check, CREATED, sent(A, answer={"id": "cs_1"}))
    assert finding.got == 'the body: required ["url"] does not hold for {"id": "cs_1"}'


def test_each_session_has_its_own_id() -> None:
    other = created({"id": "cs_2"}, session="B")
    assert said(CHECK, CREATED, other, sent(A, answer={"id": "cs_2"}, session="B")) == ["held"]
    assert said(CHECK, CREATED, other, sent(A, answer={"id": "cs_2"})) == ["the answer is not the session"]


@pytest.mark.parametrize(
    "steps",
    [
        (sent(A, answer={}),),
        (created({"id": "cs_1"}, status=400), sent(A, answer={})),
        (read({"id": "cs_1"}), sent(A, answer={})),
        (created({"id": "cs_1"}, session="B"), sent(A, answer={})),
    ],
)
def test_where_no_session_was_created_nothing_is_said(steps: Any) -> None:
    assert said(CHECK, *steps) == []


def test_updates_that_were_refused_or_should_be_say_nothing() -> None:
    refused = sent(A, 400, answer={}), sent({"title": 7}, answer={}), sent(A, 201, answer={})
    assert said(CHECK, CREATED, refused, sent(A, answer=SESSION)) == ["held"]


FULL = {
    "id": "cs_1",
    "object": "checkout_session",
    "currency": "USD",
    "title": "a",
    "description": "b",
    "ttl": 600,
    "modified": 7,
    "created": 6,
}


def _answer_without(name: str, *, before: Any = FULL, after: Any = FULL) -> list[Any]:
    answer = {key: value for key, value in FULL.items() if key != name}
    return judged(CHECK, CREATED, read(before), sent(A, answer=answer), read(after))


def test_a_field_that_each_retrieve_shows_and_the_answer_does_not_is_missed() -> None:
    for name in ("currency", "created", "description"):
        (finding,) = _answer_without(name)
        assert finding.got == f"no {name}, which a retrieve shows"


@pytest.mark.parametrize("name", ["title", "ttl", "modified"])
def test_what_was_sent_is_another_statements_and_what_moves_may_be_left_out(name: str) -> None:
    assert _answer_without(name) == [Held(index=2)]


@pytest.mark.parametrize("empty", [None, [], {}, ABSENT])
def test_a_field_that_is_empty_in_one_reading_may_be_left_out(empty: Any) -> None:
    shown = {key: value for key, value in FULL.items() if key != "currency"}
    shown |= {} if empty is ABSENT else {"currency": empty}
    assert _answer_without("currency", before=shown) == [Held(index=2)]
    assert _answer_without("currency", after=shown) == [Held(index=2)]


@pytest.mark.parametrize("value", [False, 0, ""])
def test_a_value_that_only_reads_as_false_is_none_that_is_empty(value: Any) -> None:
    (finding,) = _answer_without("currency", before={**FULL, "currency": value})
    assert finding.got == "no currency, which a retrieve shows"


def test_without_readings_on_both_sides_no_field_is_missed() -> None:
    update = sent(A, answer={"id": "cs_1"})
    assert said(CHECK, CREATED, update, read(FULL)) == ["held"]
    assert said(CHECK, CREATED, read(FULL), update) == ["held"]


def test_a_session_that_a_contract_without_retrieve_shows_when_it_is_created_is_one_reading() -> None:
    steps = trace(CREATED, sent(A, answer={"id": "cs_1"}), readable=False)
    assert list(CHECK(steps)) == [Held(index=1)]


@pytest.mark.parametrize(
    "media_type", ["text/json", "text/x+json", "application/xml", "application/jsonl", "x-application/json", ""]
)
def test_other_media_types_are_not_json(media_type: str) -> None:
    assert not checks.is_json(media_type)


NOT_JSON = "the body is not JSON (NaN is no JSON number)"


def test_an_answer_to_an_accepted_body_of_any_kind_is_json() -> None:
    odd = sent(A, 200, raw=b"{}", answer=ABSENT, problem=NOT_JSON)
    finding = wrong(1, "the answer is no JSON", "the session as JSON", NOT_JSON)
    for claim in ("", "input.robust"):
        step = replace(odd, step=odd.step.but(claim=claim))
        assert judged(CHECK, CREATED, step) == [finding]
        assert judged(CHECK, CREATED, replace(step, sent=ABSENT), sent(A, answer=SESSION))[-1] == finding


@pytest.mark.parametrize(
    "step",
    [
        sent(A, 400, raw=b"{}", problem=NOT_JSON),
        sent(A, 0, raw=b"{}"),
        sent(A, 200, raw=b"{}", problem="the body is nested too deeply"),
        sent(A, 200, raw=b"{}", answer=SESSION),
        taken("retrieve", 200, raw=b"{}", problem=NOT_JSON),
        taken("retrieve", 200, problem=NOT_JSON),
    ],
)
def test_what_was_refused_or_can_not_be_read_here_is_no_matter_of_json(step: Any) -> None:
    assert judged(CHECK, CREATED, step) == []
    odd = sent(A, 200, raw=b"{}", problem=NOT_JSON)
    assert said(CHECK, CREATED, step, odd) == ["the answer is no JSON"]
