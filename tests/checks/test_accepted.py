"""What an update must be accepted with, and which updates say nothing of it."""

from typing import Any

import pytest
from traces import LATER, SPEED, judged, made, read, said, sent, updated, wrong

from pytest_checkout import checks
from pytest_checkout.checks import Held
from pytest_checkout.example import ImageValue
from pytest_checkout.images import Picture

TITLE, IMAGE = SPEED.fields["title"], SPEED.fields["title_image"]
ALONE, TOGETHER = made(checks.accepts, SPEED, TITLE), made(checks.accepts_together, SPEED)
BESIDE = made(checks.accepts_beside, SPEED, SPEED.fields["success_url"])
TAKEN = made(checks.takes_beside, SPEED, SPEED.fields["success_url"])
PICTURE = ImageValue(Picture("png", 3000), "url")
SMALLER = ImageValue(Picture("png", 2000), "url")
A, B, BOTH = {"title": "a"}, {"description": "b"}, {"title": "a", "description": "b"}
URL = "https://example.com/done"


def test_a_field_alone_is_accepted_with_200() -> None:
    assert judged(ALONE, read({}), sent(A)) == [Held(index=1, zone="must accept")]


@pytest.mark.parametrize("status", [199, 201, 204, 302, 400, 500])
def test_any_other_status_breaks_it(status: int) -> None:
    finding = wrong(
        1, f"not accepted: {status}", "200, as each value is one that the API takes", f"{status} no such thing"
    )
    assert judged(ALONE, read({}), sent(A, status, text="no \n such\tthing")) == [finding]


def test_an_answer_is_told_by_its_first_200_characters() -> None:
    for length, end in ((200, ""), (201, "…")):
        (finding,) = judged(ALONE, sent(A, 400, text="a" * length))
        assert finding.got == f"400 {'a' * 200}{end}"
    (finding,) = judged(ALONE, sent(A, 400))
    assert finding.got == "400 with no body"
    redirect = {"replied": (("Location", "/x"),)}
    for text in ("", "moved"):
        (finding,) = judged(ALONE, sent(A, 302, text=text, **redirect))
        assert finding.got == f"302, a redirect to /x, which is not followed {text}".rstrip()


def test_no_answer_breaks_it_for_a_reason_of_its_own() -> None:
    (finding,) = judged(ALONE, sent(A, 0))
    assert (finding.reason, finding.got) == ("not accepted: no answer", "the connection was closed before an answer")


@pytest.mark.parametrize("body", [{"title": "a" * 256}, {"title": None}, {"title": 1}, BOTH, B, {}, [], "text"])
def test_what_need_not_be_accepted_alone_says_nothing(body: Any) -> None:
    assert said(ALONE, sent(body, 400), sent(A)) == ["held"]


@pytest.mark.parametrize(
    "other",
    [
        {"credentials": "none"},
        {"id": "unknown"},
        {"method": "PUT"},
        {"headers": (("Content-Type", "text/plain"),)},
        {"claim": "auth.required"},
        {"raw": b"{}"},
    ],
)
def test_a_request_that_is_no_plain_update_says_nothing(other: dict[str, Any]) -> None:
    for check in (ALONE, TOGETHER, BESIDE):
        body = {"title": "a", "success_url": URL} if check is not ALONE else A
        assert said(check, sent(body, 400, **other), sent(body)) == ["held"]


def test_an_update_that_a_rate_limit_stopped_says_nothing() -> None:
    assert said(ALONE, sent(A, 429), sent(A, 503, replied=(LATER,)), sent(A)) == ["held"]
    assert said(ALONE, sent(A, 503)) == ["not accepted: 503"]


def test_the_repetition_of_an_accepted_update_is_another_statement() -> None:
    assert said(ALONE, sent(A), sent(A, 409)) == ["held"]
    assert said(ALONE, sent(A, 400), sent(A, 409)) == ["not accepted: 400", "not accepted: 409"]
    assert said(ALONE, sent(A), sent(B), sent(A, 409)) == ["held", "not accepted: 409"]
    assert said(ALONE, sent(A), sent({"title": "b"}, 409)) == ["held", "not accepted: 409"]


