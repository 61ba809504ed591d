"""What a contract says is refused, as rules with a sentence, a level, a source and a place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pytest_checkout.contract.model import Field, Level, Operation, Rule, Versions
from pytest_checkout.contract.node import Node
from pytest_checkout.contract.problem import near, problem, shown

#: What may stand beside ``required`` in a rule of exclusion; with more the rule would depend on values.
_BESIDE = frozenset({"required", "title", "description", "externalDocs", "$comment", "type"})


def rules(
    schema: Node,
    fields: Mapping[str, Field],
    update: Operation,
    versions: Versions | None,
) -> tuple[Rule, ...]:
    """Read the rules of the update: of exclusion first, then of each field, then of the version.

    Args:
        schema: The schema of the update's body.
        fields: Its fields.
        update: The update operation.
        versions: The header that chooses the API version.

    Returns:
        The rules.

    Raises:
        ContractError: A rule speaks of a field that is not there.
    """
    found = [*_exclusive(schema, fields, update)]
    for field in fields.values():
        found += _of_field(field, schema.at(["properties", field.name]))
    if versions is not None:
        found.append(
            Rule(
                kind="version",
                fields=(),
                sentence=f"A {versions.header} that is no known version is refused.",
                level="should",
                source=update.source,
                place=versions.place,
            )
        )
    return tuple(found)


def _exclusive(schema: Node, fields: Mapping[str, Field], update: Operation) -> Iterator[Rule]:
    for node in _negations(schema):
        required = node.get("required")
        if required is None or not all(key in _BESIDE or key.startswith("x-") for key, _ in node.items()):
            continue
        names: tuple[str, ...] = tuple(required.raw)
        for index, name in enumerate(names):
            if name not in fields:
                place = required.below(index).place
                wrong = f"This rule speaks of {shown(name)}, a field that the update does not have"
                raise problem(place, wrong, advice=near(name, fields))
        if len(names) < 2:
            raise problem(
                required.place, "This rule excludes nothing", wanted="two fields or more", got=shown(list(names))
            )
        yield Rule(
            kind="exclusive",
            fields=names,
            sentence=node.value("description") or f"{' and '.join(names)} may not be used together in a request.",
            level=_level(node, "must"),
            source=node.value("externalDocs", "url") or schema.value("externalDocs", "url") or update.source,
            place=node.place,
        )


def _negations(schema: Node) -> Iterator[Node]:
    parts = schema.get("allOf")
    for part in (schema, *(parts.elements() if parts is not None else ())):
        negation = part.get("not")
        if negation is not None:
            yield negation


def _of_field(field: Field, node: Node) -> Iterator[Rule]:
    name = field.name

    def rule(kind: str, sentence: str, level: Level) -> Rule:
        return Rule(kind=kind, fields=(name,), sentence=sentence, level=level, source=field.source, place=field.place)

    if field.kind in {"text", "url", "image"}:
        level = _level(node, "must") if field.kind == "text" else "must"
        yield rule("type", f"A value of another JSON type than string is refused in {name}.", level)
    if field.kind == "url":
        yield rule("url", f"What is no absolute http or https URL is refused in {name}.", _level(node, "should"))
    if field.image is not None:
        sentence = (
            field.description or f"An image of more than {field.image.refuse_above:,} bytes is refused in {name}."
        )
        usual: Level = "must" if "must" in field.image.carriers.values() else "should"
        yield rule("image_size", sentence, _level(node, usual))
        yield rule("image_content", f"What is no image is refused in {name}.", "should")
    if field.kind == "metadata":
        yield rule("metadata_type", f"What is no object is refused in {name}.", _level(node, "should"))


def _level(node: Node, usual: Level) -> Level:
    level: Level = node.value("x-checkout-level", default=usual)
    return level
