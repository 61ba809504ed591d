"""Schemas of OpenAPI 3.0 and 3.1 → JSON Schema 2020-12, and values held against them."""

from __future__ import annotations

from typing import Any

from pytest_checkout.contract.node import DATA, NAMED, Node
from pytest_checkout.contract.problem import problem, shown


def schema_of(node: Node) -> Any:
    """The schema with its references resolved, as JSON Schema 2020-12 whatever the version of OpenAPI."""
    schema = node.expanded()
    if str(node.library.root.value("openapi")).startswith("3.0"):
        schema = translated(schema)
    return schema


def translated(schema: Any) -> Any:
    """A schema of OpenAPI 3.0 in the words of JSON Schema 2020-12.

    ``nullable`` adds ``null`` to ``type`` and to ``enum``; the flags ``exclusiveMinimum`` and ``exclusiveMaximum``
    become limits (https://spec.openapis.org/oas/v3.0.4#schema-object).
    """
    if isinstance(schema, list):
        return [translated(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found: dict[str, Any] = {}
    for key, value in schema.items():
        if key in DATA or key == "x-checkout-accept":
            found[key] = value
        elif key in NAMED and isinstance(value, dict):
            found[key] = {name: translated(inner) for name, inner in value.items()}
        else:
            found[key] = translated(value)
    if found.pop("nullable", False) is True and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    for limit, flag in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        exclusive = found.get(flag)
        if isinstance(exclusive, bool):
            del found[flag]
            if exclusive and limit in found:
                found[flag] = found.pop(limit)
    return found


def check_value(value: Any, schema: Any, node: Node, wrong: str) -> None:
    """Hold a value of the contract against a schema.

    Args:
        value: The value.
        schema: A JSON Schema 2020-12.
        node: Where the value stands.
        wrong: What is wrong if it does not hold.

    Raises:
        ContractError: It does not hold; the error names the line of the part that does not.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    error = best_match(validator.iter_errors(value))
    if error is not None:
        place = node.at(list(error.absolute_path)).place
        where = "/".join(str(step) for step in error.absolute_path)
        raise problem(place, wrong + (f" at {where}" if where else ""), wanted=wanted(error), got=shown(error.instance))


def wanted(error: Any) -> str:
    """What a keyword of JSON Schema asks for, in a few words."""
    said = shown(error.validator_value)
    match error.validator:
        case "type":
            kinds = error.validator_value
            return " or ".join(kinds) if isinstance(kinds, list) else f"{'an' if kinds[0] in 'aoi' else 'a'} {kinds}"
        case "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            return f"the key {shown(missing[0])}" if missing else f"the keys {said}"
        case "additionalProperties" if error.validator_value is False:
            return f"no key but {', '.join(error.schema.get('properties', {}))}"
        case "enum":
            return f"one of {said}"
        case "const":
            return said
        case "not":
            return f"nothing that is {said}"
        case keyword:
            return f"{keyword} {said}"
