"""Schemas of OpenAPI 3.0 and 3.1 → JSON Schema 2020-12, and values held against them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytest_checkout.contract.expansion import DATA, NAMED, expanded
from pytest_checkout.contract.node import Node
from pytest_checkout.contract.problem import cut, problem, shown
from pytest_checkout.errors import ContractError

if TYPE_CHECKING:
    from jsonschema import ValidationError


def is_30(node: Node) -> bool:
    """Tell whether the document is OpenAPI 3.0, whose schemas have words of their own."""
    return str(node.library.root.value("openapi")).startswith("3.0")


def schema_of(node: Node) -> dict[str, Any]:
    """Resolve a schema's references, and put it in the words of JSON Schema 2020-12.

    Args:
        node: The schema.

    Returns:
        The schema, which refers to nothing outside itself.

    Raises:
        ContractError: A ``$ref`` can't be followed, or leads back into itself.
    """
    schema = expanded(node)
    schema = translated(schema) if is_30(node) else schema
    # The schemas `true` and `false`, as an object.
    return schema if isinstance(schema, dict) else {} if schema is True else {"not": {}}


def translated(schema: Any) -> Any:
    """Put a schema of OpenAPI 3.0 in the words of JSON Schema 2020-12.

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


def check_value(value: Any, schema: Any, node: Node, wrong: str, *, advice: str = "") -> None:
    """Hold a value of the contract against a schema.

    Args:
        value: The value.
        schema: A JSON Schema 2020-12.
        node: Where the value stands.
        wrong: What is wrong if it does not hold.
        advice: What to do then.

    Raises:
        ContractError: It does not hold; the error names the line of the part that does not.
    """
    if node.library.sound:
        return
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    error = best_match(validator.iter_errors(value))
    if error is not None:
        raise mistake(error, node, wrong, advice=advice)


def check_schema(node: Node) -> None:
    """Hold a schema of the contract against the metaschema; its regular expressions have to compile.

    Args:
        node: The schema.

    Raises:
        ContractError: It is no JSON Schema.
    """
    from jsonschema import Draft202012Validator

    schema = translated(node.raw) if is_30(node) else node.raw
    check_value(schema, Draft202012Validator.META_SCHEMA, node, "This is no JSON Schema")


def mistake(error: ValidationError, node: Node, wrong: str, *, advice: str = "") -> ContractError:
    """Word what jsonschema found.

    Args:
        error: What it found.
        node: Where the value stands that it was found in.
        wrong: What is wrong.
        advice: What to do next.

    Returns:
        The error, for the caller to raise.
    """
    steps = list(error.absolute_path)
    part, got = node.at(steps), shown(error.instance)
    if str(error.validator) in {"additionalProperties", "unevaluatedProperties"} and isinstance(error.instance, dict):
        extra = [name for name in error.instance if repr(name) in error.message]
        steps += extra[:1]
        part, got = part.at(extra[:1]), shown(extra[0]) if extra else got
    elif str(error.validator) in {"required", "dependentRequired"}:
        got = ""
    where = cut("/".join(str(step) for step in steps))
    return problem(part.place, wrong + (f" at {where}" if where else ""), wanted=_wanted(error), got=got, advice=advice)


def _wanted(error: ValidationError) -> str:
    value: Any = error.validator_value
    instance: Any = error.instance
    match error.validator:
        case "type":
            kinds = value if isinstance(value, list) else [value]
            said = " or ".join(
                f"{'an' if kind[0] in 'aoi' else 'a'} {kind}" if kind != "null" else kind for kind in kinds
            )
        case "required" if missing := [name for name in value if name not in instance]:
            said = f"the key {missing[0]}"
        case "dependentRequired":
            said = " and ".join(sorted({*value, *(name for names in value.values() for name in names)})) + " together"
        case "additionalProperties" | "unevaluatedProperties" if value is False:
            known = error.schema.get("properties", {}) if isinstance(error.schema, dict) else {}
            said = f"no key but {', '.join(known)}" if known else "no such key"
        case "enum":
            said = f"one of {shown(value)}"
        case "const":
            said = shown(value)
        case "format" if value == "regex":
            said = "a regular expression that compiles"
        case "not":
            said = f"nothing that is {shown(value)}"
        case keyword:
            said = f"{keyword} {shown(value)}"
    return said
