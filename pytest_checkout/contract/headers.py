"""What a request carries in its headers: the key, and the API version."""

from __future__ import annotations

import re
from collections.abc import Collection

from pytest_checkout.contract.model import KeyKind, Security, Versions
from pytest_checkout.contract.node import Node
from pytest_checkout.contract.operations import Marked, items
from pytest_checkout.contract.problem import near, problem, shown

_USUAL_KEY = "key_" + "*" * 24


def security(root: Node, update: Marked) -> Security | None:
    """Read how the update's requests are authenticated.

    Args:
        root: The document.
        update: The update operation, whose ``security`` replaces the document's.

    Returns:
        The first of the alternatives that can be used, or ``None`` where nothing is asked for.

    Raises:
        ContractError: None can be used, or one is not described.
    """
    needed = update.node.get("security") or root.get("security")
    refused = None
    for requirement in needed.elements() if needed is not None else ():
        schemes = [_scheme(root, name, requirement.below(name)) for name, _ in requirement.items()]
        found = _security(schemes[0]) if len(schemes) == 1 else None
        if found is not None:
            return found
        refused = refused or (schemes and requirement)
    if refused:
        wanted = "one scheme: http basic, http bearer, or an apiKey in a header"
        raise problem(refused.place, "A key can't be sent as this asks", wanted=wanted, got=shown(refused.raw))
    return None


def versions(update: Marked, session: Collection[str]) -> Versions | None:
    """Read the header that chooses the API version.

    Args:
        update: The update operation.
        session: The names of the session's fields.

    Returns:
        The parameter that carries ``x-checkout-version``, or ``None``.

    Raises:
        ContractError: It is no header, lists no versions, or speaks of fields or versions that are not there.
    """
    for (where, name), parameter in update.parameters.items():
        word = parameter.get("x-checkout-version")
        if word is None:
            continue
        if where != "header":
            raise problem(word.place, "The version is chosen by a header", wanted="in: header", got=f"in: {where}")
        names = parameter.value("schema", "enum")
        if not isinstance(names, list) or not all(isinstance(entry, str) for entry in names):
            wanted = "an enum of texts in the parameter's schema"
            raise problem(word.place, "The versions are not listed", wanted=wanted, got=shown(names))
        field, shows = word.value("field"), word.value("shows", default={})
        if field is not None and field not in session:
            raise problem(
                word.at(["field"]).place, f"The session has no field {shown(field)}", advice=near(field, session)
            )
        for version in shows:
            if version not in names:
                place = word.at(["shows", version]).place
                raise problem(place, f"{shown(version)} is no version of the enum", advice=near(version, names))
        return Versions(
            header=name,
            names=tuple(names),
            default=parameter.value("schema", "default"),
            field=field,
            shows={version: tuple(values) for version, values in shows.items()},
            place=word.place,
        )
    return None


def _scheme(root: Node, name: str, said: Node) -> Node:
    scheme = root.get("components", "securitySchemes", name)
    if scheme is None:
        known = [other for other, _ in items(root.get("components", "securitySchemes"))]
        advice = near(name, known) or "Describe it under components/securitySchemes."
        raise problem(said.place, f"There is no security scheme {shown(name)}", advice=advice)
    return scheme


def _security(scheme: Node) -> Security | None:
    secret = _key(scheme.get("x-checkout-keys", "secret"))
    publishable_node = scheme.get("x-checkout-keys", "publishable")
    publishable = _key(publishable_node) if publishable_node is not None else None
    match scheme.value("type"), str(scheme.value("scheme")).lower(), scheme.value("in"):
        case "http", "basic", _:
            return Security(scheme="basic", header="Authorization", secret=secret, publishable=publishable)
        case "http", "bearer", _:
            return Security(scheme="bearer", header="Authorization", secret=secret, publishable=publishable)
        case "apiKey", _, "header":
            return Security(scheme="header", header=scheme.value("name"), secret=secret, publishable=publishable)
    return None


def _key(node: Node | None) -> KeyKind:
    if node is None:
        return KeyKind(template=_USUAL_KEY, live=None)
    live = node.value("live")
    return KeyKind(template=node.value("template"), live=re.compile(live) if live is not None else None)
