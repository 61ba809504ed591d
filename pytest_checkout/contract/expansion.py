"""A schema with every ``$ref`` replaced by what it leads to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytest_checkout.contract.document import DEEPEST
from pytest_checkout.contract.node import Node, circle
from pytest_checkout.contract.problem import problem

#: More parts than this in one schema are refused.
MOST_PARTS = 100_000
#: Below these keys of a schema stand values, in which ``$ref`` is a key like any other.
DATA = frozenset({"const", "enum", "default", "example", "examples", "x-checkout-template", "x-checkout-effect"})
#: Below these keys of a schema stand names, of which one may be ``$ref`` or ``default``.
NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
#: Keywords that say nothing about validity: beside a ``$ref`` they stand instead of those it leads to.
ANNOTATIONS = frozenset(
    {
        "title",
        "description",
        "summary",
        "default",
        "example",
        "examples",
        "deprecated",
        "externalDocs",
        "readOnly",
        "writeOnly",
    }
)


def expanded(node: Node) -> Any:
    """Replace every ``$ref`` of a schema by what it leads to.

    Args:
        node: The schema.

    Returns:
        A schema that refers to nothing outside itself.

    Raises:
        ContractError: A ``$ref`` leads nowhere or into itself, or the whole becomes too large.
    """
    return _Expansion().expand(node, ())


class _Expansion:
    def __init__(self) -> None:
        self.parts = 0

    def expand(self, node: Node, around: tuple[tuple[Path, str], ...]) -> Any:
        """The schema at ``node``; ``around`` are the parts that it was reached through."""
        if node.identity in around:
            raise circle(node, node.pointer)
        if len(around) > DEEPEST:
            raise problem(node.place, "Its references nest this schema too deep", wanted=f"at most {DEEPEST} levels")
        self._count(node)
        raw, inside = node.raw, (*around, node.identity)
        if isinstance(raw, list):
            return [self.expand(node.below(index), inside) for index in range(len(raw))]
        if not isinstance(raw, dict):
            return raw
        own = {key: self._member(node, key, inside) for key in raw if key != "$ref" or node.reference is None}
        if node.reference is None:
            return own
        following = node.follow()
        if following.identity in inside:
            raise circle(node, node.reference)
        target = self.expand(following, inside)
        return merged(target, own) if own else target

    def _member(self, node: Node, key: str, inside: tuple[tuple[Path, str], ...]) -> Any:
        child = node.below(key)
        raw = child.raw
        if key in DATA:
            self._count(node)
            return raw
        if key in NAMED and isinstance(raw, dict):
            return {name: self.expand(child.below(name), inside) for name in raw}
        return self.expand(child, inside)

    def _count(self, node: Node) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise problem(
                node.place, "Its references make this schema too large", wanted=f"at most {MOST_PARTS:,} parts"
            )


def merged(target: Any, beside: dict[str, Any]) -> Any:
    """Join a schema and the keywords beside the ``$ref`` that led to it.

    Both hold (JSON Schema 2020-12, section 8.2.3.1).
    """
    if not isinstance(target, dict):
        return beside if target is True else target
    whole, conflicts = dict(target), {}
    for key, value in beside.items():
        if key not in target or key in ANNOTATIONS or key.startswith("x-") or target[key] == value:
            whole[key] = value
        elif key == "required" and isinstance(value, list) and isinstance(target[key], list):
            whole[key] = [*target[key], *(name for name in value if name not in target[key])]
        elif (
            key in NAMED
            and isinstance(value, dict)
            and isinstance(target[key], dict)
            and not set(value) & set(target[key])
        ):
            whole[key] = {**target[key], **value}
        else:
            conflicts[key] = value
    if conflicts:
        whole["allOf"] = [*whole.get("allOf", []), conflicts]
    return whole
