"""Bodies that are made from a contract, field by field."""

from dataclasses import replace
from typing import Any

import pytest

from pytest_checkout import load_contract
from pytest_checkout.strategies import bodies, pairs, texts, urls
from pytest_checkout.zones import Zone, zone_of_value

SPEED = load_contract("speed")
TITLE, URL, METADATA, IMAGE = (SPEED.fields[name] for name in ("title", "cancel_url", "metadata", "title_image"))
FIELDS = [field for field in SPEED.fields.values() if field.kind != "image"]
VALUE = replace(TITLE, kind="value")


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_plain_values_are_many_and_each_must_be_accepted(field: Any) -> None:
    values = bodies.plain_values(field)
    assert len(values) > 5
    assert {zone_of_value(field, value).zone for value in values} == {Zone.ACCEPT}


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_values_that_show_much_at_once_are_in_the_zones_that_they_stand_for(field: Any) -> None:
    combined = bodies.combined_value(field)
    assert zone_of_value(field, combined).zone is Zone.ACCEPT
    assert combined not in bodies.plain_values(field)
    assert {zone_of_value(field, value).zone for value in bodies.whole_values(field)} == {Zone.ACCEPT}
    assert {zone_of_value(field, value).zone for value in bodies.other_combined(field)} <= {Zone.BETWEEN}
    assert len(bodies.other_combined(field)) == {"text": 3, "url": 4}.get(field.kind, 0)


def test_a_combined_text_is_as_long_as_a_text_may_be_and_is_cut_where_a_contract_takes_less() -> None:
    assert len(bodies.combined_value(TITLE)) == 255
    short = replace(TITLE, accept={"type": "string", "minLength": 1, "maxLength": 20})
    assert bodies.combined_value(short) == texts.COMBINED[0][:20]
    assert bodies.combined_value(replace(URL, accept={"type": "string", "maxLength": 60})).startswith(
        "https://example.com/"
    )


def test_plain_texts_and_urls_keep_their_order_the_most_telling_first() -> None:
    assert bodies.plain_values(TITLE) == tuple(text for text in texts.PLAIN if "<" not in text)
    assert bodies.plain_values(URL)[:3] == urls.PLAIN[:3]
    assert len(bodies.plain_values(URL)) >= len(urls.PLAIN)


def test_a_field_that_is_sure_to_accept_nothing_has_no_plain_values() -> None:
    assert bodies.plain_values(IMAGE) == ()
    assert bodies.plain_values(replace(TITLE, accept=None)) == ()
    assert bodies.plain_values(replace(METADATA, accept=None)) == ()


def test_values_of_another_kind_are_those_that_the_schema_lists() -> None:
    assert bodies.plain_values(replace(VALUE, schema={"enum": [1, 2], "examples": [3]})) == (1, 2)
    assert bodies.plain_values(replace(VALUE, schema={"examples": [3]})) == (3,)
    assert bodies.plain_values(replace(VALUE, schema={})) == ()


def test_texts_are_cut_to_what_is_sure_to_be_accepted() -> None:
    short = replace(TITLE, accept={"minLength": 1, "maxLength": 7, "pattern": r"^[!-~]([ -~]*[!-~])?$"})
    values = bodies.plain_values(short)
    assert len(values) == len(texts.PLAIN)
    assert values[:2] == ("Spring", texts.PLAIN[1][:7])


def test_a_url_of_the_longest_length_is_added_where_it_is_an_url_still() -> None:
    def plain(longest: object) -> tuple[str, ...]:
        return bodies.plain_values(replace(URL, accept={"maxLength": longest, "pattern": "^https://"}))

    assert plain(30)[-1] == "https://example.com/" + "z" * 10
    assert plain(21)[-1] == "https://example.com/z"
    assert plain(20) == plain(19) + ("https://example.com/",) * 2
    assert bodies.plain_values(replace(URL, accept={"pattern": "^https://"})) == urls.PLAIN


def test_plain_pairs_hold_every_telling_key_and_every_telling_text() -> None:
    values = bodies.plain_values(METADATA)
    keys = [key for value in values for key in value]
    assert keys[:3] == ["order", "Channel", "note_1"]
    assert len(set(keys)) == len(keys) >= 16
    taken = {text for text in texts.PLAIN if zone_of_value(METADATA, {"a": text}).zone is Zone.ACCEPT}
    assert {text for value in values for text in value.values()} == taken
    assert next(iter(values)) == {"order": texts.PLAIN[0]}


def test_pairs_are_as_many_as_there_are_telling_keys_where_few_texts_are_taken() -> None:
    few = replace(METADATA, accept={"additionalProperties": {"enum": ["x", "Spring sale"]}})
    values = bodies.plain_values(few)
    assert len(values) == 16
    assert [next(iter(value.values())) for value in values[:4]] == ["Spring sale", "x", "Spring sale", "x"]


