"""The fields of the update's body and of the session object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_checkout.contract.dialect import schema_of
from pytest_checkout.contract.model import Field, FieldKind, ImageLimit, Operation, SessionField, SessionShape
from pytest_checkout.contract.node import Node
from pytest_checkout.contract.problem import near, problem, shown


def update_fields(schema_node: Node, update: Operation) -> dict[str, Field]:
    """The fields that the update's body may hold, in the contract's order."""
    properties = schema_node.get("properties")
    if properties is None or not dict(properties.items()):
        wanted = "a request body of type object with properties"
        raise problem(schema_node.place, "The update takes no fields", wanted=wanted, advice="Describe its fields.")
    return {name: _field(name, node, update) for name, node in properties.items()}


def _field(name: str, node: Node, update: Operation) -> Field:
    schema = schema_of(node)
    schema = schema if isinstance(schema, dict) else {}
    image = _image(node)
    return Field(
        name=name,
        kind=_kind(schema, image),
        schema=schema,
        accept=schema.get("x-checkout-accept"),
        image=image,
        merges=schema.get("x-checkout-merge", False),
        description=schema.get("description", ""),
        source=node.value("externalDocs", "url", default=update.source),
        place=node.place,
    )


def _kind(schema: Mapping[str, Any], image: ImageLimit | None) -> FieldKind:
    types = schema.get("type", ())
    types = {types} if isinstance(types, str) else set(types)
    if image is not None:
        return "image"
    if "object" in types:
        return "metadata"
    if schema.get("format") == "uri":
        return "url"
    if types - {"null"} == {"string"} and "enum" not in schema and "const" not in schema:
        return "text"
    return "value"


def _image(node: Node) -> ImageLimit | None:
    limit = node.get("x-checkout-image")
    if limit is None:
        return None
    accept, refuse = limit.value("accept-up-to"), limit.value("refuse-above")
    if refuse < accept:
        place = limit.at(["refuse-above"]).place
        raise problem(
            place,
            "The image's limits contradict each other",
            wanted=f"refuse-above of {accept} or more",
            got=str(refuse),
        )
    return ImageLimit(
        accept_up_to=accept,
        refuse_above=refuse,
        carriers=limit.value("carriers"),
        formats=tuple(limit.value("formats")),
    )


def session_shape(node: Node, id_field: str, id_place: Node) -> SessionShape:
    """The session object that the operations answer with."""
    properties = node.get("properties")
    found = {name: _session_field(name, child) for name, child in properties.items()} if properties is not None else {}
    if id_field not in found:
        advice = near(id_field, found) or "Describe the session's fields in the response of the update."
        raise problem(id_place.place, f"The session has no field {shown(id_field)} for its id", advice=advice)
    return SessionShape(schema=schema_of(node), id_field=id_field, fields=found)


def _session_field(name: str, node: Node) -> SessionField:
    schema = schema_of(node)
    template = node.get("x-checkout-template")
    schema = schema if isinstance(schema, dict) else {}
    return SessionField(
        name=name,
        schema=schema,
        fixed=schema.get("x-checkout-fixed", False),
        moves=schema.get("x-checkout-moves", False),
        template=template.raw if template is not None else None,
        has_template=template is not None,
    )
