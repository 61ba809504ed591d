"""What stands where in an OpenAPI document (https://spec.openapis.org/oas/v3.1.1#schema-0).

Each kind of object maps its keys to the kind below them: ``[kind]`` is a list, ``{kind}`` a mapping by name, and ``*``
any key that is no extension. What is not in the table is data, in which ``$ref`` is a key like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from pytest_checkout.contract.expansion import DATA, NAMED
from pytest_checkout.contract.node import Node, circle

_BODY = {"schema": "schema", "content": "{media type}", "examples": "{example}"}
GRAMMAR: dict[str, dict[str, str]] = {
    "document": {"paths": "paths", "webhooks": "{path item}", "components": "components"},
    "paths": {"*": "path item"},
    "components": {
        "schemas": "{schema}",
        "responses": "{response}",
        "parameters": "{parameter}",
        "examples": "{example}",
        "requestBodies": "{request body}",
        "headers": "{header}",
        "securitySchemes": "{security scheme}",
        "links": "{link}",
        "callbacks": "{callback}",
        "pathItems": "{path item}",
    },
    "path item": {
        **dict.fromkeys(("get", "put", "post", "delete", "options", "head", "patch", "trace"), "operation"),
        "parameters": "[parameter]",
    },
    "operation": {
        "parameters": "[parameter]",
        "requestBody": "request body",
        "responses": "responses",
        "callbacks": "{callback}",
    },
    "parameter": _BODY,
    "header": _BODY,
    "request body": {"content": "{media type}"},
    "media type": {"schema": "schema", "examples": "{example}", "encoding": "{encoding}"},
    "encoding": {"headers": "{header}"},
    "responses": {"*": "response"},
    "response": {"headers": "{header}", "content": "{media type}", "links": "{link}"},
    "callback": {"*": "path item"},
    "schema": {
        **dict.fromkeys(NAMED, "{schema}"),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "[schema]"),
        **dict.fromkeys(("items", "contains", "additionalProperties", "propertyNames"), "schema"),
        **dict.fromkeys(("not", "if", "then", "else", "contentSchema"), "schema"),
        **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties", "x-checkout-accept"), "schema"),
    },
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """An object of the document and its kind; ``whole`` unless it is a schema inside another."""

    kind: str
    node: Node
    whole: bool


def parts(root: Node) -> Iterator[Part]:
    """Walk through every object of the document and of the files that it refers to, each once.

    Args:
        root: The document.

    Yields:
        The objects, each before what is in it.

    Raises:
        ContractError: A ``$ref`` can't be followed.
    """
    waiting = [Part(kind="document", node=root, whole=True)]
    seen: set[tuple[str, Path, str]] = set()
    while waiting:
        part = waiting.pop()
        key = (part.kind, *part.node.identity)
        raw = part.node.raw
        if key in seen or not isinstance(raw, dict | list):
            continue
        seen.add(key)
        if isinstance(raw, dict) and part.kind[0] not in "[{":
            yield part
        waiting += reversed([*_inside(part, raw)])


def _inside(part: Part, raw: dict[str, Any] | list[Any]) -> Iterator[Part]:
    for name in raw if isinstance(raw, dict) else range(len(raw)):
        kind = _kind_below(part.kind, name)
        if kind is not None:
            whole = part.kind.strip("[{}]") != "schema" or name == "x-checkout-accept"
            yield Part(kind=kind, node=part.node.below(name), whole=whole)
    if part.kind[0] not in "[{" and part.node.reference is not None:
        yield Part(kind=part.kind, node=part.node.chain()[1], whole=True)


def bundled(root: Node) -> Any:
    """Copy the document, with what each ``$ref`` leads to in its place.

    A ``$ref`` of a schema stays, for schemas may refer to themselves; it becomes an absolute URI.

    Args:
        root: The document.

    Returns:
        The copy.

    Raises:
        ContractError: A ``$ref`` can't be followed, or leads back into itself.
    """
    return _bundled("document", root, ())


def _bundled(kind: str | None, node: Node, around: tuple[tuple[Path, str], ...]) -> Any:
    if kind is None:
        return node.raw
    if kind == "schema":
        return _absolute(node.raw, node.document.path.resolve().as_uri())
    end = node.target
    if end.identity in around:
        raise circle(node, node.reference or end.pointer)
    inside = (*around, end.identity)
    if isinstance(end.raw, dict):
        return {name: _bundled(_kind_below(kind, name), child, inside) for name, child in node.items()}
    if isinstance(end.raw, list):
        return [_bundled(_kind_below(kind, index), end.below(index), inside) for index in range(len(end.raw))]
    return end.raw


def _absolute(schema: Any, base: str) -> Any:
    if isinstance(schema, list):
        return [_absolute(item, base) for item in schema]
    if not isinstance(schema, dict):
        return schema
    copy: dict[str, Any] = {}
    for key, value in schema.items():
        if key in NAMED and isinstance(value, dict):
            copy[key] = {name: _absolute(inner, base) for name, inner in value.items()}
        elif key == "$ref" and isinstance(value, str):
            copy[key] = urljoin(base, value)
        else:
            copy[key] = value if key in DATA else _absolute(value, base)
    return copy


def _kind_below(kind: str, name: str | int) -> str | None:
    if kind[0] in "[{":
        fits = isinstance(name, int) == (kind[0] == "[")
        return kind[1:-1] if fits else None
    known = GRAMMAR.get(kind, {})
    if "*" in known:
        return None if str(name).startswith("x-") else known["*"]
    return known.get(str(name))
