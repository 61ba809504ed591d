"""When two values are the same, and in words how they differ."""

from typing import Any

import pytest

from pytest_checkout import load_contract
from pytest_checkout.compare import changed, condensed, difference, same, same_state, shows, text_of
from pytest_checkout.exchange import ABSENT

FIELDS = load_contract("speed").fields


@pytest.mark.parametrize(
    ("one", "other"),
    [(1, 1.0), ("a", "a"), (None, None), ([1, [2]], [1, [2.0]]), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), (True, True)],
)
def test_equal_values_are_the_same(one: Any, other: Any) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        ("1", 1),
        (None, ""),
        ([1, 2], [2, 1]),
        ([1], [1, 2]),
        ({"a": 1}, {"a": 1, "b": 2}),
        ("a", "A"),
    ],
)
def test_other_values_are_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same(other, one)


def test_what_is_not_set_may_be_null_left_out_or_empty() -> None:
    assert all(same_state(one, other) for one in (None, ABSENT, {}, []) for other in (None, ABSENT, {}, []))
    assert not same_state("", None)
    assert not same_state(0, None)


def test_the_members_that_changed_are_named_in_order_without_those_that_move() -> None:
    one = {"title": "a", "ttl": 5, "modified": 1, "cancel_url": None}
    other = {"title": "b", "ttl": 4, "modified": 2, "metadata": {}}
    assert changed(one, other, but=("modified",)) == ("title", "ttl")


def test_a_text_is_shown_as_it_was_sent_and_an_empty_one_may_be_unset() -> None:
    title = FIELDS["title"]
    assert shows(title, "a", "a")
    assert not shows(title, "a", "a ")
    assert not shows(title, "a", None)
    assert all(shows(title, "", got) for got in ("", None, ABSENT))


def test_metadata_is_shown_when_each_pair_that_was_sent_is() -> None:
    metadata = FIELDS["metadata"]
    assert shows(metadata, {"a": "1"}, {"a": "1", "b": "2"})
    assert not shows(metadata, {"a": "1"}, {"a": 1})
    assert not shows(metadata, {"a": "1"}, {"A": "1"})
    assert not shows(metadata, {"a": "1"}, None)


def test_an_image_may_be_shown_by_an_address_of_the_apis_own() -> None:
    image = FIELDS["title_image"]
    assert shows(image, "data:image/png;base64,AA", "https://cdn.example.com/1.png")
    assert shows(image, "https://a.example/1.png", "https://cdn.example.com/1.png")
    assert not shows(image, "https://a.example/1.png", "https://a.example/2.png")
    assert not shows(image, "data:image/png;base64,AA", "data:image/png;base64,AB")
    assert not shows(image, "https://a.example/1.png", None)


@pytest.mark.parametrize(
    ("sent", "got", "word"),
    [
        ("abcdef", "abc", "cut"),
        ("abc ", "abc", "trimmed"),
        (" a", "a", "trimmed"),
        ("a  b", "a b", "trimmed"),
        ("Abc", "abc", "in another letter case"),
        ("e\u0301", "é", "normalised"),
        ("<b>", "&lt;b&gt;", "escaped"),
        ("a &lt; b", "a < b", "unescaped"),
        ("a b", "a%20b", "percent-encoded"),
        ("a%20b", "a b", "percent-decoded"),
        ("é", "Ã©", "re-encoded"),
        ("é", "?", "re-encoded"),
        ("https://a.example/?b#c", "https://a.example/#c", "without its query"),
        ("abc", "xyz", "another text"),
        ("abc", None, "lost"),
        ("abc", ABSENT, "lost"),
        ("12", 12, "a number"),
        ("true", True, "a boolean"),
        (1, "1", "text"),
        (1, [], "an array"),
        (1, 2, "another value"),
        ({"a": "12"}, {"a": 12}, "a number"),
        ({"a": "b"}, {"a": "b", "c": "d"}, "changed"),
    ],
)
def test_a_difference_is_said_in_a_word(sent: Any, got: Any, word: str) -> None:
    assert difference(sent, got) == word


def test_large_texts_are_condensed_such_that_equal_ones_stay_equal() -> None:
    one, other = "x" * 1_000_000, "x" * 999_999 + "y"
    assert condensed({"a": [one]}) == condensed({"a": [one]})
    assert condensed(one) != condensed(other)
    assert condensed(["short", 1, None]) == ["short", 1, None]


def test_a_long_value_is_told_by_its_ends_and_length() -> None:
    text = text_of("a" * 200 + "b" * 200)
    assert text.startswith('"aaa')
    assert text.endswith('bbb" (402 characters)')
    assert text_of(ABSENT) == "nothing"
