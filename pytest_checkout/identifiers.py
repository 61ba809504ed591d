"""Session ids that name no session: transformations of a real one, and hostile text.

Each is written as it stands in the request target, percent-encoded where RFC 3986 wants it. Ids that URI normalisation
or a slash turns into the real one are left out: what they name is for the server to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import quote


def unknown(id: str) -> str:
    """A real id with its letters and digits replaced, of the same length and alphabet.

    >>> unknown("cs_test_aZ9")
    'cs_test_nM4'
    """
    head, tail = _split(id)
    return head + "".join(_rotate(character) for character in tail)


def _split(id: str) -> tuple[str, str]:
    found = re.fullmatch(r"(.*[_-])?(.+)", id)
    return (found[1] or "", found[2]) if found else ("", id)


def _rotate(character: str) -> str:
    for first, size in (("a", 26), ("A", 26), ("0", 10)):
        place = ord(character) - ord(first)
        if 0 <= place < size:
            return chr(ord(first) + (place + size // 2) % size)
    return character


def _last_rotated(id: str) -> str:
    return id[:-1] + _rotate(id[-1])


def _first_rotated(id: str) -> str:
    head, tail = _split(id)
    return head + _rotate(tail[0]) + tail[1:]


def _escaped_twice(id: str) -> str:
    """The last character percent-encoded, and its percent sign once more."""
    return f"{id[:-1]}%25{ord(id[-1]):02X}"


def _full_width(id: str) -> str:
    """The last character as its full-width form, which Unicode calls compatible (UAX 15)."""
    return id[:-1] + quote(chr(ord(id[-1]) + 0xFEE0))


def _other_mode(id: str) -> str:
    if "_test_" in id:
        return id.replace("_test_", "_live_")
    return id.replace("_live_", "_test_")


#: Ids near a real one: another letter case, a part of it, more after it.
NEAR: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "swapped_case": str.swapcase,
        "upper_case": str.upper,
        "lower_case": str.lower,
        "upper_prefix": lambda id: _split(id)[0].upper() + _split(id)[1],
        "first_swapped": lambda id: _split(id)[0] + _split(id)[1].swapcase()[:1] + _split(id)[1][1:],
        "without_last": lambda id: id[:-1],
        "without_first": lambda id: id[1:],
        "without_prefix": lambda id: _split(id)[1],
        "prefix_only": lambda id: _split(id)[0] or id[:2],
        "half": lambda id: id[: len(_split(id)[0]) + len(_split(id)[1]) // 2],
        "one_more": lambda id: id + "0",
        "last_changed": _last_rotated,
        "first_changed": _first_rotated,
        "other_mode": _other_mode,
        "space_after": lambda id: id + "%20",
        "nul_after": lambda id: id + "%00",
        "nul_and_more": lambda id: id + "%00x",
        "any_character": lambda id: id[:-1] + "_",
        "percent_wildcard": lambda id: id[: len(id) // 2] + "%25",
        "star_wildcard": lambda id: id[: len(id) // 2] + "*",
        "dot_star": lambda id: id[: len(id) // 2] + ".*",
        "question_mark_inside": lambda id: id + "%3Fx=1",
        "semicolon": lambda id: id + "%3Bx=1",
        "comma": lambda id: id + "," + id,
        "format_suffix": lambda id: id + ".json",
        "escaped_twice": _escaped_twice,
        "full_width": _full_width,
    }
)

#: Hostile text in place of an id.
HOSTILE: Mapping[str, str] = MappingProxyType(
    {
        "proto": "__proto__",
        "constructor": "constructor",
        "has_own_property": "hasOwnProperty",
        "null": "null",
        "nan": "NaN",
        "huge_number": "99999999999999999999999999999999",
        "star": "*",
        "sql_or": "'%20OR%20'1'='1",
        "mongo_operator": "%7B%22$ne%22:null%7D",
        "markup": "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "template": "%7B%7B7*7%7D%7D",
        "header_injection": "x%0D%0AX-Injected:%201",
        "nul": "%00",
        "emoji": "%F0%9F%8E%89",
        "not_utf8": "%FF%FE",
        "overlong": "%C0%80",
        "broken_escape": "cs%ZZ",
        "format": "%25s%25n%25x",
        "very_long": "a" * 2000,
    }
)


def identifier(name: str, id: str) -> str:
    """The request target's segment for a transformation's name, or for ``unknown``.

    Raises:
        KeyError: there is no transformation of this name.
    """
    if not name:
        return id
    if name == "unknown":
        return unknown(id)
    return NEAR[name](id) if name in NEAR else HOSTILE[name]
