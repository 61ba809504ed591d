"""Whether a document is OpenAPI 3.0 or 3.1, by the means of openapi-spec-validator and of jsonschema."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_checkout.contract.dialect import check_schema, is_30, mistake
from pytest_checkout.contract.expansion import MOST_PARTS
from pytest_checkout.contract.grammar import Part, bundled
from pytest_checkout.contract.node import Node
from pytest_checkout.contract.problem import cut, problem, shown

if TYPE_CHECKING:
    from jsonschema import ValidationError

_VERSION = re.compile(r"^3\.[01]\.\d+(-.+)?$")


def check_version(root: Node) -> None:
    """Check that the document says that it is OpenAPI 3.0 or 3.1.

    Args:
        root: The document.

    Raises:
        ContractError: It is something else.
    """
    if not isinstance(root.raw, dict):
        raise problem(
            root.place, "This is no OpenAPI document", wanted="a mapping with openapi: 3.1.0", got=shown(root.raw)
        )
    version = root.raw.get("openapi", root.raw.get("swagger"))
    if "openapi" not in root.raw or not isinstance(version, str) or not _VERSION.match(version):
        place = root.at(["openapi" if "openapi" in root.raw else "swagger"]).place
        got = "none" if version is None else shown(version)
        advice = "Begin the file with `openapi: 3.1.0`." if version is None else ""
        raise problem(place, "This is no OpenAPI 3.0 or 3.1 document", wanted="openapi: 3.1.0", got=got, advice=advice)


def check_schemas(found: Iterable[Part]) -> None:
    """Check every schema of the document against the metaschema.

    Args:
        found: The document's parts.

    Raises:
        ContractError: One is no JSON Schema, holds a regular expression that does not compile, or is too large.
    """
    lengths: dict[tuple[Path, str], int] = {}
    for part in found:
        if part.kind != "schema":
            continue
        for key in ("$dynamicRef", "$recursiveRef"):
            if key in part.node.raw:
                place = part.node.below(key).place
                raise problem(
                    place, f"{key} is not followed here", wanted="$ref", advice="Write the reference as a $ref."
                )
        if part.whole:
            check_schema(part.node)
            if _walk_length(part.node, lengths) > MOST_PARTS:
                wanted = f"at most {MOST_PARTS:,} parts"
                raise problem(part.node.place, "Its references make this schema too large", wanted=wanted)


def check_structure(root: Node) -> None:
    """Check the document against the JSON Schema of its version of OpenAPI.

    Args:
        root: The document.

    Raises:
        ContractError: Something is missing, has the wrong type, or is unknown.
    """
    from jsonschema.exceptions import best_match
    from jsonschema.validators import validator_for
    from openapi_spec_validator.schemas import schema_v30, schema_v31

    # openapi-spec-validator may judge by a quicker library, whose errors tell less; its schema is the same.
    schema = dict(schema_v30 if is_30(root) else schema_v31)
    error = best_match(validator_for(schema)(schema).iter_errors(bundled(root)))
    # Every reference was replaced, so the alternative "or a reference" is out of the question.
    while error is not None and (fitting := _not_references(error.context or ())):
        error = best_match(fitting)
    if error is not None:
        raise mistake(error, root, f"This is not valid OpenAPI {root.raw['openapi']}")


def _not_references(alternatives: Iterable[ValidationError]) -> list[ValidationError]:
    listed = [*alternatives]
    references = {error.schema_path[0] for error in listed if error.validator_value == ["$ref"]}
    return [error for error in listed if error.schema_path[0] not in references]


def check_validity(root: Node) -> None:
    """Check that openapi-spec-validator finds the document valid, beyond its structure.

    Args:
        root: The document.

    Raises:
        ContractError: It does not; the error names the line as well as it can be told.
    """
    from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

    usual = OpenAPIV30SpecValidator if is_30(root) else OpenAPIV31SpecValidator
    offline: Any = type("Offline", (usual,), {"resolver_handlers": _Beside(root)})
    validator = offline(bundled(root), base_uri=root.document.path.resolve().as_uri())
    try:
        error = next(iter(validator.iter_errors()), None)
    except RecursionError:
        wrong = "openapi-spec-validator can't judge this document: a schema leads back into itself through allOf"
        raise problem(root.place, wrong, advice="Write the inner part out.") from None
    except Exception as stumbled:  # noqa: BLE001 - whatever it stumbles on, the document is the cause
        raise problem(root.place, f"openapi-spec-validator can't judge this document ({cut(str(stumbled))})") from None
    if error is not None:
        place = _named(root, error.message).place
        raise problem(place, f"openapi-spec-validator finds this document invalid: {cut(error.message)}")


def _walk_length(node: Node, lengths: dict[tuple[Path, str], int]) -> int:
    # openapi-spec-validator collects properties through these keywords as often as they are referred to, so that a few
    # lines can keep it busy for years.
    if node.identity not in lengths:
        lengths[node.identity] = 1
        inner = [child for key in ("allOf", "anyOf", "oneOf", "items", "not") for child in _schemas(node.target, key)]
        lengths[node.identity] += sum(_walk_length(child, lengths) for child in inner)
    return lengths[node.identity]


def _schemas(node: Node, key: str) -> tuple[Node, ...]:
    raw = node.raw.get(key) if isinstance(node.raw, dict) else None
    if isinstance(raw, list):
        return tuple(node.below(key).below(index) for index in range(len(raw)))
    return (node.below(key),) if isinstance(raw, dict) else ()


class _Beside(Mapping[str, Callable[[str], Any]]):
    """Answers every request of openapi-spec-validator for a document, of whatever scheme, without a network."""

    def __init__(self, root: Node) -> None:
        self._known = {document.path.resolve().as_uri(): document.value for document in root.library.documents}

    def __getitem__(self, scheme: str) -> Callable[[str], Any]:
        return self._known.__getitem__

    def __contains__(self, scheme: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(("file",))

    def __len__(self) -> int:
        return 1


def _named(root: Node, message: str) -> Node:
    """Find the part that a message without a path speaks of, by the words that it quotes."""
    quoted = re.findall(r"'([^']*)'", message)
    for path in quoted:
        item = root.get("paths", path)
        for method in quoted if item is not None else ():
            operation = item.get(method) if item is not None else None
            if operation is not None:
                return operation.at(["operationId"] if "Operation ID" in message else [])
    for word in quoted:
        parts = [Node(library=root.library, document=root.document, pointer=pointer) for pointer in root.document.lines]
        for part in reversed(parts):
            if part.raw == word or part.pointer.endswith(f"/{word}"):
                return part
    return root
