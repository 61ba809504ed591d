"""Metadata that shows what an API does with metadata."""

from __future__ import annotations

from typing import Any

#: Pairs of the third zone: each is kept exactly or refused. They are sent by fours; those that are likely to be refused
#: for one reason stand beside each other, so that few fours are sent apart.
OTHER: tuple[dict[str, Any], ...] = (
    {"number_text": "12345"},
    {"true_text": "true", "null_text": "null", "false_text": "false"},
    {"zeros": "00123", "float_text": "1.50", "exponent": "1e5", "minus": "-1", "date": "2026-01-31"},
    {"json_text": '{"a": 1}', "array_text": "[1]"},
    {"title": "in metadata", "amount": "1"},
    {"__proto__": "kept"},
    {"constructor": "kept", "prototype": "kept", "toString": "kept", "valueOf": "kept", "hasOwnProperty": "kept"},
    {"markup": "<b>&amp;</b>"},
    {"a.b": "dot", "a.b.c": "dots"},
    {"a b": "space"},
    {"$set": "dollar", "$where": "x"},
    {"brackets[x]": "y", "brackets[]": "z"},
    {"a/b": "slash", "a\\b": "backslash", "a:b": "colon"},
    {'"quoted"': "'quotes'"},
    {" key with ends ": "x"},
    {"mixed\u200bwidth": "zero\u200bwidth"},
    {"cl\u00e9": "cl\u00e9", "cle\u0301": "cafe\u0301"},
    {"\u7d50\u5e33": "\u304a\u652f\u6255\u3044"},
    {"emoji\U0001f389": "\U0001f389"},
    {"\u0130": "dotted", "\u00df": "sharp", "\ufb01ne\u2460": "compatible"},
    {"": "empty key"},
    {"q" * 300: "longer key"},
    {"longer_value": "w" * 501},
    {"nul": "a\x00b"},
    {"spaced": " both ends "},
    {"long_value": "v" * 256},
    {"newline": "one\ntwo\r\n", "tab": "a\tb"},
    {"empty_value": ""},
    {"number": -7, "zero": 0},
    {"float": 0.1, "small": 1.5e-07},
    {"large": 9007199254740991},
    {"yes": True, "no": False},
    {"nested": {"a": {"B": {"c": ["d"]}}, "e": ""}},
    {"list": ["a", 1, {"b": True}]},
    {"empty_list": [], "empty_object": {}},
    {"k" * 41: "long key"},
)

#: What is no metadata.
NONE: tuple[Any, ...] = (
    "text",
    "",
    7,
    0,
    1.5,
    True,
    False,
    ["a"],
    [{"key": "value"}],
    [["key", "value"]],
    '{"a": "b"}',
)
