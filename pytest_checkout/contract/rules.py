"""What a contract says is refused, as rules with a sentence, a level, a source and a place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_checkout.contract.model import Field, Level, Operation, Rule, Versions
from pytest_checkout.contract.node import Node
from pytest_checkout.contract.problem import near, problem, shown


def rules(
    schema_node: Node, fields: Mapping[str, Field], update: Operation, versions: Versions | None
) -> tuple[Rule, ...]:
    """The rules of the update: of exclusion first, then of each field, then of the version."""
    found = [*_exclusive(schema_node, fields, update)]
    for field in fields.values():
        node = schema_node.get("properties", field.name)
        assert node is not None
        found += _of_field(field, node)
    if versions is not None:
        sentence = f"A version in {versions.header} that is not known is refused."
        found.append(
            Rule(
                kind="version", fields=(), sentence=sentence, level="should", source=update.source, place=versions.place
            )
        )
    return tuple(found)


def _exclusive(schema_node: Node, fields: Mapping[str, Field], update: Operation) -> Iterator[Rule]:
    for node in _negations(schema_node):
        required = node.get("required")
        if required is None:
            continue
        names = tuple(required.target.raw)
        for index, name in enumerate(names):
            if name not in fields:
                place = required.target.below(index).place
                raise problem(
                    place,
                    f"This rule speaks of {shown(name)}, and the update has no such field",
                    advice=near(name, fields),
                )
        if len(names) < 2:  # noqa: PLR2004 - one field excludes nothing
            raise problem(
                required.place, "A rule of exclusion names one field", wanted="two fields or more", got=shown(names)
            )
        sentence = node.value("description") or f"{' and '.join(names)} may not be used together in a request."
        yield Rule(
            kind="exclusive",
            fields=names,
            sentence=sentence,
            level=_level(node, "must"),
            source=node.value("externalDocs", "url") or schema_node.value("externalDocs", "url") or update.source,
            place=node.place,
        )


def _negations(schema_node: Node) -> Iterator[Node]:
    top = schema_node.get("not")
    if top is not None:
        yield top
    parts = schema_node.get("allOf")
    for part in parts.elements() if parts is not None else ():
        negation = part.get("not")
        if negation is not None:
            yield negation


def _of_field(field: Field, node: Node) -> Iterator[Rule]:
    name = field.name

    def rule(kind: str, sentence: str, level: Level) -> Rule:
        return Rule(kind=kind, fields=(name,), sentence=sentence, level=level, source=field.source, place=field.place)

    if field.kind in {"text", "url", "image"}:
        yield rule("type", f"A value of another JSON type than string is refused in {name}.", "must")
    if field.kind == "url":
        yield rule("url", f"What is no absolute http or https URL is refused in {name}.", _level(node, "should"))
    if field.image is not None:
        sentence = f"An image of more than {field.image.refuse_above:,} bytes is refused in {name}."
        yield rule("image_size", field.description or sentence, _level(node, "must"))
        yield rule("image_content", f"What is no image is refused in {name}.", "should")
    if field.kind == "metadata":
        yield rule("metadata_type", f"What is no object is refused in {name}.", "should")


def _level(node: Node, usual: Level) -> Level:
    level: Any = node.value("x-checkout-level", default=usual)
    return "must" if level == "must" else "should"
