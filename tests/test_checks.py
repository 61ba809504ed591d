"""Checks held against literal traces: a session is read, updated and read again, by an API that is written out here."""

from collections.abc import Iterator
from typing import Any

import pytest

from pytest_checkout import checks, load_contract
from pytest_checkout.checks import Broken, Check, Held
from pytest_checkout.example import Step, Taken, Trace
from pytest_checkout.exchange import Body, Exchange, Request, Response

SPEED = load_contract("speed")
TITLE, METADATA = SPEED.fields["title"], SPEED.fields["metadata"]
LONG = "t" * 255


def taken(part: Any, status: int, value: Any, *, body: Any = None) -> Taken:
    sent = body if part == "update" else None
    answer = Response(status=status, headers=(("Content-Type", "application/json"),), body=Body.of(b"{}"), value=value)
    exchange = Exchange(request=Request(method="POST", target="/x"), response=answer, role=part, session="A")
    return Taken(step=Step(part=part, body=sent), exchange=exchange, sent=sent)


def updated(body: Any, *, before: Any, after: Any, status: int = 200, answer: Any = None) -> tuple[Taken, ...]:
    """A reading, an update and a reading; the answer shows what the second reading does, unless it is told."""
    shown = after if answer is None else answer
    return taken("retrieve", 200, before), taken("update", status, shown, body=body), taken("retrieve", 200, after)


def trace(*steps: tuple[Taken, ...]) -> Trace:
    return Trace(taken=tuple(step for row in steps for step in row))


def said(check: Check, *steps: tuple[Taken, ...]) -> list[str]:
    """``held``, or the reason of a finding, for each judgement."""

    def words() -> Iterator[str]:
        for judgement in check(trace(*steps)):
            yield judgement.reason if isinstance(judgement, Broken) else "held"

    return list(words())


def test_a_field_alone_is_accepted_with_200_and_nothing_else() -> None:
    check = checks.accepts(SPEED, TITLE)
    assert said(check, updated({"title": "a"}, before={}, after={"title": "a"})) == ["held"]
    assert said(check, updated({"title": "a"}, before={}, after={}, status=400)) == ["not accepted: 400"]
    assert said(check, updated({"title": "a"}, before={}, after={}, status=201)) == ["not accepted: 201"]


@pytest.mark.parametrize(
    "body", [{"title": "a" * 256}, {"title": None}, {"title": 1}, {"title": "a", "description": "b"}]
)
def test_what_need_not_be_accepted_alone_says_nothing(body: Any) -> None:
    assert said(checks.accepts(SPEED, TITLE), updated(body, before={}, after={}, status=400)) == []


def test_fields_together_are_accepted_where_each_is_alone() -> None:
    check = checks.accepts_together(SPEED)
    both = {"title": "a", "description": "b"}
    assert said(check, updated(both, before={}, after=both)) == ["held"]
    assert said(check, updated(both, before={}, after={}, status=422)) == ["not accepted: 422"]
    alone = updated({"title": "a"}, before={}, after={}, status=400)
    assert said(check, alone, updated(both, before={}, after={}, status=400)) == []


def test_a_field_that_was_cut_is_found_in_the_answer_and_in_the_retrieve() -> None:
    cut = updated({"title": LONG}, before={}, after={"title": LONG[:64]})
    assert len(said(checks.answers(SPEED, TITLE), cut)) == len(said(checks.stores(SPEED, TITLE), cut)) == 1
    (answered,) = said(checks.answers(SPEED, TITLE), cut)
    (stored,) = said(checks.stores(SPEED, TITLE), cut)
    assert "cut" in answered
    assert "cut" in stored


def test_an_answer_that_is_wrong_beside_a_retrieve_that_is_right_breaks_the_answer_alone() -> None:
    wrong = updated({"title": "a"}, before={}, after={"title": "a"}, answer={"title": "b"})
    assert said(checks.answers(SPEED, TITLE), wrong) != ["held"]
    assert said(checks.stores(SPEED, TITLE), wrong) == ["held"]


def test_of_a_refused_update_nothing_is_wanted_to_be_stored() -> None:
    refused = updated({"title": "a"}, before={}, after={}, status=400)
    assert said(checks.stores(SPEED, TITLE), refused) == []
    assert said(checks.answers(SPEED, TITLE), refused) == []


def test_an_update_that_names_no_field_may_be_accepted_or_refused_and_nothing_else() -> None:
    for status in (200, 400, 422):
        assert said(checks.empty_answered(), updated({}, before={}, after={}, status=status)) == ["held"]
    for status in (302, 500):
        assert said(checks.empty_answered(), updated({}, before={}, after={}, status=status)) != ["held"]


def test_the_same_update_twice_leaves_the_session_as_once_did() -> None:
    check, body = checks.idempotent(SPEED), {"title": "a"}
    held = {"title": "a", "modified": 1}
    once = updated(body, before={}, after=held)
    assert said(check, once, updated(body, before=held, after={"title": "a", "modified": 2})) == ["held"]
    assert said(check, once, updated(body, before=held, after={"title": "aa"})) == ["held", "title changed"]
    assert said(check, once, updated(body, before=held, after=held, status=409)) == ["not accepted again: 409"]


def test_pairs_that_were_not_sent_are_kept() -> None:
    check, body = checks.pairs_kept(SPEED, METADATA), {"metadata": {"b": "two"}}
    before = {"metadata": {"a": "one"}}
    kept = {"metadata": {"a": "one", "b": "two"}}
    assert set(said(check, updated(body, before=before, after=kept))) == {"held"}
    lost = said(check, updated(body, before=before, after={"metadata": {"b": "two"}}))
    assert lost == ["unsent lost in the answer", "unsent lost in the retrieve"]


def test_a_pair_that_nobody_sent_is_found() -> None:
    more = updated({"metadata": {"a": "one"}}, before={}, after={"metadata": {"a": "one", "x": "y"}})
    assert said(checks.pairs_kept(SPEED, METADATA), more) == ["a pair that nobody sent"]


def test_keys_that_differ_in_letter_case_only_keep_values_of_their_own() -> None:
    body = {"metadata": {"Key": "one", "key": "two"}}
    assert set(said(checks.cased_apart(SPEED), updated(body, before={}, after=body))) == {"held"}
    merged = updated(body, before={}, after={"metadata": {"key": "two"}})
    assert "sent lost in the retrieve" in said(checks.cased_apart(SPEED), merged)


def test_an_empty_object_changes_no_pair() -> None:
    check, before = checks.empty_keeps(SPEED, METADATA), {"metadata": {"a": "one"}}
    assert said(check, updated({"metadata": {}}, before=before, after=before)) == ["held"]
    gone = updated({"metadata": {}}, before=before, after={"metadata": {}})
    assert said(check, gone) == ["changed by an empty object"]
    assert said(check, updated({"metadata": {}}, before=before, after=before, status=500)) == ["answered 500"]


def test_a_finding_points_at_its_cause_and_at_what_shows_it() -> None:
    steps = trace(updated({"title": LONG}, before={}, after={"title": "t"}))
    (found,) = checks.stores(SPEED, TITLE)(steps)
    assert isinstance(found, Broken)
    assert (found.cause, found.index, found.until) == (1, 2, 2)
    (held,) = checks.stores(SPEED, TITLE)(trace(updated({"title": "a"}, before={}, after={"title": "a"})))
    assert held == Held(index=2, zone="must accept")
