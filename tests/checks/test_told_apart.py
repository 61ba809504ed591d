"""Whether what an API says without the key tells which sessions exist."""

from typing import Any

import pytest
from traces import LATER, judged, made, said, taken

from pytest_checkout import checks
from pytest_checkout.checks import Broken, Held

CHECK = made(checks.tells_no_difference, "auth.hides")


def _asked(id: str, answer: Any = None, *, status: int = 401, credentials: str = "none", **more: Any) -> Any:
    return taken("update", status, answer, claim="auth.hides", credentials=credentials, id=id, **more)


def _asked_thrice(known: Any, unknown: Any, **more: Any) -> tuple[Any, ...]:
    rows = [(_asked("", known, **more), _asked("unknown", unknown, **more)) for _ in range(3)]
    return tuple(step for row in rows for step in row)


def test_answers_that_are_alike_hold() -> None:
    assert judged(CHECK, _asked_thrice({"a": 1}, {"a": 1})) == [Held(index=5)]


def test_another_status_for_all_sessions_that_exist_tells_them_apart() -> None:
    rows = [(_asked("", f"a{turn}"), _asked("unknown", f"b{turn}", status=404)) for turn in range(3)]
    (finding,) = judged(CHECK, taken("create", 200, {}), *rows)
    assert finding == Broken(
        index=6,
        cause=1,
        until=6,
        reason="told apart",
        wanted='the same answer as for a session that exists: 401 "a2"',
        got='404 "b2"',
    )


def test_other_words_for_all_of_one_kind_tell_them_apart_and_passing_ones_do_not() -> None:
    assert said(CHECK, _asked_thrice({"message": "no key"}, {"message": "no session"})) == ["told apart"]
    passing = [_asked("", {"at": turn}) for turn in range(3)] + [
        _asked("unknown", {"at": 7 + turn}) for turn in range(3)
    ]
    assert said(CHECK, *passing) == ["held"]
    half = [_asked("", {"at": 1})] * 3 + [_asked("unknown", {"at": 2})] * 2 + [_asked("unknown", {"at": 3})]
    assert said(CHECK, *half) == ["held"]
    assert said(CHECK, *[_asked("unknown", {"at": 1})] * 3, *half[3:], *[_asked("", {"at": 4})] * 3) == ["held"]


@pytest.mark.parametrize("key", ["type", "code"])
def test_another_type_of_error_tells_them_apart_whatever_the_words(key: str) -> None:
    def errors(kind: str, turn: int) -> Any:
        return {"request": turn, "errors": [{key: kind, "message": str(turn)}]}

    rows = [(_asked("", errors("auth", turn)), _asked("unknown", errors("missing", -turn))) for turn in range(1, 4)]
    assert said(CHECK, *rows) == ["told apart"]
    rows = [(_asked("", errors("auth", turn)), _asked("unknown", errors("auth", -turn))) for turn in range(1, 4)]
    assert said(CHECK, *rows) == ["held"]


def test_an_error_that_stands_by_itself_has_a_type_too() -> None:
    rows = [
        (_asked("", {"error": {"type": "auth"}, "at": turn}), _asked("unknown", {"error": {"type": "x"}, "at": -turn}))
        for turn in range(1, 4)
    ]
    assert said(CHECK, *rows) == ["told apart"]


def test_the_id_that_was_asked_for_is_no_difference() -> None:
    def about(id: str) -> Any:
        return {"target": f"/checkout-sessions/{id}", "text": f"no key for /checkout-sessions/{id}"}

    rows = [(_asked("", **about("cs_1234567")), _asked("unknown", **about("cs_9876543"))) for _ in range(3)]
    assert said(CHECK, *rows) == ["held"]
    for one, other, words in (("cs_12345", "cs_98765", "held"), ("cs_1234", "cs_9876", "told apart")):
        assert said(CHECK, *[(_asked("", **about(one)), _asked("unknown", **about(other)))] * 3) == [words]


def test_answers_that_did_not_come_are_compared_by_what_came_instead() -> None:
    rows = [(_asked("", status=0), _asked("unknown", status=0)) for _ in range(3)]
    assert said(CHECK, *rows) == ["held"]


def test_few_answers_and_those_that_ask_to_come_later_say_nothing() -> None:
    rows = _asked_thrice({"a": 1}, {"a": 2})
    assert said(CHECK, *rows[:-1]) == []
    assert said(CHECK, *rows[1:]) == []
    assert said(CHECK, *rows, _asked("", {"a": 1}, status=429)) == []
    assert said(CHECK, *rows, _asked("unknown", {"a": 1}, status=503, replied=(LATER,))) == []


def test_each_kind_of_key_and_each_operation_is_compared_for_itself() -> None:
    few, other = _asked_thrice({"a": 1}, {"a": 2}, status=429), _asked_thrice({"a": 1}, {"a": 2}, credentials="empty")
    assert said(CHECK, *few, *other, *_asked_thrice({"a": 1}, {"a": 1})) == ["told apart", "held"]
    assert said(CHECK, *_asked_thrice({"a": 1}, {"a": 1}), *other) == ["held", "told apart"]


def test_requests_that_were_made_for_another_statement_say_nothing() -> None:
    others = [taken("update", 401, {"a": turn}, credentials="none", id="unknown") for turn in range(3)]
    assert said(CHECK, *_asked_thrice({"a": 1}, {"a": 1}), *others) == ["held"]
