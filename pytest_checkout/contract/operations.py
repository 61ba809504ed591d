"""The operations of a contract that play a part."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from pytest_checkout.contract.dialect import check_value, schema_of
from pytest_checkout.contract.model import Operation, Role
from pytest_checkout.contract.node import Node
from pytest_checkout.contract.problem import near, problem, shown

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_JSON_MEDIA_TYPE = re.compile(r"^application/(?:json|[\w.+-]+\+json)\s*(?:;.*)?$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Marked:
    """An operation that carries ``x-checkout-operation``, with the path item that it stands in."""

    item: Node
    node: Node
    method: str
    path: str
    role: Role = "update"

    @property
    def parameters(self) -> dict[tuple[str, str], Node]:
        """The parameters by place and name; the operation's own replace those of its path."""
        found: dict[tuple[str, str], Node] = {}
        for holder in (self.item, self.node):
            listed = holder.get("parameters")
            for parameter in listed.elements() if listed is not None else ():
                found[parameter.value("in"), parameter.value("name")] = parameter
        return found

    @property
    def request(self) -> Node | None:
        """The schema of the JSON body that it takes."""
        media = json_media(self.node.get("requestBody"))
        return media.get("schema") if media is not None else None

    @property
    def answer(self) -> Node | None:
        """The schema of what it answers on success: of its first 2xx response that has a JSON body."""
        for status, response in items(self.node.get("responses")):
            media = json_media(response)
            if status.startswith("2") and media is not None:
                return media.get("schema")
        return None


def marked(root: Node) -> dict[Role, Marked]:
    """Find the operations that carry ``x-checkout-operation``.

    Args:
        root: The document.

    Returns:
        The operations by the part that they play.

    Raises:
        ContractError: None is the update, or two play the same part.
    """
    found: dict[Role, Marked] = {}
    for candidate in _operations(root):
        word = candidate.node.get("x-checkout-operation")
        if word is None:
            continue
        role = cast("Role", word.raw)
        if role in found:
            wrong = f"A second operation is marked {role}, beside the one at {found[role].node.place}"
            raise problem(word.place, wrong, advice="Keep one of the two marks.")
        found[role] = replace(candidate, role=role)
    if "update" not in found:
        advice = "Add `x-checkout-operation: update` to the operation that updates a session."
        raise problem(root.at(["paths"]).place, "No operation is marked as the update", advice=advice)
    return found


def operation(found: Marked, *, source: str) -> Operation:
    """Read one operation, and hold its examples against its schema.

    Args:
        found: Where it stands.
        source: The address of the documentation, where the operation names none.

    Returns:
        The operation.

    Raises:
        ContractError: An example contradicts the schema, or the path does not fit the part that it plays.
    """
    node = found.node
    media = json_media(node.get("requestBody"))
    schema = schema_of(found.request) if found.request is not None else None
    examples = dict(_examples(media)) if media is not None else {}
    for example in examples.values() if schema is not None else ():
        check_value(example.raw, schema, example, f"The example contradicts the schema of the {found.role}'s request")
    return Operation(
        role=found.role,
        operation_id=node.value("operationId", default=f"{found.method} {found.path}"),
        method=found.method,
        path=found.path,
        id_parameter=_id_parameter(found),
        request_schema=schema,
        examples={name: example.raw for name, example in examples.items()},
        responses=dict(_responses(node)),
        effect=node.value("x-checkout-effect", default={}),
        source=node.value("externalDocs", "url", default=source),
        place=node.place,
    )


def id_field(create: Marked | None, update: Operation, session: Node) -> tuple[str, Node]:
    """Find the session's field that holds its id.

    Args:
        create: The create operation.
        update: The update operation.
        session: The schema of the session.

    Returns:
        The field that the create operation's links name (``$response.body#/id``), otherwise the field whose template
        differs from session to session, otherwise ``id``; and the part of the contract that says so.
    """
    for _, response in items(create.node.get("responses") if create is not None else None):
        for _, link in items(response.get("links")):
            for name, value in items(link.get("parameters")):
                expression = str(value.raw)
                if name.rpartition(".")[2] == update.id_parameter and expression.startswith("$response.body#/"):
                    return expression.removeprefix("$response.body#/").replace("~1", "/").replace("~0", "~"), value
    for name, field in items(session.get("properties")):
        template = field.value("x-checkout-template")
        if isinstance(template, str) and "*" in template and field.get("pattern") is not None:
            return name, field
    return "id", session.target


def check_links(root: Node, create: Marked) -> None:
    """Check that the create operation's links lead to operations that are there, and fill parameters that they have.

    Args:
        root: The document.
        create: The create operation.

    Raises:
        ContractError: One does not.
    """
    by_id = {found.node.value("operationId"): found for found in _operations(root)}
    for _, response in items(create.node.get("responses")):
        for _, link in items(response.get("links")):
            target = link.value("operationId")
            if target is None:
                continue
            if target not in by_id:
                advice = near(str(target), (str(name) for name in by_id if name))
                raise problem(
                    link.at(["operationId"]).place, f"This link leads to no operation: {shown(target)}", advice=advice
                )
            known = {str(name) for _, name in by_id[target].parameters}
            for name, value in items(link.get("parameters")):
                if name.rpartition(".")[2] not in known:
                    wrong = f"This link fills the parameter {shown(name)}, which {target} does not have"
                    raise problem(value.place, wrong, advice=near(name, known))


def json_media(holder: Node | None) -> Node | None:
    """Find the JSON media type of a request body or a response."""
    media = items(holder.get("content") if holder is not None else None)
    return next((node for name, node in media if _JSON_MEDIA_TYPE.match(name)), None)


def items(node: Node | None) -> Iterator[tuple[str, Node]]:
    """Walk through a mapping that may be missing."""
    return node.items() if node is not None else iter(())


def _operations(root: Node) -> Iterator[Marked]:
    for path, item in items(root.get("paths")):
        for method in METHODS if path.startswith("/") else ():
            node = item.get(method)
            if node is not None:
                yield Marked(item=item, node=node, method=method.upper(), path=path)


def _id_parameter(found: Marked) -> str | None:
    names: list[str] = re.findall(r"\{([^{}]+)\}", found.path)
    place = found.node.place
    if found.role == "create":
        if names:
            wanted = "a path without parameters"
            raise problem(
                place, f"The create operation's path needs {shown(names[0])}", wanted=wanted, got=shown(found.path)
            )
        return None
    if len(names) != 1:
        wanted = "one parameter, such as {id}"
        raise problem(
            place, f"The {found.role} operation's path names no session", wanted=wanted, got=shown(found.path)
        )
    return names[0]


def _examples(media: Node) -> Iterator[tuple[str, Node]]:
    single = media.get("example")
    if single is not None:
        yield "example", single
    for name, example in items(media.get("examples")):
        value = example.get("value")
        if value is not None:
            yield name, value


def _responses(node: Node) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for status, response in items(node.get("responses")):
        media = json_media(response)
        schema = media.get("schema") if media is not None else None
        yield status, schema_of(schema) if schema is not None else {}
