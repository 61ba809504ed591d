"""A value that was sent is shown in the answer and by a retrieve: which updates say so, and where it is looked for."""

from dataclasses import replace
from typing import Any

import pytest
from traces import SPEED, created, judged, made, read, said, sent, taken, updated, wrong

from pytest_checkout import checks
from pytest_checkout.checks import Broken, Held
from pytest_checkout.example import ImageValue
from pytest_checkout.images import Picture

TITLE = SPEED.fields["title"]
ANSWERS, STORES = made(checks.answers, SPEED, TITLE), made(checks.stores, SPEED, TITLE)
AT_ONCE, LAST, EXACT = (
    made(checks.stores_at_once, SPEED),
    made(checks.last_wins, SPEED),
    made(checks.exact, SPEED, TITLE),
)
A, B = {"title": "a"}, {"title": "b"}
LONG = "t" * 255


def test_a_value_that_is_shown_holds() -> None:
    steps = updated(A, before={}, after=A)
    assert judged(ANSWERS, steps) == [Held(index=1, zone="must accept")]
    assert judged(STORES, steps) == [Held(index=2, zone="must accept")]


def test_a_field_that_was_cut_is_found_in_the_answer_and_in_the_retrieve() -> None:
    steps = updated({"title": "abc"}, before={}, after={"title": "ab"})
    assert judged(ANSWERS, steps) == [
        Broken(
            index=1,
            cause=1,
            until=2,
            reason="title cut in the answer",
            wanted='title "abc" in the answer',
            got='"ab" (cut)',
        )
    ]
    assert judged(STORES, steps) == [
        Broken(
            index=2,
            cause=1,
            until=2,
            reason="title cut in the retrieve",
            wanted='title "abc" in the retrieve',
            got='"ab" (cut)',
        )
    ]


PAIRS = made(checks.answers, SPEED, SPEED.fields["metadata"])
NEW, OLD = {"new": "x"}, {"old": "y"}


def test_pairs_that_the_answer_leaves_out_and_retrieves_show_before_and_after_are_found() -> None:
    whole = {"metadata": {**OLD, **NEW}}
    steps = updated({"metadata": NEW}, before={"metadata": OLD}, after=whole, answer={"metadata": NEW})
    wanted = 'metadata with {"old": "y"} in the answer, as retrieves show before and after'
    assert judged(PAIRS, steps) == [
        Held(index=1, zone="must accept"),
        Broken(
            index=1, cause=1, until=2, reason="metadata is not whole in the answer", wanted=wanted, got='{"new": "x"}'
        ),
    ]


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [
        ({**OLD}, {**OLD, **NEW}, {**OLD, **NEW}),
        ({**OLD}, {**NEW}, {**NEW}),
        ({**OLD}, {"old": "z", **NEW}, {**NEW}),
        ({**NEW}, {**NEW}, {**NEW}),
        (None, {**OLD, **NEW}, {**NEW}),
        ({**OLD}, None, {**NEW}),
    ],
)
def test_pairs_that_are_gone_changed_or_not_known_are_no_matter_of_the_answer(
    before: Any, after: Any, answer: Any
) -> None:
    steps = updated(
        {"metadata": NEW}, before={"metadata": before}, after={"metadata": after}, answer={"metadata": answer}
    )
    assert said(PAIRS, steps) == ["held"]


def test_an_answer_that_is_wrong_beside_a_retrieve_that_is_right_breaks_the_answer_alone() -> None:
    steps = updated(A, before={}, after=A, answer=B)
    assert said(ANSWERS, steps) == ["title another text in the answer"]
    assert said(STORES, steps) == ["held"]


def test_an_answer_that_is_no_object_shows_nothing() -> None:
    (finding,) = judged(ANSWERS, sent(A, answer=["a"]))
    assert (finding.reason, finding.got) == ("title lost in the answer", "nothing (lost)")


@pytest.mark.parametrize("check", [ANSWERS, STORES])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        (A, 400),
        (A, 201),
        ({"description": "a"}, 200),
        ({"title": ""}, 200),
        ({"title": "a" * 256}, 200),
        ({"title": None}, 200),
        ({"title": "a", "description": 7}, 200),
    ],
)
def test_what_was_not_accepted_or_is_of_another_zone_is_not_wanted_to_be_shown(
    check: Any, body: Any, status: int
) -> None:
    other = updated(body, before={}, after={"title": "x"}, status=status)
    assert said(check, other, updated(A, before={}, after=A)) == ["held"]


