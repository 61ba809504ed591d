"""Which answer a request gets: a refusal, or one of the statuses that were named for it."""

from typing import Any

import pytest
from traces import LATER, SPEED, judged, made, read, said, sent, taken, wrong

from pytest_checkout import checks
from pytest_checkout.checks import Held, Unjudged
from pytest_checkout.example import ImageValue
from pytest_checkout.images import no_image

TYPE = made(checks.refuses, SPEED, "input.type[title]", fields=("title",))
CONTROL, DEFECT = sent({"title": "a"}), {"title": 7}
URL = "https://example.com/done"


def test_a_defect_is_refused_where_the_same_without_it_is_accepted() -> None:
    assert judged(TYPE, CONTROL, sent(DEFECT, 422)) == [Held(index=1, zone="must refuse")]
    assert judged(TYPE, sent(DEFECT, 400), CONTROL) == [Held(index=0, zone="must refuse")]


@pytest.mark.parametrize("status", [200, 302, 399, 500])
def test_a_defect_that_is_not_refused_is_found_with_or_without_a_control(status: int) -> None:
    finding = wrong(1, f"answered {status}", "a refusal with 4xx", f"{status} with no body")
    assert judged(TYPE, CONTROL, sent(DEFECT, status, text="")) == [finding]
    assert said(TYPE, sent(DEFECT, status)) == [f"answered {status}"]


UNCONTROLLED = [
    (),
    (sent({"title": "a"}, 400),),
    (sent({"title": "a"}, 201),),
    (sent({"description": "a"}),),
    (sent({"title": ""}, 400),),
    (sent({}),),
    (sent({"title": "a", "description": 7}),),
    (sent({"title": "a"}, credentials="other"),),
]


@pytest.mark.parametrize("before", UNCONTROLLED)
def test_without_a_control_a_refusal_says_nothing(before: Any) -> None:
    unjudged = Unjudged(index=len(before), cause="the same request without the defect was refused, too")
    assert judged(TYPE, *before, sent(DEFECT, 400)) == [unjudged]
    assert unjudged.red


def test_where_no_field_is_asked_for_any_accepted_update_is_the_control() -> None:
    check = checks.refuses(SPEED, "success.exclusive")
    both = {"success_url": URL, "success_message": "a"}
    assert said(check, sent({"title": "a"}), sent(both, 400)) == ["held"]
    assert said(check, sent({}), sent([]), sent(both, 400)) == ["unjudged"]


def test_an_update_with_another_defect_says_nothing() -> None:
    assert said(TYPE, CONTROL, sent({"description": 7}), sent({"title": "b"}, 400), sent(DEFECT, 400)) == ["held"]


def test_a_body_that_is_no_object_is_no_control_and_no_obstacle() -> None:
    assert said(checks.refuses(SPEED, "input.json"), sent([]), sent("title")) == ["answered 200"] * 2


def test_what_the_api_did_not_look_at_it_can_not_refuse_as_no_picture() -> None:
    page = {"title_image": ImageValue(no_image("a web page"), "url")}
    check = checks.refuses(SPEED, "image.refuses_other")
    steps = sent(page, asked=False), sent(page, 201, asked=True), sent(page, 202, asked=None)
    assert said(check, *steps) == ["answered 201", "answered 202"]
    large = checks.refuses(SPEED, "input.type[title]")
    assert said(large, sent(DEFECT, asked=False)) == ["answered 200"]


def test_a_step_is_answered_with_one_of_the_statuses_that_it_names() -> None:
    check = checks.claimed("auth.required")
    named = {"claim": "auth.required", "statuses": (401, 403)}
    assert judged(check, read({}), sent({}, 403, **named)) == [Held(index=1, zone="must refuse")]
    finding = wrong(1, "answered 404", "401 or 403", "404 with no body")
    assert judged(check, read({}), sent({}, 404, **named)) == [finding]


def test_a_step_that_names_no_status_wants_a_refusal() -> None:
    check = checks.claimed("input.json")
    assert judged(check, sent([], 422, claim="input.json")) == [Held(index=0, zone="must refuse")]
    finding = wrong(0, "answered no answer", "a refusal with 4xx", "the connection was closed before an answer")
    assert judged(check, sent([], 0, claim="input.json")) == [finding]


def test_a_step_that_wants_200_is_one_that_must_be_accepted() -> None:
    check = checks.claimed("auth.scheme")
    assert judged(check, sent({}, 200, claim="auth.scheme", statuses=(200, 201))) == [Held(index=0, zone="must accept")]


def test_steps_of_other_claims_and_those_that_a_rate_limit_stopped_say_nothing() -> None:
    check = checks.claimed("auth.required")
    other = sent({}, 200, claim="auth.scheme")
    limited = sent({}, 429, claim="auth.required"), sent({}, 503, claim="auth.required", replied=(LATER,))
    assert said(check, other, limited, taken("retrieve", 401, claim="auth.required")) == ["held"]


def test_a_right_answer_may_be_told_by_more_than_its_status() -> None:
    check = checks.claimed("input.robust", good=checks.no_server_error, wanted="an answer below 500")
    assert said(check, sent({}, 200, claim="input.robust"), sent({}, 499, claim="input.robust")) == ["held", "held"]
    finding = wrong(0, "answered 500", "an answer below 500", "500 with no body")
    assert judged(check, sent({}, 500, claim="input.robust")) == [finding]


def test_an_update_that_names_no_field_may_be_accepted_or_refused_and_nothing_else() -> None:
    for status in (200, 400, 422):
        assert judged(checks.empty_answered(), sent({}, status)) == [Held(index=0, zone="kept or refused")]
    for status in (201, 302, 500):
        finding = wrong(0, f"answered {status}", "200 or 400", f"{status} with no body")
        assert judged(checks.empty_answered(), sent({}, status)) == [finding]


def test_other_bodies_and_requests_say_nothing_of_the_empty_object() -> None:
    other = sent({"title": "a"}, 500), sent({}, 500, credentials="none"), sent([], 500)
    assert said(checks.empty_answered(), other, sent({})) == ["held"]