def test_one_text_is_enough_and_a_key_may_take_texts_of_its_own() -> None:
    for accept in ({"additionalProperties": {"enum": ["x"]}}, {"properties": {"order": {"enum": ["x"]}}}):
        values = bodies.plain_values(replace(METADATA, accept=accept))
        assert len(values) == 16
        assert {text for value in values for text in value.values()} == {"x"}


def test_pairs_are_cut_to_what_is_sure_to_be_accepted() -> None:
    short = replace(METADATA, accept={"additionalProperties": {"type": "string", "maxLength": 6}})
    assert bodies.plain_values(short)[0] == {"order": "Spring"}


@pytest.mark.parametrize("accept", [{"additionalProperties": False}, {"additionalProperties": {"enum": ["-"]}}])
def test_without_a_key_or_a_text_that_is_sure_to_be_taken_there_are_no_pairs(accept: Any) -> None:
    assert bodies.plain_values(replace(METADATA, accept=accept)) == ()
    assert bodies.plain_values(replace(METADATA, accept={"propertyNames": {"pattern": "^~$"}})) == ()


def test_keys_and_texts_of_few_kinds_are_enough_for_pairs() -> None:
    capital = replace(METADATA, accept={"propertyNames": {"pattern": "^[A-Z]{5}$"}})
    assert [next(iter(pairs)) for pairs in bodies.plain_values(capital)] == ["UPPER"]
    long = replace(METADATA, accept={"additionalProperties": {"minLength": 100}})
    assert bodies.plain_values(long)[0] == {"order": texts.mixed(255)}


@pytest.mark.parametrize(
    ("field", "values"),
    [(TITLE, texts.OTHER), (URL, urls.OTHER), (METADATA, pairs.OTHER)],
    ids=["text", "url", "pairs"],
)
def test_other_values_are_those_of_the_third_zone(field: Any, values: Any) -> None:
    others = bodies.other_values(field)
    assert len(others) > 20
    assert others == tuple(value for value in values if zone_of_value(field, value).zone is Zone.BETWEEN)


def test_what_a_contract_is_sure_to_take_is_no_other_value() -> None:
    assert "caf\u00e9 cr\u00e8me" not in bodies.other_values(replace(TITLE, accept={}))
    assert bodies.other_values(IMAGE) == bodies.other_values(VALUE) == ()


def test_a_value_comes_in_turns() -> None:
    values = bodies.plain_values(TITLE)
    assert bodies.a_value(TITLE) == bodies.a_value(TITLE, 0) == values[0]
    assert bodies.a_value(TITLE, 1) == values[1]
    assert bodies.a_value(TITLE, len(values) + 1) == values[1]


def test_every_field_stands_in_one_of_few_groups_that_may_stand_together() -> None:
    names = ["success_url", "title", "success_message", "description"]
    assert list(bodies.groups(SPEED, names)) == [("success_url", "title", "description"), ("success_message",)]
    assert list(bodies.groups(SPEED, [])) == []


def test_what_is_no_text_is_refused_in_every_text_field() -> None:
    assert {zone_of_value(TITLE, value) for value in bodies.NO_TEXT} == {zone_of_value(TITLE, 7)}
    assert {type(value) for value in bodies.NO_TEXT} == {float, int, bool, list, dict}
    assert {bool(value) for value in bodies.NO_TEXT} == {True, False}


def test_what_is_no_metadata_and_no_url_is_refused() -> None:
    assert {zone_of_value(METADATA, value).zone for value in pairs.NONE} == {Zone.REFUSE}
    assert {zone_of_value(URL, value).zone for value in urls.NONE} == {Zone.REFUSE}


@pytest.mark.parametrize("length", [40, 254, 255, 256, 600, 2100])
def test_a_long_url_has_its_exact_length_and_ends_in_a_letter(length: int) -> None:
    url = urls._long(length)
    assert len(url) == length
    assert url.startswith("https://shop.example.com/thanks/step-0"[:length])
    assert url.endswith("z")
    assert "/z" not in url
    assert "-z" not in url


def test_a_mixed_text_has_its_exact_length_and_shows_where_it_was_cut() -> None:
    for length in (0, 1, 8, 9, 10, 128, 255, 5000):
        assert len(texts.mixed(length)) == length
    assert texts.mixed(30) == "ahovCJQX-bipwDKRY-cjqxELSZ-dkr"
    assert not texts.mixed(9).endswith("-")
    long = texts.mixed(128)
    windows = [long[place : place + 9] for place in range(len(long) - 9)]
    assert len(set(windows)) == len(windows)
