"""Pictures: one carrier takes a small one, and a way that does takes them up to the limit."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from traces import SPEED, judged, made, read, said, sent, trace, wrong

from pytest_checkout import checks
from pytest_checkout.checks import Held, Unjudged
from pytest_checkout.contract.model import Carrier, ImageFormat
from pytest_checkout.errors import Inapplicable, Untried
from pytest_checkout.example import ImageValue
from pytest_checkout.images import Picture, no_image


@dataclass(frozen=True)
class Way:
    field: str = "title_image"
    carrier: Carrier = "url"
    format: ImageFormat = "png"


IMAGE = SPEED.fields["title_image"]
SMALL = made(checks.takes_small_picture, IMAGE)
ACCEPTS = made(checks.accepts_image, SPEED, Way())
ASKED_FOR = "the API never asked the run's image host for it"


def _picture(size: int = 3000, format: ImageFormat = "png", carrier: Carrier = "url") -> dict[str, Any]:
    return {"title_image": ImageValue(Picture(format, size), carrier)}


PAGE = {"title_image": ImageValue(no_image("a web page"), "url")}


def test_a_small_picture_is_accepted_by_one_way_at_least() -> None:
    steps = sent(_picture(), 400), sent(_picture(format="gif")), sent({"title": "a"}), sent(_picture(carrier="data"))
    assert judged(SMALL, *steps) == [Held(index=1, zone="must accept"), Held(index=3, zone="must accept")]


def test_where_no_way_takes_a_small_picture_the_last_answer_is_shown() -> None:
    finding = wrong(
        2, "no small picture is accepted", "title_image to take a small picture by one of its carriers", "415 no"
    )
    refused = sent(_picture(), 400), sent(_picture(), 422), sent(_picture(), 415, text="no")
    assert judged(SMALL, *refused, sent({"title": "a"})) == [finding]


def test_an_api_that_never_asked_for_a_picture_is_not_accused() -> None:
    unjudged = Unjudged(index=1, cause=f"no picture was taken: {ASKED_FOR}", red=False)
    steps = sent(_picture(), 400, asked=True), sent(_picture(), 400, asked=False), sent(_picture(), 400, asked=False)
    assert judged(SMALL, *steps) == [unjudged]
    assert said(SMALL, sent(_picture(), 400, asked=False), sent(_picture(), asked=False)) == ["held"]


def test_without_a_picture_nothing_is_said() -> None:
    steps = read({}), sent({"title": "a"}), sent({"title_image": "https://example.com/"}), sent("title_image")
    assert judged(SMALL, *steps) == []


def test_pictures_are_looked_for_among_those_that_were_taken() -> None:
    checks.any_picture_taken([trace(read({})), trace(sent("text"), sent(_picture()))], IMAGE)
    refused = trace(sent(_picture(), 400), sent({"title_image": "text"}), sent([]), sent({"title": "a"}))
    for traces in ([], [refused]):
        with pytest.raises(
            Untried, match=r"^no picture was taken in title_image: see image.offered\[title_image\]$"
        ) as e:
            checks.any_picture_taken(traces, IMAGE)
        assert e.value.red is False


def test_a_way_that_took_a_picture_is_offered() -> None:
    checks.small_picture_taken([], Way())
    checks.small_picture_taken([trace(sent(_picture())), trace(sent(_picture(), 400))], Way())


def test_a_way_that_took_none_is_not_offered_and_its_first_answer_says_why() -> None:
    checks.small_picture_taken([trace(sent({**_picture(), "title": "a"}, 400), sent(_picture()))], Way())
    traces = [trace(sent(_picture(2_000_000), 413), sent(_picture(), 400, text="no")), trace(sent(_picture(), 422))]
    with pytest.raises(Inapplicable, match=r"^a small picture by url is not offered: 400 no$"):
        checks.small_picture_taken(traces, Way())
    with pytest.raises(Untried, match=f"^a small picture by url was refused, and {ASKED_FOR}$") as caught:
        checks.small_picture_taken([trace(sent(_picture(), 400, asked=False))], Way())
    assert caught.value.red is False


@pytest.mark.parametrize(
    "step",
    [
        sent(_picture(format="gif"), 400),
        sent(_picture(carrier="data"), 400),
        sent(_picture(), 500),
        sent(_picture(), 0),
        sent(PAGE, 400),
        sent("title_image", 400),
        sent({"title_image": "text"}, 400),
        sent({"title": "a"}, 400),
        replace(read({}, status=400), step=sent(_picture()).step.but(part="create")),
    ],
)
def test_other_ways_other_bodies_and_server_errors_tell_nothing_of_a_way(step: Any) -> None:
    checks.small_picture_taken([trace(step, sent(_picture()))], Way())
    with pytest.raises(Inapplicable):
        checks.small_picture_taken([trace(step, sent(_picture(), 499))], Way())
    with pytest.raises(Inapplicable):
        checks.small_picture_taken([trace(sent(_picture(), 499), read({}), sent({"title": "a"}), step)], Way())


def test_an_answer_of_any_status_below_500_tells_of_a_way() -> None:
    with pytest.raises(Inapplicable):
        checks.small_picture_taken([trace(sent(_picture(), 100), sent(_picture(), 500))], Way())


def test_a_picture_up_to_the_limit_is_accepted() -> None:
    assert judged(ACCEPTS, read({}), sent(_picture(2_000_000))) == [Held(index=1, zone="must accept")]
    wanted = "200 for a png of 2,000,000 bytes, as up to 2,000,000 are taken"
    assert judged(ACCEPTS, read({}), sent(_picture(2_000_000), 413)) == [
        wrong(1, "not accepted: 413", wanted, "413 with no body")
    ]
    (finding,) = judged(ACCEPTS, sent(_picture(), 0))
    assert finding.reason == "not accepted: no answer"


@pytest.mark.parametrize(
    "body",
    [
        _picture(2_000_001),
        _picture(format="gif"),
        _picture(carrier="data"),
        PAGE,
        {**_picture(), "title": ""},
        {**_picture(), "title": "a"},
        {"title_image": "text"},
        {"title": "a"},
        "text",
    ],
)
def test_larger_pictures_other_ways_and_other_bodies_say_nothing_of_the_limit(body: Any) -> None:
    assert said(ACCEPTS, sent(body, 400), sent(_picture()), sent(body, 400), sent(_picture(2000))) == ["held"] * 2