def test_a_value_is_judged_beside_one_that_may_go_either_way() -> None:
    beside = updated({"title": "a", "description": ""}, before={}, after=B)
    assert said(STORES, beside) == ["title another text in the retrieve"]


def test_without_a_retrieve_nothing_is_said_of_one() -> None:
    assert said(STORES, sent(A), sent(A), read(A)) == ["held"]


def test_a_value_that_shows_in_a_later_reading_only_is_late() -> None:
    late = sent(A), read({}), read(A)
    assert judged(AT_ONCE, read({}), late) == [
        Broken(
            index=2,
            cause=1,
            until=3,
            reason="late",
            wanted='title "a" in the first retrieve after the update',
            got="nothing, and the new value only in a later one",
        )
    ]
    assert judged(AT_ONCE, read({}), sent(A), read(A), read(A)) == [Held(index=1, zone="must accept")]


def test_a_value_that_never_shows_is_not_late() -> None:
    assert said(AT_ONCE, sent(A), read({}), read({}), sent(B), read(B)) == ["held"]


def test_each_field_of_an_update_may_be_late() -> None:
    both = {"title": "a", "description": "b"}
    assert said(AT_ONCE, sent(both), read({"title": "a"}), read(both)) == ["late", "held"]
    assert said(AT_ONCE, sent(both), sent(both), read(both)) == ["held", "held"]


def test_of_two_updates_in_a_row_the_later_value_is_shown() -> None:
    assert judged(LAST, sent(A), sent(B), read(B)) == [Held(index=2, zone="must accept")]
    (finding,) = judged(LAST, sent(A), sent(B), read(A))
    assert (finding.index, finding.cause, finding.wanted) == (2, 1, 'title "b" in the retrieve')


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"title": "x"}, {"title": "x"}, "another text"),
        ({"title": "x"}, A, "another text"),
        ({}, {"title": None}, "lost"),
        ({"title": None}, {}, "lost"),
    ],
)
def test_what_was_there_before_two_updates_is_as_stale_as_what_the_first_sent(
    before: Any, after: Any, words: str
) -> None:
    steps = read(before), sent(A), sent(B), read(after)
    assert said(LAST, *steps) == [f"title {words} in the retrieve"]


def test_a_value_that_was_changed_on_its_way_is_another_statement() -> None:
    assert said(LAST, read({"title": "x"}), sent(A), sent({"title": "bc"}), read(B)) == []
    assert said(LAST, read({"title": "x"}), sent(A), sent(B), read({})) == []
    assert said(LAST, sent(A), sent(B), read({})) == []


@pytest.mark.parametrize(
    "steps",
    [
        (sent(A, 400), sent(B), read(A)),
        (sent(A), sent(B, 400), read(A)),
        (sent(A), sent(B)),
        (sent(A), read(A), sent(B), read(A)),
        (sent({"description": "a"}), sent(B), read(A)),
        (sent(A), sent({"description": "b"}), read({})),
    ],
)
def test_updates_that_are_no_two_in_a_row_of_one_field_say_nothing(steps: Any) -> None:
    assert said(LAST, steps) == []
    assert said(LAST, steps, sent(A), sent(B), read(B)) == ["held"]


ODD = {"title": "a" * 256}


def test_a_value_of_the_third_zone_is_kept_exactly_or_refused() -> None:
    assert judged(EXACT, read({}), sent(ODD, 400)) == [Held(index=1, zone="kept or refused")]
    zone = "kept or refused"
    assert judged(EXACT, updated(ODD, before={}, after=ODD)) == [Held(index=1, zone=zone), Held(index=2, zone=zone)]


def test_a_value_of_the_third_zone_that_is_half_kept_is_found_wherever_it_shows() -> None:
    first, second = judged(EXACT, updated({"title": " a"}, before={}, after=A))
    assert (first.reason, first.index, first.until) == ("title trimmed in the answer", 1, 2)
    assert (second.reason, second.index, second.until) == ("title trimmed in the retrieve", 2, 2)
    assert second.wanted == 'title " a" in the retrieve, or a refusal with 4xx'
    assert second.got == '"a" (trimmed)'


