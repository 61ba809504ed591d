"""Updates that were sent at the same time: each is taken, and nothing is lost."""

from typing import Any

import pytest
from traces import LATER, SPEED, created, judged, made, read, said, sent

from pytest_checkout import checks
from pytest_checkout.checks import Broken, Check, Held
from pytest_checkout.checks.races import not_made

ALL, ONE = made(checks.all_took_effect, SPEED), made(checks.one_stands)
A, B = {"title": "a"}, {"description": "b"}
LEFT, RIGHT = {"title": "l"}, {"title": "r"}


def _race(*bodies: Any, group: int = 1, **more: Any) -> tuple[Any, ...]:
    return tuple(sent(body, group=group, **more) for body in bodies)


def test_updates_of_different_fields_all_take_effect() -> None:
    assert judged(ALL, created({}), _race(A, B), read({**A, **B})) == [Held(index=3), Held(index=3)]
    wanted = 'title "a", as each of 2 updates at the same time was answered with 200'
    assert judged(ALL, created({}), _race(A, B), read(B)) == [
        Broken(index=3, cause=1, until=3, reason="an update was lost", wanted=wanted, got="nothing"),
        Held(index=3),
    ]


def test_each_pair_and_each_field_of_an_update_takes_effect() -> None:
    one, two = {"metadata": {"a": "1x"}}, {"metadata": {"b": "2x"}, "title": "a"}
    assert said(ALL, _race(one, two), read({"metadata": {"a": "1x", "b": "2x"}, "title": "a"})) == ["held"] * 3
    lost = said(ALL, _race(one, two), read({"metadata": {"b": "2x"}, "title": "b"}))
    assert lost == ["an update was lost", "held", "an update was lost"]
    (finding, _) = judged(ALL, _race(A, B), read({**B, "title": "c"}))
    assert finding.got == '"c"'


def test_of_updates_of_one_field_one_of_the_values_stands() -> None:
    for stands in (LEFT, RIGHT):
        assert judged(ONE, created({}), _race(LEFT, RIGHT), read(stands)) == [Held(index=3)]
    for got, words in (({"title": "lr"}, '"lr"'), ({}, "nothing")):
        finding = Broken(
            index=3,
            cause=1,
            until=3,
            reason="none of the values stands",
            wanted='title at one of ["l", "r"]',
            got=words,
        )
        assert judged(ONE, created({}), _race(LEFT, RIGHT), read(got)) == [finding]


def test_of_each_field_that_updates_share_one_of_the_values_stands() -> None:
    one, two = {**LEFT, "description": "b"}, {**RIGHT, "description": "c"}
    assert said(ONE, _race(one, two), read({**LEFT, "description": "c"})) == ["held", "held"]
    (finding,) = (
        each for each in judged(ONE, _race(one, two), read({**LEFT, "description": "d"})) if each != Held(index=2)
    )
    assert (finding.wanted, finding.got) == ('description at one of ["b", "c"]', '"d"')


@pytest.mark.parametrize("check", [ALL, ONE])
def test_an_update_that_is_neither_taken_nor_in_conflict_is_found(check: Check) -> None:
    steps = read({}), sent(LEFT, group=1), sent(RIGHT, 400, group=1), sent(LEFT, 500, group=1), read(LEFT)
    wanted = "200, or a conflict (409, 423, 429), for each of 3 updates at the same time"
    assert judged(check, *steps) == [
        Broken(index=2, cause=1, until=3, reason="not taken: 400", wanted=wanted, got="400 with no body"),
        Broken(index=3, cause=1, until=3, reason="not taken: 500", wanted=wanted, got="500 with no body"),
        Held(index=4),
    ]


@pytest.mark.parametrize("check", [ALL, ONE])
def test_an_update_alone_may_be_answered_with_anything(check: Check) -> None:
    assert said(check, sent(LEFT, 400), sent(RIGHT, 500), _race(LEFT), read(LEFT)) == ["held"]


@pytest.mark.parametrize("check", [ALL, ONE])
def test_an_update_in_conflict_is_not_made_and_counts_when_it_is_sent_again(check: Check) -> None:
    for conflict in (409, 423, 429):
        steps = sent(LEFT, group=1), sent(RIGHT, conflict, group=1)
        assert said(check, *steps, read(LEFT)) == ["held"]
    assert said(ONE, *steps, sent(RIGHT), read(RIGHT)) == ["held"]
    assert said(ALL, _race(A), sent(B, 409, group=1), sent(B), read(A)) == ["held", "an update was lost"]


