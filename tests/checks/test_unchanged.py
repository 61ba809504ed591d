"""What stays as it was: fields that were not sent, whole sessions, and neighbours."""

from typing import Any

import pytest
from traces import SPEED, created, judged, made, read, said, sent, taken, updated, wrong

from pytest_checkout import checks
from pytest_checkout.checks import Broken, Held, Judgement
from pytest_checkout.exchange import ABSENT

TITLE, URL = SPEED.fields["title"], SPEED.fields["success_url"]
KEEPS, AMOUNT = made(checks.keeps, SPEED, TITLE), made(checks.fixed, "amount")
TWICE = made(checks.idempotent, SPEED)
NOTHING = made(checks.changes_nothing, SPEED, when=lambda update: update.exchange.refused)
NEIGHBOUR = made(checks.untouched, "B")
OTHER, BEFORE = {"description": "b"}, {"title": "a"}


def _moved(index: int, reason: str, wanted: str, got: str, *, cause: int = 1, until: int = 2) -> Broken:
    moved = reason.partition(" ")[0]
    return Broken(index=index, cause=cause, until=until, reason=reason, wanted=wanted, got=got, moved=moved)


def test_a_field_that_was_not_sent_is_kept_in_the_answer_and_in_the_retrieve() -> None:
    assert judged(KEEPS, updated(OTHER, before=BEFORE, after=BEFORE)) == [Held(index=1), Held(index=2)]
    assert judged(KEEPS, updated(OTHER, before=BEFORE, after={"title": "c"})) == [
        _moved(1, "title changed in the answer", 'title "a" in the answer, as before the update', '"c"'),
        _moved(2, "title changed in the retrieve", 'title "a" in the retrieve, as before the update', '"c"'),
    ]


def test_a_field_that_was_not_set_stays_so() -> None:
    assert said(KEEPS, updated(OTHER, before={}, after={"title": None})) == ["held"] * 2
    (_, finding) = judged(KEEPS, updated(OTHER, before={}, after={"title": "c"}))
    assert finding.wanted == "title nothing in the retrieve, as before the update"


def test_an_answer_that_leaves_a_field_out_says_nothing_where_a_retrieve_does() -> None:
    assert said(KEEPS, updated(OTHER, before=BEFORE, after=BEFORE, answer={"id": "x"})) == ["held"]
    assert said(KEEPS, updated(OTHER, before=BEFORE, after={}, answer={"id": "x"})) == ["title changed in the retrieve"]
    assert said(KEEPS, read(BEFORE), sent(OTHER, answer={"id": "x"})) == []


def test_an_answer_that_leaves_a_field_out_unsets_it_where_a_contract_has_no_retrieve() -> None:
    steps = created(BEFORE), sent(OTHER, answer={"description": "b"})
    assert said(KEEPS, *steps, readable=False) == ["title changed in the answer"]


def test_setting_a_field_may_clear_the_others_of_its_group_and_nothing_else() -> None:
    before, message = {"success_url": "https://example.com/"}, {"success_message": "m"}
    check = checks.keeps(SPEED, URL)
    assert said(check, updated(message, before=before, after={**message, "success_url": None})) == []
    assert said(check, updated(message, before=before, after={**message, **before})) == ["held"] * 2
    lost = ["success_url changed in the answer", "success_url changed in the retrieve"]
    assert said(check, updated(message, before=before, after={"success_url": "x"})) == lost
    assert said(check, updated(OTHER, before=before, after={"success_url": None})) == lost
    half = updated(message, before=before, after={"success_url": "x"}, answer={"success_url": None})
    assert said(check, half) == ["success_url changed in the retrieve"]


@pytest.mark.parametrize(
    "steps",
    [
        updated(OTHER, before=BEFORE, after={}, status=400),
        updated({"title": "c"}, before=BEFORE, after={"title": "c"}),
        updated({"description": 7}, before=BEFORE, after={"title": "c"}),
        (sent(OTHER, answer={"title": "c"}), read({"title": "c"})),
    ],
)
def test_updates_that_are_refused_or_should_be_or_send_the_field_say_nothing_of_keeping(steps: Any) -> None:
    assert said(KEEPS, steps) == []
    assert said(KEEPS, steps, updated(OTHER, before=BEFORE, after=BEFORE)) == ["held"] * 2


def test_a_fixed_field_changes_neither_in_the_answer_nor_in_the_retrieve() -> None:
    one, two = {"amount": 1}, {"amount": 2}
    assert judged(AMOUNT, updated(two, before=one, after=one)) == [Held(index=1), Held(index=2)]
    assert judged(AMOUNT, updated(two, before=one, after=two)) == [
        _moved(1, "amount changed in the answer", "amount 1 in the answer, as before the update", "2"),
        _moved(2, "amount changed in the retrieve", "amount 1 in the retrieve, as before the update", "2"),
    ]


