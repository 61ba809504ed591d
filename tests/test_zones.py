"""Which zone a value is in, by Speed's contract."""

from typing import Any

import pytest

from pytest_checkout import load_contract
from pytest_checkout.example import ImageValue
from pytest_checkout.images import Picture
from pytest_checkout.zones import Zone, is_absolute_url, zone_of_body

SPEED = load_contract("speed")


@pytest.mark.parametrize(
    "body",
    [
        {"title": "a"},
        {"title": "a" * 255},
        {"success_url": "https://example.com/done"},
        {"metadata": {"k" * 40: "v" * 255}},
        {"metadata": {f"k{place}": "v" for place in range(50)}},
        {"title": "a", "description": "b", "success_message": "c"},
        {"title_image": ImageValue(Picture("png", 2_000_000), "url")},
    ],
)
def test_the_plainest_must_be_accepted(body: Any) -> None:
    assert zone_of_body(SPEED, body).zone is Zone.ACCEPT


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": " a"},
        {"title": "a\n"},
        {"title": "a" * 256},
        {"title": "é"},
        {"success_url": "http://example.com/"},
        {"metadata": {}},
        {"metadata": {"a b": "c"}},
        {"metadata": {"a": 1}},
        {"metadata": {f"k{place}": "v" for place in range(51)}},
        {"unknown": "a"},
        {"title_image": ImageValue(Picture("png", 2_000_001), "url")},
        {"title_image": ImageValue(Picture("png", 2_097_152), "url")},
    ],
)
def test_what_lies_between_is_kept_or_refused(body: Any) -> None:
    assert zone_of_body(SPEED, body).zone is Zone.BETWEEN


@pytest.mark.parametrize(
    "body", [{"title": None}, {"metadata": []}, {"metadata": {"a": None}}, {"title_image": "https://a.example/"}]
)
def test_what_nothing_is_stated_of_is_observed(body: Any) -> None:
    assert zone_of_body(SPEED, body).zone is Zone.OBSERVE


@pytest.mark.parametrize(
    ("body", "behaviours"),
    [
        ([], {"input.json"}),
        ({"title": 1}, {"input.type[title]"}),
        ({"title": True}, {"input.type[title]"}),
        ({"title": [], "description": {}}, {"input.type[title]", "input.type[description]"}),
        ({"success_url": "/done"}, {"input.url[success_url]"}),
        ({"metadata": "a"}, {"metadata.types"}),
        ({"metadata": [1]}, {"metadata.types"}),
        ({"title_image": "no image"}, {"image.refuses_other"}),
        ({"title_image": ImageValue(Picture("gif", 2_097_153), "url")}, {"image.refuses_large[url-gif]"}),
        ({"success_url": "https://example.com/a", "success_message": "a"}, {"success.exclusive"}),
    ],
)
def test_what_a_rule_refuses_names_the_behaviour(body: Any, behaviours: set[str]) -> None:
    classed = zone_of_body(SPEED, body)
    assert (classed.zone, classed.behaviours) == (Zone.REFUSE, behaviours)


@pytest.mark.parametrize("message", ["", None])
def test_an_excluded_pair_of_which_one_is_empty_is_observed(message: str | None) -> None:
    body = {"success_url": "https://example.com/a", "success_message": message}
    assert zone_of_body(SPEED, body).zone is Zone.OBSERVE


@pytest.mark.parametrize("text", ["http://a", "HTTPS://a/b", " https://a.example ", "https://[::1]/", "https://u@a:8/"])
def test_an_absolute_url_has_a_scheme_and_a_host(text: str) -> None:
    assert is_absolute_url(text)


@pytest.mark.parametrize(
    "text", ["/a", "a.example", "https://", "https:///a", "https://a b/", "ftp://a", "https://:80/"]
)
def test_what_lacks_one_of_them_is_none(text: str) -> None:
    assert not is_absolute_url(text)
