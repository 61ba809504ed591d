"""A contract's name or path → :class:`Contract`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pytest_checkout.contract.fields import session_shape, update_fields
from pytest_checkout.contract.model import Contract, Place
from pytest_checkout.contract.node import Library
from pytest_checkout.contract.operations import (
    error_shape,
    id_field,
    json_media,
    marked,
    operation,
    security,
    success,
    versions,
)
from pytest_checkout.contract.problem import near, problem, shown
from pytest_checkout.contract.rules import rules

_SUFFIXES = (".yaml", ".yml", ".json")
_PACKAGE = Path(__file__).resolve().parent.parent
#: In a wheel the shipped contracts are in the package, in an editable install beside it.
_FOLDERS = (_PACKAGE / "contracts", _PACKAGE.parent / "contracts")


def load_contract(name_or_path: str | Path) -> Contract:
    """Load a contract by its name, such as ``speed``, or from a file.

    Args:
        name_or_path: The name of a contract that ships with the package, or the path of an OpenAPI 3.0 or 3.1 document:
            text with a slash or a suffix ``.yaml``, ``.yml`` or ``.json`` is a path.

    Returns:
        The contract; the same object as long as the file does not change.

    Raises:
        ContractError: The contract can't be used; the message names file and line.
    """
    path = find_contract(name_or_path)
    try:
        changed = path.stat().st_mtime_ns
    except (OSError, ValueError):
        changed = 0
    return _loaded(path, changed)


def find_contract(name_or_path: str | Path) -> Path:
    """The file of a contract, by its name or path."""
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or "/" in text or text.endswith(_SUFFIXES):
        return Path(name_or_path)
    shipped: dict[str, Path] = {}
    for folder in reversed(_FOLDERS):
        shipped |= {path.stem: path for path in sorted(folder.glob("*")) if path.suffix in _SUFFIXES}
    if text not in shipped:
        advice = f"{near(text, shipped)} A path needs a slash or a suffix {', '.join(_SUFFIXES)}."
        raise problem(cut_name(text), "There is no contract of this name", advice=advice)
    return shipped[text]


def cut_name(text: str) -> str:
    """A name that was not found, as an error begins with it."""
    return shown(text)


@lru_cache(maxsize=16)
def _loaded(path: Path, changed: int) -> Contract:  # noqa: ARG001 - part of the key
    library = Library(path)
    root = library.root
    found = marked(root)
    source = root.value("externalDocs", "url", default="")
    operations = {role: operation(role, parts, source=source) for role, parts in found.items()}
    update, (item, node, _, _) = operations["update"], found["update"]
    media, answer = json_media(node.get("requestBody")), success(node)
    body = media.get("schema") if media is not None else None
    if body is None:
        raise problem(
            node.place, "The update has no JSON request body", wanted="requestBody with application/json and a schema"
        )
    answered = json_media(answer)
    shape = answered.get("schema") if answered is not None else None
    if shape is None:
        raise problem(
            node.place, "The update answers no session", wanted="a 2xx response with application/json and a schema"
        )
    create = found["create"][1] if "create" in found else None
    session = session_shape(shape, id_field(create, update.id_parameter, shape), create or node)
    fields = update_fields(body, update)
    chosen = versions(item, node, session.fields)
    listed = rules(body, fields, update, chosen)
    return Contract(
        name=root.value("x-checkout-name", default=path.stem),
        title=root.value("info", "title", default=path.stem),
        path=path,
        document=root.raw,
        source=source,
        operations=operations,
        fields=fields,
        exclusive=tuple(frozenset(rule.fields) for rule in listed if rule.kind == "exclusive"),
        session=session,
        error=error_shape(node),
        security=security(root, node),
        versions=chosen,
        rules=listed,
        lines={pointer: Place(path=path, line=line) for pointer, line in library.open(path).lines.items()},
    )
