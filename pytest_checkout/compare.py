"""When two JSON values are the same, and in words how they differ."""

from __future__ import annotations

import hashlib
import html
import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.exchange import ABSENT, LARGE

_SHOWN = 160


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal: 1 is 1.0, true is not 1, the order of members means nothing.

    >>> same({"a": 1, "b": [True]}, {"b": [True], "a": 1.0}), same(True, 1)
    (True, False)
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other
    return type(one) is type(other) and bool(one == other)


def same_state(one: Any, other: Any) -> bool:
    """Like :func:`same`, where not set is ``null`` or left out, and an empty object or array is not set either."""
    return (_unset(one) and _unset(other)) or same(one, other)


def _unset(value: Any) -> bool:
    return value is None or value is ABSENT or value in ({}, [])


def changed(one: Mapping[str, Any], other: Mapping[str, Any], *, but: Iterable[str] = ()) -> tuple[str, ...]:
    """The members in which two readings of a session differ, sorted."""
    names = (one.keys() | other.keys()) - set(but)
    return tuple(sorted(name for name in names if not same_state(one.get(name), other.get(name))))


def shows(field: Field, sent: Any, got: Any) -> bool:
    """Whether a session shows a field at the value that was sent."""
    if field.kind == "image" and sent:
        return got == sent or _own_address(sent, got)
    if field.kind == "metadata" and isinstance(sent, dict):
        pairs = got if isinstance(got, dict) else {}
        return all(_shows_pair(value, pairs.get(key, ABSENT)) for key, value in sent.items())
    return _shows_pair(sent, got)


def _shows_pair(sent: Any, got: Any) -> bool:
    if sent == "":
        return got in ("", None, ABSENT)
    return same(sent, got)


def _own_address(sent: Any, got: Any) -> bool:
    """An image may be shown by an http(s) URL of the API's own, which the one that was sent is not."""
    if not isinstance(got, str) or not got.startswith(("http://", "https://")):
        return False
    return not (isinstance(sent, str) and sent.startswith("http") and urlsplit(sent).netloc == urlsplit(got).netloc)


def condensed(value: Any) -> Any:
    """A JSON value in which texts above :data:`LARGE` characters are their beginning, length and sha256.

    Equal texts stay equal, others stay apart, and megabytes that a session echoes are held by nobody.

    >>> condensed({"a": "b"}), len(condensed("x" * 1_000_000)) < 300
    ({'a': 'b'}, True)
    """
    if isinstance(value, str):
        if len(value) <= LARGE:
            return value
        digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{value[:128]}… ({len(value):,} characters, sha256 {digest})"
    if isinstance(value, dict):
        return {key: condensed(item) for key, item in value.items()}
    if isinstance(value, list) and value:
        return [condensed(item) for item in value]
    return value


def text_of(value: Any) -> str:
    """A JSON value as short text for a sentence.

    >>> text_of({"a": None})
    '{"a": null}'
    """
    if value is ABSENT:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False, default=repr)
    if len(text) <= _SHOWN:
        return text
    return f"{text[: _SHOWN // 2]} … {text[-_SHOWN // 4 :]} ({len(text):,} characters)"


def difference(sent: Any, got: Any) -> str:
    """What became of a value, in a word or two.

    >>> difference("a" * 255, "a" * 64), difference(" a", "a"), difference("12", 12)
    ('cut', 'trimmed', 'a number')
    """
    if got is None or got is ABSENT:
        return "lost"
    if isinstance(sent, str) and isinstance(got, str):
        return _between_texts(sent, got)
    if isinstance(sent, dict) and isinstance(got, dict):
        worse = [key for key in sent if not _shows_pair(sent[key], got.get(key, ABSENT))]
        return difference(sent[worse[0]], got.get(worse[0], ABSENT)) if worse else "changed"
    if type(sent) is type(got):
        return "another value"
    return {bool: "a boolean", int: "a number", float: "a number", str: "text", list: "an array"}.get(
        type(got), "another type"
    )


def _between_texts(sent: str, got: str) -> str:
    if sent.startswith(got):
        return "trimmed" if sent.rstrip() == got else "cut"
    for word, changes in _CHANGES:
        if any(change(sent) == got for change in changes):
            return word
    return "another text"


_CHANGES = (
    ("trimmed", (str.strip, str.lstrip, lambda text: " ".join(text.split()))),
    ("in another letter case", (str.lower, str.upper, str.title, str.capitalize, str.casefold)),
    (
        "normalised",
        tuple(lambda text, form=form: unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")),
    ),
    ("escaped", (html.escape, lambda text: html.escape(text, quote=False), lambda text: text.replace("&", "&amp;"))),
    ("unescaped", (html.unescape,)),
    ("percent-encoded", (quote, lambda text: quote(text, safe=":/?#[]@!$&'()*+,;=%"))),
    ("percent-decoded", (unquote,)),
    (
        "re-encoded",
        (
            lambda text: text.encode().decode("latin-1"),
            lambda text: text.encode("ascii", "ignore").decode(),
            lambda text: text.encode("ascii", "replace").decode(),
            lambda text: text.encode("latin-1", "replace").decode("latin-1"),
        ),
    ),
    ("without its fragment", (lambda text: text.split("#")[0],)),
    (
        "without its query",
        (lambda text: text.split("?")[0], lambda text: text.split("?")[0] + "".join(text.partition("#")[1:])),
    ),
)


def fields_sent(contract: Contract, sent: Any) -> tuple[Field, ...]:
    """The contract's fields that a body names."""
    return tuple(field for name, field in contract.fields.items() if isinstance(sent, dict) and name in sent)
