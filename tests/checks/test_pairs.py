"""Pairs of metadata are added, changed and kept, and kept apart."""

from dataclasses import replace
from typing import Any

import pytest
from traces import SPEED, judged, made, read, said, sent, updated, wrong

from pytest_checkout import checks
from pytest_checkout.checks import Broken, Held

METADATA = SPEED.fields["metadata"]
REPLACED = replace(METADATA, merges=False)
ADDS = made(checks.pairs_shown, SPEED, METADATA, new=True)
CHANGES = made(checks.pairs_shown, SPEED, METADATA, new=False)
KEEPS, GOES = made(checks.pairs_kept, SPEED, METADATA), made(checks.pairs_kept, SPEED, REPLACED)
CASED, EMPTY = made(checks.cased_apart, SPEED), made(checks.empty_keeps, SPEED, METADATA)


def _pairs(**pairs: Any) -> dict[str, Any]:
    return {"metadata": pairs}


def _updated(pairs: Any, *, before: Any, after: Any, **more: Any) -> Any:
    return updated(_pairs(**pairs), before=_pairs(**before), after=_pairs(**after), **more)


BOTH = [Held(index=1, zone="must accept"), Held(index=2, zone="must accept")]


def test_new_pairs_and_changed_ones_are_two_statements() -> None:
    steps = _updated({"a": "1x", "b": "two"}, before={}, after={"b": "two"})
    assert said(ADDS, steps) == []
    new = _updated({"b": "two"}, before={"a": "one"}, after={"a": "one", "b": "two"})
    assert (judged(ADDS, new), judged(CHANGES, new)) == (BOTH, [])
    other = _updated({"a": "two"}, before={"a": "one"}, after={"a": "two"})
    assert (judged(ADDS, other), judged(CHANGES, other)) == ([], BOTH)


def test_a_pair_that_is_not_shown_is_found_in_answer_and_retrieve() -> None:
    def lost(index: int, where: str) -> Broken:
        wanted = f'metadata with {{"a": "one"}} in the {where}'
        return Broken(
            index=index, cause=1, until=2, reason=f"sent lost in the {where}", wanted=wanted, got='nothing for "a"'
        )

    assert judged(ADDS, _updated({"a": "one"}, before={}, after={})) == [lost(1, "answer"), lost(2, "retrieve")]


def test_what_became_of_a_pair_is_said() -> None:
    (finding, _) = judged(ADDS, _updated({"a": "one"}, before={}, after={"a": "on"}))
    assert (finding.reason, finding.got) == ("sent cut in the answer", '"on" for "a"')


def test_a_session_whose_metadata_is_no_object_shows_no_pair() -> None:
    steps = updated(_pairs(a="one"), before={"metadata": None}, after={"metadata": "a"})
    assert said(ADDS, steps) == ["sent lost in the answer", "sent lost in the retrieve"]
    assert said(ADDS, updated(_pairs(a="one"), before={}, after=_pairs(a="one"))) == ["held"] * 2


def test_plain_pairs_that_are_refused_are_neither_added_nor_changed() -> None:
    new = _updated({"a": "b", "c": "d"}, before={"a": "x"}, after={"a": "x"}, status=400)
    (finding,) = judged(ADDS, new)
    assert (finding.index, finding.reason) == (1, "refused with 400")
    assert finding.wanted == "200, and metadata with the new keys"
    known = _updated({"a": "b"}, before={"a": "x"}, after={"a": "x"}, status=400)
    (finding,) = judged(CHANGES, known)
    assert (finding.reason, finding.wanted) == ("refused with 400", "200, and metadata with the new values")
    assert (said(CHANGES, new), said(ADDS, known)) == ([], [])


@pytest.mark.parametrize(
    "steps",
    [
        _updated({"a b": "b"}, before={}, after={}, status=400),
        updated({"metadata": {"a": "b"}, "title": "x"}, before={}, after={}, status=400),
        (sent(_pairs(a="b"), 400), read(_pairs())),
    ],
)
def test_other_refusals_say_nothing_of_pairs(steps: Any) -> None:
    assert said(ADDS, steps) == []


@pytest.mark.parametrize("check", [ADDS, KEEPS, CASED])
@pytest.mark.parametrize(
    "steps",
    [
        _updated({"a": "b"}, before={"A": "b"}, after={}, status=500),
        updated({"metadata": {"a": "b"}, "title": 7}, before=_pairs(A="b"), after=_pairs()),
        updated({"title": "a"}, before=_pairs(A="b"), after=_pairs()),
        _updated({"a b": "b", "a B": "c"}, before={"A": "b"}, after={}),
        (sent(_pairs(a="b", A="c")), read(_pairs())),
        (sent(_pairs(a="b", A="c"), answer=_pairs()),),
    ],
)
def test_updates_without_plain_pairs_or_a_reading_before_say_nothing(check: Any, steps: Any) -> None:
    assert said(check, steps) == []
    after = {"z": "0z", "a": "x", "A": "y"}
    good = _updated({"a": "x", "A": "y"}, before={"z": "0z"}, after=after)
    assert set(said(check, steps, good)) == {"held"}