def test_a_fixed_field_holds_for_refused_updates_and_for_any_body_too() -> None:
    steps = updated("text", before={"amount": 1}, after={"amount": 2}, status=400)
    assert said(AMOUNT, steps) == ["amount changed in the retrieve"]


def test_an_answer_without_the_fixed_field_says_nothing_and_a_retrieve_without_it_does() -> None:
    steps = updated(OTHER, before={"amount": 1}, after={}, answer={"id": "x"})
    assert said(AMOUNT, steps) == ["amount changed in the retrieve"]
    assert said(AMOUNT, read({"amount": 1}), sent(OTHER, answer={"amount": 1})) == ["held"]
    assert said(AMOUNT, updated(OTHER, before={}, after={}, answer={"id": "x"})) == ["held"]


def test_a_fixed_field_that_comes_or_goes_was_or_is_nothing() -> None:
    (finding,) = judged(AMOUNT, updated(OTHER, before={"amount": 1}, after={}))
    assert finding.got == "nothing"
    (_, finding) = judged(AMOUNT, updated(OTHER, before={}, after={"amount": 1}))
    assert finding.wanted == "amount nothing in the retrieve, as before the update"


def test_updates_of_others_and_of_other_ids_say_nothing_of_a_fixed_field() -> None:
    two = {"amount": 2}
    strange = [{"credentials": "other"}, {"id": "unknown"}]
    for step in strange:
        assert said(AMOUNT, read({"amount": 1}), sent({}, answer=two, **step)) == []
    others = [sent({}, answer=two, **step) for step in strange]
    assert said(AMOUNT, sent(OTHER, answer=two), *others, updated(OTHER, before=two, after=two)) == ["held"] * 2


A = {"title": "a"}
HELD = {"title": "a", "modified": 1}


def _twice(after: Any, *, status: int = 200) -> tuple[Any, ...]:
    return *updated(A, before={}, after=HELD), *updated(A, before=HELD, after=after, status=status)


def test_the_same_update_twice_leaves_the_session_as_once_did() -> None:
    assert judged(TWICE, _twice({"title": "a", "modified": 2, "new": 3})) == [Held(index=4)]
    wanted = 'title "a", as after the first of two equal updates'
    assert judged(TWICE, _twice({"title": "aa"})) == [
        Held(index=4),
        _moved(5, "title changed", wanted, '"aa" in a retrieve', cause=4, until=5),
    ]


def test_the_same_update_twice_is_accepted_twice() -> None:
    finding = wrong(
        4, "not accepted again: 409", "200 once more, as the same update was accepted before", "409 with no body"
    )
    steps = *updated(A, before={}, after=HELD), read(HELD), sent(A, 409)
    assert judged(TWICE, steps) == [finding]


@pytest.mark.parametrize(
    "steps",
    [
        (sent(A), read(HELD), sent({"title": "b"}), read({"title": "b"})),
        (sent(A, 400), read({}), sent(A), read(HELD)),
        (sent(A), sent(A), read({})),
        (sent(A), read(HELD), sent(A)),
    ],
)
def test_two_updates_that_differ_or_were_not_read_between_or_behind_say_nothing(steps: Any) -> None:
    assert said(TWICE, steps) == []
    assert said(TWICE, steps, sent(OTHER), _twice(HELD)) == ["held"]


def test_a_refused_update_changes_nothing_of_the_session() -> None:
    before = {"title": "a", "amount": 1}
    assert judged(NOTHING, updated(OTHER, before=before, after=before, status=400)) == [Held(index=1)]
    after = {"title": "b", "amount": 1, "new": 2}
    assert judged(NOTHING, updated(OTHER, before=before, after=after, status=400)) == [
        _moved(2, "new changed", "new nothing, as before", "2 in a retrieve"),
        _moved(2, "title changed", 'title "a", as before', '"b" in a retrieve'),
    ]


def test_a_session_that_a_refused_update_took_away_is_told() -> None:
    (finding,) = judged(NOTHING, read({"title": "a"}), sent(OTHER, 400), read({}, status=404))
    assert finding.reason == "the retrieve shows no session"
    assert (finding.cause, finding.index) == (1, 2)


def test_where_one_field_of_several_changed_the_others_hold() -> None:
    before = {"title": "a", "amount": 1}
    (held, finding) = judged(NOTHING, updated(OTHER, before=before, after={"title": "a"}, status=400))
    assert held == Held(index=1)
    assert (finding.moved, finding.got) == ("amount", "nothing in a retrieve")


def test_only_the_contracts_fields_that_stand_still_are_looked_at_where_that_is_wanted() -> None:
    check = checks.changes_nothing(SPEED, when=lambda update: update.sent == {}, known=True)
    before = {"title": "a", "modified": 1, "rate": 1}
    after = {"title": "a", "modified": 2, "rate": 2}
    assert judged(check, updated({}, before=before, after=after)) == [Held(index=1)]
    assert said(check, updated({}, before=before, after={**after, "title": "b"})) == ["held", "title changed"]


