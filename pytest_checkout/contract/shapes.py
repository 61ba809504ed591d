"""The shapes of bodies: the update's fields, the session object, and the body of a failure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_checkout.contract.dialect import check_value, schema_of
from pytest_checkout.contract.model import (
    ErrorShape,
    Field,
    FieldKind,
    ImageLimit,
    Operation,
    SessionField,
    SessionShape,
)
from pytest_checkout.contract.node import Node
from pytest_checkout.contract.operations import Marked, items, json_media
from pytest_checkout.contract.problem import near, problem, shown


def update_fields(schema: Node, update: Operation) -> dict[str, Field]:
    """Read the fields that the update's body may hold.

    Args:
        schema: The schema of the body.
        update: The update operation.

    Returns:
        The fields by name, in the contract's order.

    Raises:
        ContractError: There are none, or what is said of one contradicts itself.
    """
    source = schema.value("externalDocs", "url", default=update.source)
    fields = {name: _field(name, node, source) for name, node in items(schema.get("properties"))}
    if not fields:
        raise problem(schema.place, "The update takes no fields", wanted="a schema with properties")
    return fields


def session_shape(node: Node, id_field: str, id_place: Node) -> SessionShape:
    """Read the session object that the operations answer with.

    Args:
        node: Its schema.
        id_field: The field that holds its id.
        id_place: The part of the contract that says so.

    Returns:
        The session object.

    Raises:
        ContractError: It has no such field.
    """
    fields = {name: _session_field(name, child) for name, child in items(node.get("properties"))}
    if id_field not in fields:
        advice = near(id_field, fields) or "Describe the session's fields in the answer of the update."
        raise problem(id_place.place, f"The session has no field {shown(id_field)} for its id", advice=advice)
    return SessionShape(schema=schema_of(node), id_field=id_field, fields=fields)


def check_effect(found: Marked, session: SessionShape) -> None:
    """Check that what an operation sets are fields of the session, and values that they may have.

    Args:
        found: The operation.
        session: The session object.

    Raises:
        ContractError: One is not.
    """
    for name, value in items(found.node.get("x-checkout-effect")):
        if name not in session.fields:
            raise problem(value.place, f"The session has no field {shown(name)}", advice=near(name, session.fields))
        schema = session.fields[name].schema
        check_value(value.raw, schema, value, f"The session's field {shown(name)} can't have this value")


def error_shape(update: Marked) -> ErrorShape | None:
    """Read the body of a failure.

    Args:
        update: The update operation.

    Returns:
        The shape of its 4XX response, else of its default, else of its first 4xx; ``None`` where none has a schema.

    Raises:
        ContractError: No top-level key tells such a body from a session.
    """
    responses = dict(items(update.node.get("responses")))
    statuses = ["4XX", "default", *(status for status in responses if status.startswith("4"))]
    for status in statuses:
        media = json_media(responses.get(status))
        schema_node = media.get("schema") if media is not None else None
        if media is None or schema_node is None:
            continue
        schema, template = schema_of(schema_node), media.value("x-checkout-template")
        named = template if isinstance(template, dict) else {}
        member = next(iter([*named, *schema.get("required", ()), *schema.get("properties", {})]), None)
        if member is None:
            advice = "Add `required` to its schema, or `x-checkout-template` beside it."
            raise problem(schema_node.place, "The body of a failure has no key that marks it", advice=advice)
        return ErrorShape(schema=schema, template=template, member=member, place=media.place)
    return None


def _field(name: str, node: Node, source: str) -> Field:
    schema = schema_of(node)
    types = _types(schema)
    image = _image(node.get("x-checkout-image"))
    for word, wanted in (("x-checkout-image", "string"), ("x-checkout-merge", "object")):
        said = node.get(word)
        if said is not None and wanted not in types:
            got = shown(schema.get("type"))
            raise problem(
                said.place, f"{word} says nothing of {shown(name)}", wanted=f"a field of type {wanted}", got=got
            )
    return Field(
        name=name,
        kind=_kind(schema, types, image),
        schema=schema,
        accept=schema.get("x-checkout-accept"),
        image=image,
        merges=schema.get("x-checkout-merge", False),
        description=schema.get("description", ""),
        source=node.value("externalDocs", "url", default=source),
        place=node.place,
    )


def _types(schema: Mapping[str, Any]) -> set[str]:
    types = schema.get("type", [])
    return {types} if isinstance(types, str) else set(types)


def _kind(schema: Mapping[str, Any], types: set[str], image: ImageLimit | None) -> FieldKind:
    if "object" in types:
        return "metadata"
    if image is not None:
        return "image"
    if schema.get("format") == "uri":
        return "url"
    closed = "enum" in schema or "const" in schema
    return "text" if types - {"null"} == {"string"} and not closed else "value"


def _image(word: Node | None) -> ImageLimit | None:
    if word is None:
        return None
    accept, refuse = word.value("accept-up-to"), word.value("refuse-above")
    if refuse < accept:
        wanted = f"refuse-above of {accept} or more"
        raise problem(
            word.at(["refuse-above"]).place, "The image's limits contradict each other", wanted=wanted, got=str(refuse)
        )
    return ImageLimit(
        accept_up_to=accept,
        refuse_above=refuse,
        carriers=word.value("carriers"),
        formats=tuple(word.value("formats")),
    )


def _session_field(name: str, node: Node) -> SessionField:
    schema, template = schema_of(node), node.get("x-checkout-template")
    return SessionField(
        name=name,
        schema=schema,
        fixed=schema.get("x-checkout-fixed", False),
        moves=schema.get("x-checkout-moves", False),
        template=template.raw if template is not None else None,
        has_template=template is not None,
    )
