"""The operations of a contract that play a part, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from pytest_checkout.contract.dialect import check_value, schema_of
from pytest_checkout.contract.model import JSON, ErrorShape, KeyKind, Operation, Role, Security, Versions
from pytest_checkout.contract.node import Node
from pytest_checkout.contract.problem import near, problem, shown

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_JSON_MEDIA_TYPE = re.compile(r"^application/(?:json|[\w.+-]+\+json)\s*(?:;.*)?$", re.IGNORECASE)


def marked(root: Node) -> dict[Role, tuple[Node, Node, str, str]]:
    """The operations that carry ``x-checkout-operation``: path item, operation, method and path by part.

    Raises:
        ContractError: None is the update, or two play the same part.
    """
    found: dict[Role, tuple[Node, Node, str, str]] = {}
    for path, item in _items(root.get("paths")):
        for method in METHODS:
            operation = item.get(method)
            role = operation.value("x-checkout-operation") if operation is not None else None
            if operation is None or role is None:
                continue
            if role in found:
                place, before = operation.at(["x-checkout-operation"]).place, found[role][1].place
                raise problem(
                    place,
                    f"A second operation is marked {role}, beside the one on line {before.line}",
                    advice="Keep one of the marks.",
                )
            found[cast(Role, role)] = (item, operation, method.upper(), path)
    if "update" not in found:
        advice = "Add `x-checkout-operation: update` to the operation that updates a session."
        raise problem(root.at(["paths"]).place, "No operation is marked as the update", advice=advice)
    return found


def operation(role: Role, found: tuple[Node, Node, str, str], *, source: str) -> Operation:
    """One operation, after its examples were held against its schema."""
    item, node, method, path = found
    media = json_media(node.get("requestBody"))
    schema_node = media.get("schema") if media is not None else None
    schema = schema_of(schema_node) if schema_node is not None else None
    examples = dict(_examples(media)) if media is not None else {}
    for example in examples.values() if schema is not None else ():
        check_value(example.target.raw, schema, example, f"The example contradicts the schema of the {role}'s request")
    return Operation(
        role=role,
        operation_id=node.value("operationId", default=f"{method} {path}"),
        method=method,
        path=path,
        id_parameter=_id_parameter(role, item, node, path),
        request_schema=schema,
        examples={name: example.target.raw for name, example in examples.items()},
        responses=dict(_responses(node)),
        effect=node.value("x-checkout-effect", default={}),
        source=node.value("externalDocs", "url", default=source),
        place=node.place,
    )


def json_media(holder: Node | None) -> Node | None:
    """The JSON media type of a request body or a response."""
    for name, media in _items(holder.get("content") if holder is not None else None):
        if _JSON_MEDIA_TYPE.match(name):
            return media
    return None


def parameters(item: Node, node: Node) -> dict[tuple[str, str], Node]:
    """An operation's parameters by place and name; its own come before those of its path."""
    found: dict[tuple[str, str], Node] = {}
    for holder in (item, node):
        listed = holder.get("parameters")
        for parameter in listed.elements() if listed is not None else ():
            found[parameter.value("in"), parameter.value("name")] = parameter
    return found


def success(node: Node) -> Node | None:
    """The response of a success: the first 2xx that has a JSON body."""
    for status, response in _items(node.get("responses")):
        if status.startswith("2") and json_media(response) is not None:
            return response
    return None


def id_field(create: Node | None, update_parameter: str | None, session: Node) -> str:
    """The session's field that holds its id.

    The create operation's links say so (``$response.body#/id``); otherwise it is the field whose template differs from
    session to session, otherwise ``id``.
    """
    if create is not None:
        for _, response in _items(create.get("responses")):
            for _, link in _items(response.get("links")):
                for name, value in _items(link.get("parameters")):
                    expression = str(value.target.raw)
                    if name.rpartition(".")[2] == update_parameter and expression.startswith("$response.body#/"):
                        return expression.removeprefix("$response.body#/").replace("~1", "/").replace("~0", "~")
    for name, field in _items(session.get("properties")):
        template = field.value("x-checkout-template")
        if isinstance(template, str) and "*" in template and field.get("pattern") is not None:
            return name
    return "id"


def error_shape(node: Node) -> ErrorShape | None:
    """The body of a failure, from the operation's 4XX response, its default, or its first 4xx."""
    responses = dict(_items(node.get("responses")))
    chosen = [
        responses.get("4XX"),
        responses.get("default"),
        *(responses[key] for key in responses if key.startswith("4")),
    ]
    for response in chosen:
        media = json_media(response)
        schema_node = media.get("schema") if media is not None else None
        if media is None or schema_node is None:
            continue
        schema, template = schema_of(schema_node), media.value("x-checkout-template")
        names = [
            *(template if isinstance(template, dict) else ()),
            *schema.get("required", ()),
            *schema.get("properties", ()),
        ]
        if not names:
            advice = "Add `x-checkout-template` beside the schema, or `required` to it."
            raise problem(schema_node.place, "The body of a failure has no member that marks it", advice=advice)
        return ErrorShape(schema=schema, template=template, member=names[0], place=media.place)
    return None