def test_metadata_is_judged_beside_a_value_that_may_go_either_way() -> None:
    steps = updated({"title": "", **_pairs(a="one")}, before={}, after=_pairs(a="one"))
    assert judged(ADDS, steps) == BOTH


def test_pairs_that_were_not_sent_are_kept() -> None:
    kept = _updated({"b": "two"}, before={"b": "x", "a": "one"}, after={"a": "one", "b": "two"})
    assert judged(KEEPS, kept) == BOTH
    lost = judged(KEEPS, _updated({"b": "two"}, before={"a": "one"}, after={"b": "two"}))
    assert [finding.reason for finding in lost] == ["unsent lost in the answer", "unsent lost in the retrieve"]
    assert [(finding.index, finding.cause, finding.until) for finding in lost] == [(1, 1, 2), (2, 1, 2)]
    assert {finding.moved for finding in lost} == {"metadata"}


def test_a_pair_that_nobody_sent_is_found() -> None:
    (_, _, finding) = judged(
        KEEPS, _updated({"b": "two"}, before={"a": "one"}, after={"a": "one", "b": "two", "x": "y"})
    )
    wanted, got = 'metadata with the keys ["a", "b"]', '"x" beside them'
    assert finding == Broken(index=2, cause=1, until=2, reason="a pair that nobody sent", wanted=wanted, got=got)


def test_where_metadata_is_replaced_pairs_that_were_not_sent_are_gone() -> None:
    gone = _updated({"b": "two"}, before={"b": "x", "a": "one"}, after={"b": "two"})
    assert judged(GOES, gone) == BOTH
    steps = _updated({"b": "two"}, before={"a": "one"}, after={"a": "one", "b": "two", "x": "y"})
    assert judged(GOES, steps) == [
        Broken(
            index=index,
            cause=1,
            until=2,
            reason=f"kept in the {where}",
            wanted='metadata as it was sent, without "a"',
            got=f'"a" is still there in the {where}',
        )
        for index, where in ((1, "answer"), (2, "retrieve"))
    ]


def test_keys_that_differ_in_letter_case_only_keep_values_of_their_own() -> None:
    body = {"Key": "one", "key": "two", "other": "three"}
    assert judged(CASED, _updated(body, before={}, after=body)) == BOTH * 2
    merged = said(CASED, _updated({"Key": "one", "key": "two"}, before={}, after={"key": "two"}))
    assert merged == ["sent lost in the answer", "sent lost in the retrieve", "held", "held"]


def test_a_key_in_another_letter_case_than_one_that_is_there_leaves_that_one() -> None:
    one, both = {"Key": "one"}, {"Key": "one", "key": "two"}
    assert judged(CASED, _updated({"key": "two"}, before=one, after=both)) == BOTH * 2
    assert said(CASED, _updated({"key": "two"}, before=one, after={"Key": "two"})).count("held") == 0


def test_where_metadata_is_replaced_only_the_keys_that_were_sent_are_apart() -> None:
    check = checks.cased_apart(replace(SPEED, fields={**SPEED.fields, "metadata": REPLACED}))
    steps = _updated({"Key": "one"}, before={"KEY": "x"}, after={"Key": "one"})
    assert said(check, steps) == []
    assert said(check, _updated({"Key": "one", "key": "two"}, before={}, after={"Key": "one"})).count("held") == 2


def test_an_empty_object_changes_no_pair() -> None:
    assert judged(EMPTY, _updated({}, before={"a": "one"}, after={"a": "one"})) == [
        Held(index=1, zone="kept or refused")
    ]
    refused = _updated({}, before={"a": "one"}, after={"a": "one"}, status=422)
    assert judged(EMPTY, refused) == [Held(index=1, zone="kept or refused")]
    wanted, got = 'metadata {"a": "one"}, as before', "{}"
    finding = Broken(
        index=2,
        cause=1,
        until=2,
        reason="changed by an empty object",
        wanted=wanted,
        got=got,
        moved="metadata",
    )
    assert judged(EMPTY, _updated({}, before={"a": "one"}, after={})) == [finding]


def test_an_empty_object_is_accepted_or_refused() -> None:
    finding = wrong(1, "answered 500", "200 or a refusal with 4xx", "500 with no body")
    assert judged(EMPTY, read(_pairs()), sent(_pairs(), 500)) == [finding]
    assert said(EMPTY, read(_pairs()), sent(_pairs(), 500), _updated({}, before={}, after={})) == [
        "answered 500",
        "held",
    ]


def test_other_bodies_and_unread_sessions_say_nothing_of_the_empty_object() -> None:
    for status in (200, 500):
        other = sent({"title": "a"}, status), sent([], status), sent(_pairs(a="b"), status), sent(_pairs(), status)
        good = _updated({}, before={"a": "b"}, after={"a": "b"})
        assert said(EMPTY, sent({}), other, read({}), sent(_pairs()), sent({"title": "a"}), good) == ["held"]


def test_an_empty_object_that_was_not_read_before_is_not_compared() -> None:
    assert said(EMPTY, sent(_pairs()), read(_pairs(a="b")), sent(_pairs()), read(_pairs())) == [
        "changed by an empty object"
    ]
