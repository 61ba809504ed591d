"""Existing sessions, taken in turn, and what there is room for in them."""

import pytest

from pytest_checkout import load_contract
from pytest_checkout.errors import Untried
from pytest_checkout.existing import ExistingSessions, fitting

SPEED = load_contract("speed")


def test_each_example_takes_the_next_session() -> None:
    sessions = ExistingSessions(("a", "b"))
    assert [sessions.take("", ()) for _ in range(3)] == ["a", "b", "a"]


def test_an_example_takes_no_session_twice() -> None:
    sessions = ExistingSessions(("a", "b", "c"))
    first = sessions.take("", ())
    assert sessions.take("", (first,)) == "b"
    assert sessions.take("", ("a", "c")) == "b"


def test_an_example_that_is_run_again_takes_the_session_that_it_had() -> None:
    sessions = ExistingSessions(("a", "b"))
    assert [sessions.take("b", ()), sessions.take("b", ())] == ["b", "b"]


def test_a_session_of_another_process_is_not_taken() -> None:
    assert ExistingSessions(("a",)).take("elsewhere", ()) == "a"


def test_too_few_sessions_leave_an_example_untried_and_not_red() -> None:
    with pytest.raises(Untried, match=r"it needs 2 sessions at once, and --checkout-session names 1 here") as problem:
        ExistingSessions(("a",)).take("", ("a",))
    assert not problem.value.red


def test_pairs_for_which_there_is_room_are_sent() -> None:
    held = {"metadata": {f"k{place}": "v" for place in range(48)}}
    body = {"title": "x", "metadata": {"k1": "other", "new": "v", "newer": "v", "newest": "v"}}
    assert fitting(SPEED, body, held) == {"title": "x", "metadata": {"k1": "other", "new": "v", "newer": "v"}}


def test_pairs_that_may_be_refused_fill_half_of_the_room() -> None:
    held = {"metadata": {f"k{place}": "v" for place in range(25)}}
    assert fitting(SPEED, {"metadata": {"a key with spaces": "v"}}, held) == {"metadata": {}}
    assert fitting(SPEED, {"metadata": {"plain": "v"}}, held) == {"metadata": {"plain": "v"}}


@pytest.mark.parametrize("body", ["text", 7, None, {"metadata": "text"}, {"unknown": {"a": "b"}}])
def test_what_holds_no_pairs_is_sent_as_it_is(body: object) -> None:
    assert fitting(SPEED, body, {}) == body
