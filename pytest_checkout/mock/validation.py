"""What the mock knows of values, by its own means.

Nothing here is shared with the checks that judge an API, and no JSON Schema library is asked: a mistake in one of them
must not be hidden by the same mistake here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

DEEPEST = 100

_JSON_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: isinstance(value, int | float) and not isinstance(value, bool) and value % 1 == 0,
}

_URL = re.compile(
    r"https?://"
    r"(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?"
    r"(?:\[[0-9A-Fa-f:.]+\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)"
    r"(?::[0-9]{0,5})?"
    r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?"
    r"(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
    r"(?:#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?",
    re.IGNORECASE,
)


class NotJSONError(ValueError):
    """The bytes are no JSON that the mock takes; the message says why."""


def read_json(data: bytes) -> Any:
    """Read JSON (RFC 8259).

    Args:
        data: The bytes of a body.

    Returns:
        The value; lone surrogates stay as they are.

    Raises:
        NotJSONError: It is no UTF-8, no JSON, holds a number that can't be kept, or is nested too deep.

    """
    try:
        value = json.loads(data.decode("utf-8"), parse_constant=_no_constant, parse_float=_finite)
    except UnicodeDecodeError as error:
        raise NotJSONError("the body is not UTF-8") from error
    except RecursionError as error:
        raise NotJSONError("the body is nested too deep") from error
    except NotJSONError:
        raise
    except ValueError as error:
        raise NotJSONError("the body is no JSON") from error
    if _depth(value) > DEEPEST:
        raise NotJSONError("the body is nested too deep")
    return value


def _no_constant(name: str) -> Any:
    raise NotJSONError(f"{name} is no JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotJSONError("a number is too large")
    return number


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return depth


def is_http_url(text: str) -> bool:
    """Whether the text is an absolute http(s) URL of RFC 3986 with a host, and nothing else around it."""
    return _URL.fullmatch(text) is not None


def is_http_iri(text: str) -> bool:
    """Whether the text is such a URL, characters beyond ASCII allowed (RFC 3987)."""
    return is_http_url("".join(letter if letter.isascii() or not letter.isprintable() else "x" for letter in text))


def resolve(schema: Any, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a schema's ``$ref`` inside the document; words beside it stay."""
    found: Mapping[str, Any] = schema if isinstance(schema, Mapping) else {}
    while isinstance(reference := found.get("$ref"), str) and reference.startswith("#/"):
        target: Any = document
        for part in reference[2:].split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        found = {**target, **{word: value for word, value in found.items() if word != "$ref"}}
    return found


def complaint(value: Any, schema: Mapping[str, Any]) -> str | None:
    """What is wrong with a value by the plain words of its schema, or ``None``."""
    types = schema.get("type")
    if types is not None:
        names = [types] if isinstance(types, str) else list(types)
        if not any(_JSON_TYPES[name](value) for name in names):
            return f"must be of type {' or '.join(names)}"
    if "enum" in schema and value not in schema["enum"]:
        return "must be one of the documented values"
    if isinstance(value, str):
        return _text_complaint(value, schema)
    if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        return next(
            (f"holds an item that {said}" for item in value if (said := complaint(item, schema["items"]))),
            None,
        )
    if _JSON_TYPES["number"](value) and "minimum" in schema and value < schema["minimum"]:
        return f"must be at least {schema['minimum']}"
    return None


def _text_complaint(text: str, schema: Mapping[str, Any]) -> str | None:
    if len(text) < schema.get("minLength", 0):
        return "is too short"
    if "maxLength" in schema and len(text) > schema["maxLength"]:
        return "is too long"
    if "pattern" in schema and re.search(schema["pattern"], text) is None:
        return "has another form than documented"
    return None
