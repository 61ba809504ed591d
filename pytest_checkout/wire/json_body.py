"""A body as JSON (RFC 8259), with what is wrong where it is none."""

from __future__ import annotations

import json
from typing import Any

from pytest_checkout.exchange import ABSENT, NOT_JSON

#: A body of more values is not parsed: each costs fifty times the bytes that it took to send.
MOST_VALUES = 500_000


def parsed(body: bytes) -> tuple[Any, str]:  # noqa: PLR0911 - one line for each thing that can be wrong
    """The JSON value of a body, or :data:`ABSENT` and in words why there is none (RFC 8259)."""
    if not body:
        return ABSENT, "the body is empty"
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return ABSENT, f"the body is not UTF-8 (byte {error.start})"
    if sum(map(body.count, (b",", b"[", b"{"))) > MOST_VALUES:
        return ABSENT, f"the body may hold more than {MOST_VALUES:,} values"
    try:
        return json.loads(text, parse_constant=_no_constant), ""
    except RecursionError:
        return ABSENT, "the body is nested too deeply"
    except json.JSONDecodeError as error:
        return ABSENT, f"{NOT_JSON} ({error.msg} at character {error.pos})"
    except _NoConstant as error:
        return ABSENT, f"{NOT_JSON} ({error} is no JSON number)"
    except ValueError:
        return _with_huge_numbers(text)


def _with_huge_numbers(text: str) -> tuple[Any, str]:
    try:
        return json.loads(text, parse_int=float), ""
    except (ValueError, RecursionError):
        return ABSENT, "the body holds a number of too many digits"


class _NoConstant(ValueError):
    pass


def _no_constant(name: str) -> Any:
    raise _NoConstant(name)
