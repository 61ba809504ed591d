"""Words of a POSIX shell: quoting, bytes as octal escapes, and near misses of an id derived from a variable."""

from __future__ import annotations

import re
import string

from pytest_checkout.report.text import harmless

_SAFE = re.compile(r"[A-Za-z0-9_./:=@,+-]+")
_LOWER, _UPPER, _DIGITS = string.ascii_lowercase, string.ascii_uppercase, string.digits
_LETTERS = _LOWER + _UPPER

#: How a near miss may be made from an id, character by character, and the command that does the same.
_RELATIONS: tuple[tuple[dict[int, int], str], ...] = (
    ({}, ""),
    (str.maketrans(_LETTERS, _UPPER + _LOWER), "tr a-zA-Z A-Za-z"),
    (str.maketrans(_LOWER, _UPPER), "tr a-z A-Z"),
    (str.maketrans(_UPPER, _LOWER), "tr A-Z a-z"),
    (
        str.maketrans(
            _LETTERS + _DIGITS,
            _LOWER[13:] + _LOWER[:13] + _UPPER[13:] + _UPPER[:13] + _DIGITS[5:] + _DIGITS[:5],
        ),
        "tr a-zA-Z0-9 n-za-mN-ZA-M5-90-4",
    ),
)
#: Fewer characters in common than this are a coincidence.
_COMMON = 3


def quoted(text: str) -> str:
    """The text as one word, in single quotes where it needs them."""
    return text if _SAFE.fullmatch(text) else "'" + text.replace("'", "'\\''") + "'"


def double_quoted(text: str) -> str:
    """The text as it stands inside double quotes."""
    return re.sub(r'(["$`\\])', r"\\\1", text)


def plain(data: bytes) -> bool:
    """Whether the bytes are text in a line that looks like what it is; a script may be indented where it is printed."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return harmless(text) == text


def escaped_bytes(data: bytes) -> str:
    r"""The bytes as a format of ``printf``, in single quotes: octal escapes for all that is not plain ASCII."""
    return "".join(
        _octal(byte) if byte < ord(" ") or byte > ord("~") or byte in b"'\\" else chr(byte)
        for byte in data.replace(b"%", b"%%")
    )


def _octal(byte: int) -> str:
    return f"\\{byte:03o}"


def variable(session: str) -> str:
    """The shell variable for the id of the session of this name."""
    return "session_" + re.sub("[^A-Za-z0-9]", "_", session)


def derived(near: str, id: str, name: str) -> str:
    """A near miss of an id, as it stands inside double quotes: made from ``$name`` as it was made from the id.

    Args:
        near: the text that was sent in the id's place.
        id: the id that it was made from.
        name: the shell variable that holds the id at replay.

    Returns:
        Shell text; the near miss itself where it has nothing to do with the id.
    """
    if len(near) >= _COMMON and id.endswith(near):
        return f'$(printf %s "${name}" | cut -c{len(id) - len(near) + 1}-)'
    pieces: list[tuple[str, int, int]] = []
    at = 0
    while at < min(len(near), len(id)):
        length, command = max(
            ((_agreement(near, id, at, table), command) for table, command in _RELATIONS),
            key=lambda pair: pair[0],
        )
        pieces.append((command if length else "literal", at, at + max(1, length)))
        at += max(1, length)
    if not any(end - start >= _COMMON for kind, start, end in pieces if kind != "literal"):
        return double_quoted(near)
    written = "".join(
        double_quoted(near[start:end])
        if kind == "literal"
        else f'$(printf %s "${name}" | cut -c{start + 1}-{_end(end, id)}{f" | {kind}" if kind else ""})'
        for kind, start, end in pieces
    )
    return written + double_quoted(near[at:])


def _end(end: int, id: str) -> str:
    return str(end) if end < len(id) else ""


def _agreement(near: str, id: str, at: int, table: dict[int, int]) -> int:
    """How many characters from here on are the id's under a relation; none where it changes nothing there."""
    length = 0
    for ours, theirs in zip(near[at:], id[at:].translate(table), strict=False):
        if ours != theirs:
            break
        length += 1
    return length