def security(root: Node, node: Node) -> Security | None:
    """How the update's requests are authenticated; ``None`` where they are not."""
    needed = node.get("security") or root.get("security")
    for requirement in needed.elements() if needed is not None else ():
        for name, _ in requirement.items():
            scheme = root.get("components", "securitySchemes", name)
            if scheme is None:
                known = near(name, dict(_items(root.get("components", "securitySchemes"))))
                raise problem(
                    requirement.place,
                    f"There is no security scheme {shown(name)}",
                    advice=known or "Add it under components.",
                )
            return _security(scheme)
    return None


def _security(scheme: Node) -> Security:
    kind = (scheme.value("type"), str(scheme.value("scheme", default="")).lower(), scheme.value("in"))
    keys = scheme.get("x-checkout-keys")
    secret = _key(keys.get("secret") if keys is not None else None)
    publishable_node = keys.get("publishable") if keys is not None else None
    publishable = _key(publishable_node) if publishable_node is not None else None
    match kind:
        case ("http", "basic", _):
            return Security(scheme="basic", header="Authorization", secret=secret, publishable=publishable)
        case ("http", "bearer", _):
            return Security(scheme="bearer", header="Authorization", secret=secret, publishable=publishable)
        case ("apiKey", _, "header"):
            return Security(scheme="header", header=scheme.value("name"), secret=secret, publishable=publishable)
    wanted = "http basic, http bearer, or an apiKey in a header"
    got = " ".join(str(part) for part in kind if part)
    raise problem(scheme.place, "Keys can't be sent by this security scheme", wanted=wanted, got=got)


def _key(node: Node | None) -> KeyKind:
    template = node.value("template") if node is not None else None
    live = node.value("live") if node is not None else None
    return KeyKind(template=template or "key_" + "*" * 24, live=re.compile(live) if live is not None else None)


def versions(item: Node, node: Node, session: Mapping[str, Any]) -> Versions | None:
    """The header of the update that chooses the API version."""
    for (where, name), parameter in parameters(item, node).items():
        rule = parameter.get("x-checkout-version")
        if rule is None:
            continue
        if where != "header":
            raise problem(
                rule.place, "The version is chosen by a header", wanted="a parameter in: header", got=f"in: {where}"
            )
        names = parameter.value("schema", "enum")
        if not isinstance(names, list) or not all(isinstance(entry, str) for entry in names):
            raise problem(
                rule.place,
                "The versions are not listed",
                wanted="an enum of texts in the parameter's schema",
                got=shown(names),
            )
        field, shows = rule.value("field"), rule.value("shows", default={})
        if field is not None and field not in session:
            advice = near(field, session)
            raise problem(rule.at(["field"]).place, f"The session has no field {shown(field)}", advice=advice)
        for version in shows:
            if version not in names:
                place = rule.at(["shows", version]).place
                raise problem(
                    place,
                    f"{shown(version)} is none of the versions",
                    wanted=f"one of {shown(names)}",
                    advice="Put it in quotes, or add it to the enum.",
                )
        default = parameter.value("schema", "default")
        return Versions(
            header=name,
            names=tuple(names),
            default=default,
            field=field,
            shows={version: tuple(values) for version, values in shows.items()},
            place=rule.place,
        )
    return None


def _id_parameter(role: Role, item: Node, node: Node, path: str) -> str | None:
    templated = re.findall(r"\{([^{}]+)\}", path)
    if role == "create":
        if templated:
            raise problem(
                node.place,
                f"The create operation's path holds {shown(templated[0])}",
                wanted="a path without parameters",
                got=shown(path),
            )
        return None
    if len(templated) != 1:
        raise problem(
            node.place,
            f"The {role} operation's path does not name one session",
            wanted="one parameter, such as {id}",
            got=shown(path),
        )
    if ("path", templated[0]) not in parameters(item, node):
        wrong = f"The parameter {shown(templated[0])} of the path is not described"
        raise problem(node.place, wrong, wanted=f"a parameter with name: {templated[0]} and in: path")
    return templated[0]


def _examples(media: Node) -> Iterator[tuple[str, Node]]:
    single = media.get("example")
    if single is not None:
        yield "example", single
    for name, example in _items(media.get("examples")):
        value = example.get("value")
        if value is not None:
            yield name, value


def _responses(node: Node) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for status, response in _items(node.get("responses")):
        media = json_media(response)
        schema_node = media.get("schema") if media is not None else None
        yield status, schema_of(schema_node) if schema_node is not None else {}


def _items(node: Node | None) -> Iterator[tuple[str, Node]]:
    return node.items() if node is not None else iter(())