def test_what_counts_as_not_made() -> None:
    for answer in (sent(A, 409), sent(A, 423), sent(A, 429), sent(A, 503, replied=(LATER,))):
        assert not_made(answer.exchange)
    for answer in (sent(A), sent(A, 400), sent(A, 410), sent(A, 503), sent(A, 0)):
        assert not not_made(answer.exchange)


def test_each_round_is_judged_by_the_reading_behind_it() -> None:
    rounds = _race(LEFT, RIGHT), read(LEFT), _race(A, {"title": "c"}, group=2), read(A)
    assert judged(ONE, *rounds) == [Held(index=2), Held(index=5)]
    assert judged(ONE, *rounds, read({"title": "x"})) == [Held(index=2), Held(index=5)]
    late = _race(LEFT, 400), read(LEFT)
    assert said(ONE, _race(LEFT, RIGHT), read({}, status=500), read({"title": "x"}), *late[1:]) == []


@pytest.mark.parametrize("reading", [read(LEFT, status=404), read(["l"]), sent(A, group=2), created(LEFT)])
def test_without_a_reading_right_behind_a_round_says_nothing(reading: Any) -> None:
    assert said(ONE, _race(LEFT, RIGHT), reading) == []
    assert said(ALL, _race(LEFT, RIGHT), reading) == []


def test_updates_one_after_the_other_are_no_round() -> None:
    assert said(ONE, sent(LEFT), sent(RIGHT), read({"title": "x"})) == []


def test_two_rounds_in_a_row_are_two() -> None:
    first, second = sent(LEFT, 400, group=1), sent(RIGHT, 400, group=2)
    assert [(each.cause, each.until) for each in judged(ONE, first, second)] == [(0, 0), (1, 1)]


def test_each_answer_is_to_its_own_update() -> None:
    def told(*answers: Any) -> list[Any]:
        race = [sent(body, group=1, answer=answer) for body, answer in zip((A, B), answers, strict=True)]
        steps = created({"id": "one"}), *race, read({**A, **B})
        return [judgement for judgement in judged(ALL, *steps) if isinstance(judgement, Broken)]

    for right in (({"id": "one", **A}, {"id": "one", **A, **B}), ({"id": "one"}, {"id": "one"})):
        assert told(*right) == []
    where = {"cause": 1, "until": 2, "reason": "an answer was mixed up"}
    wanted = 'id "one" in the answer to one of 2 updates at the same time'
    assert told({"id": "two", **A}, {"id": "one"}) == [Broken(index=1, wanted=wanted, got='"two"', **where)]
    assert told({"id": "one"}, {**B}) == [Broken(index=2, wanted=wanted, got="nothing", **where)]
    # Of one answer the first that is wrong is told.
    (finding,) = told({"id": "two", "title": "x"}, {"id": "one"})
    assert finding.got == '"two"'
    wanted = 'description "b" in the answer to one of 2 updates at the same time'
    assert told({"id": "one", **A}, {"id": "one", "description": "a"}) == [
        Broken(index=2, wanted=wanted, got='"a"', **where)
    ]


def test_answers_of_a_session_whose_id_is_not_known_are_compared_by_their_values_alone() -> None:
    race = sent(A, group=1, answer={"id": "one", **A}), sent(B, group=1, answer={"id": "two", **B})
    assert said(ALL, *race, read({**A, **B})) == ["held", "held"]


def test_an_answer_behind_one_that_was_refused_is_looked_at_and_all_of_the_race_is_needed_to_see_it() -> None:
    third = {"cancel_url": "https://example.com/"}
    race = (
        sent(A, 409, group=1),
        sent(B, group=1, answer={"id": "two", **B}),
        sent(third, group=1, answer={"id": "one", **third}),
    )
    findings = [each for each in judged(ALL, created({"id": "one"}), *race) if isinstance(each, Broken)]
    assert [(each.index, each.cause, each.until) for each in findings] == [(2, 1, 3)]
