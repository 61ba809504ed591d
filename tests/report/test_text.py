"""Text from an API is shown, not obeyed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_checkout.exchange import Body
from pytest_checkout.report.text import harmless, shortened, shown, shown_body


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain text, é 日本 🎉", "plain text, é 日本 🎉"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\r\nb\tc\x00\x7f", "a\\r\\nb\\tc\\x00\\x7f"),
        ("\x9b31m", "\\x9b31m"),
        ("cod\u202egnp.exe\u2066\u200f", "cod\\u202egnp.exe\\u2066\\u200f"),
        ("zero\u200bwidth\ufeff\u2060\u00ad", "zero\\u200bwidth\\ufeff\\u2060\\xad"),
        ("line\u2028paragraph\u2029", "line\\u2028paragraph\\u2029"),
        ("no\u00a0break\u3000", "no\\xa0break\\u3000"),
        ("filler\u3164\u115f\ufe0f", "filler\\u3164\\u115f\\ufe0f"),
        ("tags\U000e0041", "tags\\U000e0041"),
        ("lone \ud800", "lone \\ud800"),
        ("private \ue000", "private \\ue000"),
    ],
)
def test_what_acts_or_hides_is_shown(text: str, expected: str) -> None:
    assert harmless(text) == expected


@given(st.text(st.characters()))
def test_harmless_text_can_be_printed_anywhere(text: str) -> None:
    made = harmless(text)
    assert not {unicodedata.category(character) for character in made} & {"Cc", "Cf", "Zl", "Zp", "Cs"}
    made.encode()
    assert harmless(made) == made


def test_long_text_is_shortened_in_the_middle_with_its_length() -> None:
    made = shortened("a" * 500_000 + "b" * 548_576, 60)
    assert made == "a" * 17 + " … 1,048,576 characters … " + "b" * 17
    assert shortened("short", 5) == "short"


@given(st.text(max_size=300), st.integers(40, 120))
def test_shortened_text_fits(text: str, limit: int) -> None:
    assert len(shortened(text, limit)) <= limit
    assert len(shown("x" * 10_000, limit)) <= limit


def test_a_generated_body_shows_how_it_is_made() -> None:
    recipe = {"json": {"title": "é", "title_image": {"$image": {"format": "png", "bytes": 2097153, "carrier": "data"}}}}
    body = Body.of(b"x" * 100_000, recipe=recipe)
    assert shown_body(body) == '{"title":"é","title_image":<png of 2,097,153 bytes, as a data: URI>}'
    by_url = {"json": {"title_image": {"$image": {"no_image": "a web page", "carrier": "url"}}}}
    assert shown_body(Body.of(b"{}", recipe=by_url)) == '{"title_image":<a web page, by URL>}'


def test_a_large_body_shows_its_beginning_and_size() -> None:
    assert shown_body(Body.of(b"ab" * 50_000), 40) == "ababababab … 100,000 bytes"
    assert shown_body(None) == ""
    assert shown_body(Body.of(b"\xff\x1b")) == "\ufffd\\x1b"