def test_updates_of_another_kind_or_without_readings_say_nothing_of_a_change() -> None:
    other = updated(OTHER, before={}, after=OTHER)
    refused = updated(OTHER, before=A, after=A, status=400)
    unread = sent(OTHER), sent(OTHER, 400)
    assert said(NOTHING, sent(OTHER, 400), read({}), other, unread, refused) == ["held"]


B = {"title": "b", "url": "u"}


def _read_b(value: Any, **more: Any) -> Any:
    return read(value, session="B", **more)


def test_a_neighbour_stays_as_it_was_while_another_session_is_updated() -> None:
    assert judged(NEIGHBOUR, _read_b(B), sent(A), _read_b(B)) == [Held(index=1)]
    wanted = 'title "b", in the session B, which was not updated'
    assert judged(NEIGHBOUR, _read_b(B), sent(A), read(A), _read_b({**B, "title": "a"})) == [
        Held(index=1),
        _moved(3, "title changed", wanted, '"a" in a retrieve', until=3),
    ]


def test_the_first_write_of_the_run_may_be_what_changed_a_neighbour() -> None:
    assert said(NEIGHBOUR, sent(A), _read_b(B)) == []
    assert said(NEIGHBOUR, _read_b(B), _read_b({})) == []
    assert said(NEIGHBOUR, _read_b(B), created({"id": "c"}, session="C"), _read_b(B)) == ["held"]


def test_each_reading_of_a_neighbour_is_compared_with_the_one_before() -> None:
    steps = _read_b(B), sent(A), _read_b(B), _read_b({**B, "url": "v"}), sent(A), _read_b({**B, "url": "v"})
    assert said(NEIGHBOUR, *steps) == ["held", "held"]


def test_a_neighbour_that_was_written_itself_is_not_compared_over_that() -> None:
    own = sent({"title": "x"}, session="B")
    changed = {**B, "title": "x"}
    assert said(NEIGHBOUR, _read_b(B), sent(A), own, _read_b(changed)) == []
    assert said(NEIGHBOUR, _read_b(B), own, sent(A), _read_b(changed), sent(A), _read_b(changed)) == ["held"]


def test_a_reading_that_failed_is_none() -> None:
    failed = _read_b({}, status=500), _read_b(["b"]), _read_b(ABSENT)
    assert said(NEIGHBOUR, _read_b(B), sent(A), *failed, _read_b(B)) == ["held"]
    assert said(NEIGHBOUR, _read_b(B), sent(A), taken("retrieve", 200, {}, session="C"), _read_b(B)) == ["held"]


REST = made(checks.keeps_others, SPEED)
METHODS = {"payment_methods": ["lightning"]}


def test_what_no_update_sets_is_kept() -> None:
    assert set(said(REST, updated(OTHER, before=METHODS, after=METHODS))) == {"held"}
    findings = [each for each in judged(REST, updated(OTHER, before=METHODS, after={})) if isinstance(each, Broken)]
    wanted = 'payment_methods ["lightning"] in the retrieve, as before the update'
    assert findings == [_moved(2, "payment_methods changed in the retrieve", wanted, "nothing")]


@pytest.mark.parametrize(
    "steps",
    [
        updated(OTHER, before={"title": "a", "ttl": 1, "id": "a"}, after={"title": "b", "ttl": 2, "id": "b"}),
        updated({**OTHER, "payment_methods": []}, before=METHODS, after={}),
    ],
)
def test_fields_of_other_statements_and_those_that_a_body_names_are_left_out(steps: Any) -> None:
    assert set(said(REST, steps)) == {"held"}


@pytest.mark.parametrize(
    "steps",
    [
        updated(OTHER, before=METHODS, after={}, status=400),
        updated({"title": 7}, before=METHODS, after={}),
        (sent(OTHER), read({})),
        (read(METHODS), sent(OTHER)),
    ],
)
def test_refused_updates_and_those_without_readings_say_nothing_of_the_rest(steps: Any) -> None:
    assert said(REST, steps) == []
    assert set(said(REST, steps, updated(OTHER, before=METHODS, after=METHODS))) == {"held"}


def test_what_was_refused_and_shows_is_told_from_what_shows_late() -> None:
    def findings(*steps: Any) -> list[Judgement]:
        return [finding for finding in judged(NOTHING, *steps) if isinstance(finding, Broken)]

    refused = updated({"title": "new"}, before=BEFORE, after={"title": "new"}, status=400, answer={})
    assert [finding.refused for finding in findings(created({}), refused)] == [True]
    # An update that was accepted before sent the same: it may be that which shows late.
    assert [finding.refused for finding in findings(created({}), sent({"title": "new"}), refused)] == [False]
    other = updated({"title": "new"}, before=BEFORE, after={"title": "old"}, status=400, answer={})
    assert [finding.refused for finding in findings(created({}), other)] == [False]
