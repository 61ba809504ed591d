"""How an error about a contract is worded."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from typing import Any

from pytest_checkout.contract.model import Place
from pytest_checkout.errors import ContractError

#: The longest value that is shown whole.
LONGEST = 80


def problem(place: Place | str, wrong: str, *, wanted: str = "", got: str = "", advice: str = "") -> ContractError:
    """Make an error: ``FILE:LINE: what is wrong. Wanted …, got …. What to do next.``.

    Args:
        place: The file and line.
        wrong: What is wrong, a sentence; its full stop is added.
        wanted: What would be right.
        got: What stands there instead.
        advice: What to do next.

    Returns:
        The error, for the caller to raise.
    """
    contrast = (
        f"Wanted {wanted}, got {got}"
        if wanted and got
        else f"Wanted {wanted}"
        if wanted
        else f"Got {got}"
        if got
        else ""
    )
    sentences = [part if part.endswith((".", "?", "!")) else f"{part}." for part in (wrong, contrast, advice) if part]
    return ContractError(f"{place}: {' '.join(sentences)}")


def shown(value: Any) -> str:
    """A JSON value on one line, cut where it is long; escape sequences are shown, not obeyed."""
    return cut(json.dumps(value, ensure_ascii=True))


def cut(text: str) -> str:
    """Text of at most :data:`LONGEST` characters on one line."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def near(word: str, known: Iterable[str]) -> str:
    """The question ``Did you mean …?``, or the list of what there is, or nothing."""
    names = sorted(known)
    matches = difflib.get_close_matches(word, names, n=3, cutoff=0.6)
    if matches:
        # Words that begin alike are all near; only those as near as the nearest help.
        likeness = {name: difflib.SequenceMatcher(a=name, b=word).ratio() for name in matches}
        matches = [name for name in matches if likeness[name] > likeness[matches[0]] - 0.05]
        return f"Did you mean {' or '.join(matches)}?"
    return f"There is {', '.join(names)}." if names and len(names) <= 12 else ""
