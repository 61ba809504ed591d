"""Text from an API is shown, not obeyed.

Whatever an answer holds may land in a terminal, a log or a chat: control characters and escape sequences, marks that
turn the direction of writing, characters without width, and line separators are shown as visible escapes here.
"""

from __future__ import annotations

import json
import re
import textwrap
import unicodedata
from collections.abc import Mapping
from typing import Any

from pytest_checkout.exchange import Body

#: Categories of characters that act, hide or have no form: control, format, separators, private, surrogate, unassigned.
_ACTING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_FORMLESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {
    chr(code) for code in range(0xFE00, 0xFE10)
}
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ONE_BYTE, _TWO_BYTES = 0x100, 0x10000
_ORDINARY = re.compile(r"[ -~]*")


def harmless(text: str) -> str:
    r"""The text with every character that acts or can't be seen as a visible escape, on one line.

    >>> harmless("a" + chr(27) + "[31mb") == r"a\x1b[31mb"
    True
    """
    return text if _ORDINARY.fullmatch(text) else "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character == " " or (unicodedata.category(character) not in _ACTING and character not in _FORMLESS):
        return character
    code = ord(character)
    if character in _ESCAPES:
        return _ESCAPES[character]
    form = "x{:02x}" if code < _ONE_BYTE else "u{:04x}" if code < _TWO_BYTES else "U{:08x}"
    return "\\" + form.format(code)


def printable(text: str) -> str:
    r"""The text with what can't be printed replaced; its lines stay lines.

    >>> printable("a\nb" + chr(27)) == "a\nb" + chr(0xFFFD)
    True
    """
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)


def uncommanded(line: str) -> str:
    r"""A line that no CI takes for a command of its own, whatever an answer put at its start.

    >>> uncommanded("  ::stop-commands::x")
    '  \\::stop-commands::x'
    """
    text = line.lstrip()
    if not text.startswith(("::", "##[", "##vso[", "##teamcity[")):
        return line
    return f"{line[: len(line) - len(text)]}\\{text}"


def shortened(text: str, limit: int) -> str:
    """The text, or of a longer one the beginning, its length, and the end.

    >>> shortened("x" * 1048576, 40)
    'xxxxxxx … 1,048,576 characters … xxxxxxx'
    """
    if len(text) <= limit:
        return text
    middle = f" … {len(text):,} characters … "
    room = max(2, limit - len(middle))
    return text[: room - room // 2] + middle + text[len(text) - room // 2 :]


def shown(text: str, limit: int = 200) -> str:
    """The text made harmless, on one line, in about ``limit`` characters."""
    return harmless(shortened(text, limit))


def wrapped(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """The text in lines of at most ``width`` characters, each with its indentation; harmless text is wanted."""
    lines = textwrap.wrap(
        text, max(20, width), initial_indent=first, subsequent_indent=rest, break_on_hyphens=False, drop_whitespace=True
    )
    return lines or [first.rstrip()]


def shown_body(body: Body | None, limit: int = 200) -> str:
    """A body in a line: as it is, or how it is made where it is a large one."""
    if body is None:
        return ""
    if body.recipe is not None and "json" in body.recipe:
        return shown(_recipe_text(body.recipe["json"]), limit)
    if body.whole:
        return shown(body.text, limit)
    start = body.text[: max(10, limit - 30)]
    return f"{harmless(start)} … {body.size:,} bytes"


def shown_value(value: Any, limit: int = 200) -> str:
    """A JSON value in a line; a picture by what it is."""
    try:
        return shown(_recipe_text(value), limit)
    except RecursionError:
        return "nested too deep to be shown"


def _recipe_text(value: Any) -> str:
    if isinstance(value, Mapping) and _is_image(value.get("$image")):
        image = value["$image"]
        what = image.get("no_image") or f"{image['format']} of {image['bytes']:,} bytes"
        return f"<{what}, {'by URL' if image.get('carrier') == 'url' else 'as a data: URI'}>"
    if isinstance(value, Mapping):
        return (
            "{"
            + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{_recipe_text(item)}" for key, item in value.items())
            + "}"
        )
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _is_image(value: Any) -> bool:
    """Whether this is what stands for a picture in a recipe; an API may well send an object of the same name."""
    return isinstance(value, Mapping) and (
        isinstance(value.get("no_image"), str) or ("format" in value and isinstance(value.get("bytes"), int))
    )
