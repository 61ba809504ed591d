"""The public Hypothesis strategies: bodies of updates that a contract takes, and bodies that break one rule of it."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from pytest_checkout.contract.model import Contract, Field, ImageFormat, Rule
from pytest_checkout.images import NOT_IMAGES, Picture, granularity, smallest
from pytest_checkout.strategies import texts, urls
from pytest_checkout.strategies.bodies import NO_TEXT, plain_values
from pytest_checkout.strategies.pairs import NONE
from pytest_checkout.zones import Zone, zone_of_value

_PRINTABLE = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
_WORD = string.ascii_letters + string.digits
_KEY = st.text(_WORD + "_-", min_size=1, max_size=40)
_SEGMENT = st.text(_WORD + "._~-", min_size=1, max_size=12).filter(lambda text: text.strip("."))


def updates(contract: Contract) -> SearchStrategy[dict[str, Any]]:
    """Bodies of updates that the API is sure to accept.

    Args:
        contract: says which fields there are, and what each is sure to take.

    Returns:
        A strategy for non-empty JSON objects that break no rule of the contract. Image fields are left out: see
        :func:`images`.
    """
    fields = {field.name: _plain(field) for field in contract.fields.values() if plain_values(field)}
    return _some_of(fields, least=1, allowed=lambda names: not contract.excluded(names))


def _some_of(
    fields: Mapping[str, SearchStrategy[Any]], *, least: int, allowed: Callable[[set[str]], bool]
) -> SearchStrategy[dict[str, Any]]:
    """Objects of some of these fields; which of them is settled before any value is drawn."""
    named = st.lists(st.sampled_from(list(fields)), min_size=least, unique=True) if fields else st.just([])
    return named.filter(lambda names: allowed(set(names))).flatmap(
        lambda names: st.fixed_dictionaries({name: fields[name] for name in names})
    )


def broken_updates(contract: Contract, rule: Rule | str) -> SearchStrategy[Any]:
    """Bodies of updates that break exactly this rule.

    Args:
        contract: the contract that holds the rule.
        rule: a rule of it, or its name.

    Returns:
        A strategy for JSON values. What is not wrong in a body is plain.

    Raises:
        ValueError: the contract has no such rule, or no body can break it (an unknown version is no matter of the body).
    """
    found = next((item for item in contract.rules if rule in (item, item.name)), None)
    if found is None:
        names = ", ".join(item.name for item in contract.rules)
        raise ValueError(f"The contract {contract.name!r} has no rule {rule!r}. It has: {names}.")
    if found.kind not in _BREAKING:
        raise ValueError(f"No body breaks the rule {found.name}: it speaks of another part of the request.")
    defect = _BREAKING[found.kind](contract, found)
    others = {
        field.name: _plain(field)
        for field in contract.fields.values()
        if field.name not in found.fields and plain_values(field)
    }
    rule_fields = set(found.fields)
    beside = _some_of(
        others,
        least=0,
        allowed=lambda names: found.kind == "exclusive" or not contract.excluded(names | rule_fields),
    )
    return st.builds(lambda plain, wrong: {**plain, **wrong}, beside, defect)


def images(
    *,
    formats: tuple[ImageFormat, ...] = ("png", "jpeg", "gif", "webp"),
    min_bytes: int = 3000,
    max_bytes: int = 2_000_000,
) -> SearchStrategy[Picture]:
    """Real pictures of an exact size, built when they are asked for and never drawn byte by byte.

    Args:
        formats: the formats to choose from.
        min_bytes: the least size, in bytes of the image itself.
        max_bytes: the largest size, in bytes of the image itself.

    Returns:
        A strategy for :class:`pytest_checkout.images.Picture`, which shrinks to the first format and the least size.
    """

    def sized(format: ImageFormat) -> SearchStrategy[Picture]:
        step = granularity(format)
        least = -(-max(min_bytes, smallest(format)) // step)
        return st.integers(least, max_bytes // step).map(lambda units: Picture(format, units * step))

    return st.sampled_from(formats).flatmap(sized)


def metadata(field: Field) -> SearchStrategy[dict[str, str]]:
    """Metadata that the API is sure to accept.

    Args:
        field: a metadata field of a contract.

    Returns:
        A strategy for objects of one to eight pairs.
    """
    pairs = st.dictionaries(_KEY, _texts(), min_size=1, max_size=8)
    return pairs.filter(lambda value: zone_of_value(field, value).zone is Zone.ACCEPT)


def _texts() -> SearchStrategy[str]:
    drawn = st.text(_PRINTABLE, min_size=1, max_size=60)
    lengths = st.integers(1, 255).map(texts.mixed)
    return st.one_of(drawn.map(lambda text: "t" + text.strip()), lengths.map(lambda text: "t" + text[1:]))


def _plain(field: Field) -> SearchStrategy[Any]:
    if field.kind == "metadata":
        return metadata(field)
    listed = st.sampled_from(plain_values(field))
    if field.kind == "value":
        return listed
    drawn = _urls() if field.kind == "url" else st.one_of(_texts(), st.text(_PRINTABLE, min_size=1, max_size=255))
    return st.one_of(listed, drawn.filter(lambda value: zone_of_value(field, value).zone is Zone.ACCEPT))


def _urls() -> SearchStrategy[str]:
    return st.builds(
        lambda host, path, query, fragment: f"https://{host}/{'/'.join(path)}{query}{fragment}",
        st.sampled_from(["example.com", "shop.example.com", "pay.example.org", "a-b.example.net"]),
        st.lists(_SEGMENT, max_size=5),
        st.lists(st.tuples(_SEGMENT, _SEGMENT), max_size=3).map(
            lambda pairs: "?" + "&".join("=".join(pair) for pair in pairs) if pairs else ""
        ),
        st.one_of(st.just(""), _SEGMENT.map(lambda text: f"#{text}")),
    )


def _exclusive(contract: Contract, rule: Rule) -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({name: _plain(contract.fields[name]) for name in rule.fields})


def _type(_contract: Contract, rule: Rule) -> SearchStrategy[dict[str, Any]]:
    wrong = st.one_of(
        st.sampled_from(NO_TEXT),
        st.integers(),
        st.lists(st.text(max_size=5), max_size=3),
        st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
    )
    return st.fixed_dictionaries(dict.fromkeys(rule.fields, wrong))


def _url(_contract: Contract, rule: Rule) -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict.fromkeys(rule.fields, st.sampled_from(urls.NONE)))


def _image_size(contract: Contract, rule: Rule) -> SearchStrategy[dict[str, Any]]:
    limit = contract.fields[rule.fields[0]].image
    if limit is None:
        raise ValueError(f"{rule.fields[0]} has no limit")
    large = images(formats=limit.formats, min_bytes=limit.refuse_above + 1, max_bytes=limit.refuse_above * 2)
    return st.fixed_dictionaries(dict.fromkeys(rule.fields, large.map(lambda picture: picture.data_uri())))


def _image_content(_contract: Contract, rule: Rule) -> SearchStrategy[dict[str, Any]]:
    values = [item.data_uri() for item in NOT_IMAGES if "data" in item.carriers]
    return st.fixed_dictionaries(dict.fromkeys(rule.fields, st.sampled_from(["no picture", *values])))


def _metadata_type(_contract: Contract, rule: Rule) -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(dict.fromkeys(rule.fields, st.sampled_from(NONE)))


_BREAKING: Mapping[str, Callable[[Contract, Rule], SearchStrategy[dict[str, Any]]]] = {
    "exclusive": _exclusive,
    "type": _type,
    "url": _url,
    "image_size": _image_size,
    "image_content": _image_content,
    "metadata_type": _metadata_type,
}