def test_a_value_of_the_third_zone_that_is_neither_accepted_nor_refused_is_found() -> None:
    finding = wrong(
        0,
        "neither kept nor refused: 500",
        "200 and the value as it was sent, or a refusal with 4xx",
        "500 with no body",
    )
    assert judged(EXACT, sent(ODD, 500)) == [finding]


@pytest.mark.parametrize(
    "body", [A, {"title": 7}, {"title": None}, {"description": "b" * 256}, {**ODD, "cancel_url": 7}]
)
def test_other_zones_and_other_fields_say_nothing_of_the_third_zone(body: Any) -> None:
    assert said(EXACT, sent(body, 500), sent(ODD, 400)) == ["held"]


def test_a_value_is_judged_beside_an_observed_one() -> None:
    assert said(EXACT, sent({**ODD, "description": None}, 400)) == ["held"]


def test_a_retrieve_that_was_not_plain_shows_nothing() -> None:
    other = taken("retrieve", 200, B, credentials="other")
    assert said(STORES, sent(A), other, read(A)) == ["held"]


@pytest.mark.parametrize(
    ("status", "value", "problem", "got"),
    [
        (200, ["a"], "", '200 ["a"]'),
        (200, None, "the body is not UTF-8 (byte 7)", "200, and the body is not UTF-8 (byte 7)"),
        (404, {"errors": []}, "", '404 {"errors": []}'),
    ],
)
def test_a_retrieve_that_shows_no_session_is_found(status: int, value: Any, problem: str, got: str) -> None:
    behind = read(value, status=status, problem=problem)
    (finding,) = judged(STORES, read({}), sent(A), behind)
    assert (finding.index, finding.cause, finding.reason) == (2, 1, "the retrieve shows no session")
    assert finding.got == got
    assert finding.wanted == "200 and the session as JSON in the retrieve behind the update"
    third = sent({"title": " a "})
    assert said(EXACT, read({}), third, behind) == ["held", "the retrieve shows no session"]


@pytest.mark.parametrize("behind", [read({}, status=503), read({}, status=429), read({}, status=0), read(A)])
def test_a_retrieve_that_a_passing_fault_met_or_that_is_followed_by_the_session_is_none(behind: Any) -> None:
    assert "the retrieve shows no session" not in said(STORES, read({}), sent(A), behind)
    assert said(STORES, read({}), sent(A), read({}, status=404), read(A)) == ["held"]
    assert said(STORES, read({}), sent(A, 400), read({}, status=404)) == []


IMAGE = SPEED.fields["title_image"]
PICTURE, OTHER = (ImageValue(Picture("png", size), "data") for size in (3000, 4000))


def _pictures(answer: str) -> tuple[Any, ...]:
    first = taken("update", 200, {"title_image": "https://host.example/1.png"}, body={"title_image": PICTURE})
    first = replace(first, sent={"title_image": "https://host.example/1.png"})
    second = taken("update", 200, {"title_image": answer}, body={"title_image": OTHER})
    return first, replace(second, sent={"title_image": "data:image/png;base64,AAAA"})


def test_an_address_that_was_sent_before_is_no_address_of_the_apis_own() -> None:
    check = made(checks.answers, SPEED, IMAGE)
    stale = "title_image of an earlier update in the answer"
    assert said(check, *_pictures("https://host.example/1.png")) == ["held", stale]
    (_, finding) = judged(check, *_pictures("https://host.example/1.png"))
    assert finding.wanted == 'title_image "data:image/png;base64,AAAA" in the answer, or a URL of the API\'s own'
    assert finding.got == '"https://host.example/1.png", which was sent before'
    assert said(check, *_pictures("https://api.example/own.png")) == ["held", "held"]
    # The update before sent another field.
    other = sent({"title": "b"}), *_pictures("https://host.example/1.png")
    assert said(check, *other) == ["held", stale]
    assert said(check, *_pictures("data:image/png;base64,AAAA")) == ["held", "held"]


def test_a_value_that_only_refused_updates_sent_is_told_from_one_that_shows_late() -> None:
    def refused(*before: Any) -> bool:
        steps = *before, *updated({"title": "a"}, before={}, after={"title": "ghost"}, answer={"title": "a"})
        finding = judged(STORES, created({}), *steps)[-1]
        assert isinstance(finding, Broken)
        return finding.refused

    assert refused(sent({"title": "ghost"}, 400))
    assert not refused(sent({"title": "ghost"}, 400), sent({"title": "ghost"}))
    assert not refused()