def test_fields_together_are_accepted_where_each_is_alone() -> None:
    assert said(TOGETHER, sent(BOTH)) == ["held"]
    assert said(TOGETHER, sent(A, 400), sent(BOTH, 422)) == []
    assert said(TOGETHER, sent(A), sent(BOTH, 422)) == ["not accepted: 422"]


def test_a_value_that_was_refused_alone_excuses_itself_and_no_other() -> None:
    assert said(TOGETHER, sent({"title": "x"}, 400), sent(BOTH, 422)) == ["not accepted: 422"]
    assert said(TOGETHER, sent({"title_description": "a"}, 400), sent(BOTH, 422)) == ["not accepted: 422"]
    assert said(TOGETHER, sent(BOTH, 400), sent({**BOTH, "title_description": "c"}, 400)) == ["not accepted: 400"] * 2


def test_fields_that_are_accepted_together_hold_whatever_was_refused_alone() -> None:
    assert said(TOGETHER, sent(A, 400), sent(BOTH, 422), sent({**BOTH, "cancel_url": URL})) == ["held"]


def test_one_field_is_not_together() -> None:
    assert said(TOGETHER, sent(A), sent(B, 400), sent({}, 400)) == []


def test_values_that_need_not_be_accepted_say_nothing_together() -> None:
    excluded = {"success_url": URL, "success_message": "a"}
    assert said(TOGETHER, sent({**A, "description": ""}, 400), sent(excluded, 400), sent(BOTH)) == ["held"]


def test_a_picture_counts_together_where_it_was_taken_alone() -> None:
    with_picture = {"title": "a", "title_image": PICTURE}
    assert said(TOGETHER, sent(with_picture, 400), sent(BOTH)) == ["held"]
    assert said(TOGETHER, sent({"title_image": PICTURE}, 400), sent(with_picture, 400)) == []
    assert said(TOGETHER, sent({"title_image": SMALLER}), sent(with_picture, 400)) == []
    assert said(TOGETHER, sent({"title_image": PICTURE}), sent(with_picture, 400)) == ["not accepted: 400"]
    beside = {"title_image": PICTURE, "description": "b"}
    assert said(TOGETHER, sent(beside), sent(with_picture, 400)) == []


def test_a_body_that_is_no_object_disturbs_nothing() -> None:
    for body in (7, "a", ["title"], None):
        assert said(TOGETHER, sent(body), sent(body, 400), sent(BOTH)) == ["held"]


def test_a_field_of_an_excluded_group_is_accepted_beside_others() -> None:
    assert said(BESIDE, sent(A, 400), sent({"success_url": URL})) == ["held"]
    assert said(BESIDE, sent({"success_url": URL, "title": "a"}, 409)) == ["not accepted: 409"]


def test_the_whole_group_an_odd_value_or_a_picture_say_nothing_of_the_field_beside_others() -> None:
    excluded = {"success_url": URL, "success_message": "a"}
    odd = {"success_url": "http://example.com/"}
    pictured = {"success_url": URL, "title_image": PICTURE}
    assert said(BESIDE, sent(excluded, 400), sent(odd, 400), sent(pictured, 400), sent({"success_url": URL})) == [
        "held"
    ]


ADDRESS, MESSAGE = {"success_url": URL}, {"success_message": "a"}


def test_what_is_taken_alone_is_taken_where_the_session_holds_the_other() -> None:
    alone = updated(ADDRESS, before={}, after=ADDRESS)
    assert said(TAKEN, *alone, *updated(ADDRESS, before=MESSAGE, after=ADDRESS)) == ["held", "held"]
    (finding,) = judged(TAKEN, *alone, *updated(ADDRESS, before=MESSAGE, after=MESSAGE, answer=ADDRESS))[1:]
    assert finding.reason == "not taken where the session holds another: retrieve"
    assert finding.wanted.startswith(
        'success_url "https://example.com/done" in the retrieve, as where it holds none of'
    )


def test_what_is_never_taken_says_nothing_of_what_the_session_holds() -> None:
    assert (
        said(TAKEN, *updated(ADDRESS, before={}, after={}, answer={}), *updated(ADDRESS, before=MESSAGE, after=MESSAGE))
        == []
    )
    assert said(TAKEN, *updated(ADDRESS, before=MESSAGE, after=MESSAGE)) == []
    assert said(TAKEN, *updated(ADDRESS, before={}, after=ADDRESS)) == []
