"""The public Hypothesis strategies: what they draw, and what they never do."""

import base64
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis.strategies import SearchStrategy

from pytest_checkout import load_contract
from pytest_checkout.contract.model import Contract, ImageLimit
from pytest_checkout.images import Picture, granularity, smallest
from pytest_checkout.strategies import broken_updates, images, metadata, updates
from pytest_checkout.strategies.bodies import plain_values
from pytest_checkout.zones import Zone, refuse, zone_of_body, zone_of_value

SPEED = load_contract("speed")
METADATA, IMAGE = SPEED.fields["metadata"], SPEED.fields["title_image"]
QUIET = settings(database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def _drawn(strategy: SearchStrategy[Any], count: int = 100) -> list[Any]:
    """The same values each time."""
    drawn: list[Any] = []

    @settings(QUIET, max_examples=count, phases=[Phase.generate])
    @given(strategy)
    def draw(value: Any) -> None:
        drawn.append(value)

    draw()
    assert drawn
    return drawn


def _accepted(body: Any) -> bool:
    return zone_of_body(SPEED, body).zone is Zone.ACCEPT


def _with_image(limit: ImageLimit | None) -> Any:
    return replace(SPEED, fields={**SPEED.fields, "title_image": replace(IMAGE, image=limit)})


def test_an_update_is_one_that_the_api_is_sure_to_accept() -> None:
    drawn = _drawn(updates(SPEED), 60)
    assert all(map(_accepted, drawn))
    for field in SPEED.fields.values():
        assert any(field.name in body for body in drawn) is (field.kind != "image")
    assert max(map(len, drawn)) > 3


def test_a_contract_with_few_fields_has_updates_of_these_alone() -> None:
    title = replace(SPEED, fields={"title": SPEED.fields["title"], "title_image": IMAGE})
    assert {tuple(body) for body in _drawn(updates(title), 5)} == {("title",)}
    unsure = replace(title, fields={**title.fields, "note": replace(SPEED.fields["title"], accept=None)})
    assert {tuple(body) for body in _drawn(updates(unsure), 5)} == {("title",)}


def _only(name: str) -> Contract:
    """Speed's contract with one field alone."""
    return replace(SPEED, fields={name: SPEED.fields[name]})


def _of(name: str) -> list[Any]:
    """Drawn values of one field."""
    return [body[name] for body in _drawn(updates(_only(name)), 150)]


def test_texts_are_drawn_beyond_the_listed_ones() -> None:
    drawn = _of("title")
    listed = set(plain_values(SPEED.fields["title"]))
    assert len(set(drawn) & listed) > 3
    assert len(set(drawn) - listed) > 60
    assert any(len(text) > 60 for text in drawn)
    assert any(text[0] != "t" and len(text) < 20 for text in drawn)


def test_urls_are_drawn_with_all_of_their_parts() -> None:
    listed = plain_values(SPEED.fields["cancel_url"])
    drawn = [urlsplit(url) for url in _of("cancel_url") if url not in listed]
    assert {each.netloc for each in drawn} >= {"shop.example.com", "pay.example.org", "a-b.example.net"}
    for part in ("path", "query", "fragment"):
        assert {bool(getattr(each, part).strip("/")) for each in drawn} == {True, False}
    assert any(each.path.count("/") > 2 for each in drawn)
    queries = [each.query for each in drawn if each.query]
    assert all(pair.count("=") == 1 for query in queries for pair in query.split("&"))
    assert any("&" in query for query in queries)


def test_values_of_another_kind_are_those_that_are_listed() -> None:
    listed = replace(SPEED.fields["title"], kind="value", schema={"enum": ["a", "b"]}, accept={"enum": ["a", "b"]})
    drawn = _drawn(updates(replace(SPEED, fields={"mode": replace(listed, name="mode")})), 20)
    assert {body["mode"] for body in drawn} == {"a", "b"}


NAMES = {
    "input.type[title]": "type[title]",
    "input.url[cancel_url]": "url[cancel_url]",
    "metadata.types": "metadata_type[metadata]",
    "success.exclusive": "exclusive[success_message+success_url]",
}


@pytest.mark.parametrize(("behaviour", "rule"), NAMES.items())
def test_a_broken_update_breaks_exactly_its_rule(behaviour: str, rule: str) -> None:
    drawn = _drawn(broken_updates(SPEED, rule), 30)
    assert {zone_of_body(SPEED, body) for body in drawn} == {refuse(behaviour)}
    wrong = next(each.fields for each in SPEED.rules if each.name == rule)
    assert all(set(wrong) <= set(body) <= {*SPEED.fields} - {"title_image"} for body in drawn)
    assert len({name for body in drawn for name in body}) > len(wrong) + 3
    assert any(len(body) > len(wrong) + 1 for body in drawn)
    assert len({str([body[name] for name in wrong]) for body in drawn}) > 5


def test_a_rule_may_be_given_itself() -> None:
    rule = next(rule for rule in SPEED.rules if rule.name == "type[title]")
    assert all("title" in body for body in _drawn(broken_updates(SPEED, rule), 5))


def test_values_of_another_type_are_of_every_other_type() -> None:
    wrong = [body["title"] for body in _drawn(broken_updates(_only("title"), "type[title]"), 150)]
    both = {(kind, truth) for kind in (int, bool, list, dict) for truth in (True, False)}
    assert {(type(value), bool(value)) for value in wrong} == {*both, (float, True)}
    assert any(type(value) is int and abs(value) > 7 for value in wrong)
    assert any(isinstance(value, list) and len(value) > 1 for value in wrong)
    assert any(isinstance(value, dict) and len(value) > 1 for value in wrong)


def test_what_is_wrong_with_an_image_is_beside_what_is_plain() -> None:
    drawn = _drawn(broken_updates(SPEED, "image_content[title_image]"), 30)
    others = [{name: value for name, value in body.items() if name != "title_image"} for body in drawn]
    assert all(_accepted(body) for body in others if body)
    assert any(len(body) > 2 for body in others)
    images = {body["title_image"] for body in drawn}
    assert "no picture" in images
    assert any(image.startswith("data:text/html") for image in images)


def test_an_image_that_is_too_large_is_up_to_twice_what_must_be_refused() -> None:
    limit = ImageLimit(accept_up_to=800, refuse_above=1000, carriers={"data": "must"}, formats=("png", "gif"))
    contract = replace(_with_image(limit), fields={"title_image": replace(IMAGE, image=limit)})
    strategy = broken_updates(contract, "image_size[title_image]")
    drawn = [body["title_image"] for body in _drawn(strategy)]
    sizes = [len(base64.b64decode(uri.partition(",")[2])) for uri in drawn]
    assert {uri.partition(";")[0] for uri in drawn} == {"data:image/png", "data:image/gif"}
    assert min(sizes) >= 1001
    assert 1800 < max(sizes) <= 2000
    least = find(strategy, lambda _: True, settings=QUIET)["title_image"]
    assert len(base64.b64decode(least.partition(",")[2])) == 1001


def test_an_image_field_without_a_limit_breaks_none() -> None:
    with pytest.raises(ValueError, match=r"^title_image has no limit$"):
        broken_updates(_with_image(None), "image_size[title_image]")


def test_a_rule_that_the_contract_does_not_have_is_named_beside_those_it_has() -> None:
    with pytest.raises(ValueError, match=r"^The contract 'speed' has no rule 'x'. It has: exclusive\[.*\], type.*\.$"):
        broken_updates(SPEED, "x")


def test_no_body_breaks_a_rule_about_another_part_of_the_request() -> None:
    words = r"^No body breaks the rule version: it speaks of another part of the request\.$"
    with pytest.raises(ValueError, match=words):
        broken_updates(SPEED, "version")


@pytest.mark.parametrize("format", ["png", "jpeg", "gif", "webp"])
def test_pictures_have_an_exact_size_within_the_bounds(format: Any) -> None:
    strategy, step = images(formats=(format,), min_bytes=4001, max_bytes=4019), granularity(format)
    drawn = _drawn(strategy)
    assert {picture.format for picture in drawn} == {format}
    assert {picture.size for picture in drawn} == set(range(-(-4001 // step) * step, 4020, step))
    assert all(len(picture.bytes()) == picture.size for picture in drawn[:5])


def test_pictures_shrink_to_the_first_format_and_the_least_size() -> None:
    assert find(images(), lambda _: True, settings=QUIET) == Picture("png", 3000)
    assert find(images(min_bytes=1, formats=("jpeg",)), lambda _: True, settings=QUIET).size == smallest("jpeg")


def test_pictures_are_of_each_format_and_up_to_2_mb() -> None:
    drawn = _drawn(images(), 200)
    assert {picture.format for picture in drawn} == {"png", "jpeg", "gif", "webp"}
    assert 1_900_000 < max(picture.size for picture in drawn) <= 2_000_000


def test_metadata_is_one_to_eight_pairs_that_are_sure_to_be_accepted() -> None:
    drawn = _drawn(metadata(METADATA), 50)
    assert {zone_of_value(METADATA, pairs).zone for pairs in drawn} == {Zone.ACCEPT}
    assert min(map(len, drawn)) == 1
    assert 5 < max(map(len, drawn)) <= 8
    lengths = {len(value) for pairs in drawn for value in pairs.values()}
    assert min(lengths) < 3
    assert max(lengths) > 60


def test_an_update_of_metadata_is_drawn_as_metadata_is() -> None:
    assert max(map(len, _of("metadata"))) > 3


def test_metadata_is_what_the_field_takes() -> None:
    short = replace(METADATA, accept={"additionalProperties": {"maxLength": 20}})
    assert all(len(value) <= 20 for pairs in _drawn(metadata(short), 10) for value in pairs.values())
