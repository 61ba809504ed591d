"""A contract's name or path → :class:`Contract`."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pytest_checkout.contract.grammar import parts
from pytest_checkout.contract.headers import security, versions
from pytest_checkout.contract.model import Contract, Place
from pytest_checkout.contract.node import Library, Node
from pytest_checkout.contract.openapi import check_schemas, check_structure, check_validity, check_version
from pytest_checkout.contract.operations import check_links, id_field, marked, operation
from pytest_checkout.contract.problem import near, problem, shown
from pytest_checkout.contract.rules import rules
from pytest_checkout.contract.shapes import check_effect, error_shape, session_shape, update_fields
from pytest_checkout.contract.shipped import SHIPPED
from pytest_checkout.contract.vocabulary import check_words

_SUFFIXES = (".yaml", ".yml", ".json")
_PACKAGE = Path(__file__).resolve().parent.parent
#: In a wheel the shipped contracts are in the package, in an editable install beside it.
_FOLDERS = (_PACKAGE / "contracts", _PACKAGE.parent / "contracts")

#: What a file was when it was read: its path, time of change, and size.
_State = tuple[Path, int, int]
_loaded: dict[tuple[Path, Path], tuple[tuple[_State, ...], Contract]] = {}


def load_contract(name_or_path: str | Path, *, sound: Collection[str] = ()) -> Contract:
    """Load a contract by its name, such as ``speed``, or from a file.

    Args:
        name_or_path: The name of a contract that ships with the package, or the path of an OpenAPI 3.0 or 3.1 document;
            text with a slash, or with a suffix ``.yaml``, ``.yml`` or ``.json``, is a path.
        sound: Digests (sha256, in hex) of contracts that passed all checks before, such as :attr:`Contract.digest` of
            one that another process loaded. Those that ship with the package are known.

    Returns:
        The contract; the same object as long as its files do not change.

    Raises:
        ContractError: The contract can't be used; the message names file and line.
    """
    path = find_contract(name_or_path)
    try:
        key = (path, path.resolve())
        states, contract = _loaded.get(key, ((), None))
        if contract is not None and states == tuple(_state(state[0]) for state in states):
            return contract
    except (OSError, ValueError, RuntimeError) as error:
        raise problem(
            shown(str(path)), f"The file can't be read ({error})", advice="Check its path and mode."
        ) from None
    try:
        library = Library(path, sound={*SHIPPED, *sound})
        contract = _contract(library.root)
    except RecursionError:
        raise problem(f"{path}:1", "This contract is nested too deep", advice="Write its schemas flatter.") from None
    _loaded[key] = (tuple(_state(document.path) for document in library.documents), contract)
    return contract


def find_contract(name_or_path: str | Path) -> Path:
    """Find the file of a contract.

    Args:
        name_or_path: Its name or path, as :func:`load_contract` takes it.

    Returns:
        The path.

    Raises:
        ContractError: No contract has this name.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or "/" in text or text.endswith(_SUFFIXES):
        return Path(name_or_path)
    folder = next((folder for folder in _FOLDERS if folder.is_dir()), _FOLDERS[0])
    shipped = {path.stem: path for path in sorted(folder.glob("*")) if path.suffix in _SUFFIXES}
    if text not in shipped:
        advice = f"{near(text, shipped)} A path has a slash, or a suffix {', '.join(_SUFFIXES)}.".strip()
        raise problem(shown(text), "No contract has this name", advice=advice)
    return shipped[text]


def _state(path: Path) -> _State:
    found = path.stat()
    return path, found.st_mtime_ns, found.st_size


def _check(root: Node) -> None:
    check_version(root)
    found_parts = [*parts(root)]
    check_structure(root)
    check_words(root, found_parts)
    check_schemas(found_parts)
    check_validity(root)


def _contract(root: Node) -> Contract:
    if not root.library.sound:
        _check(root)

    path, found = root.document.path, marked(root)
    source = root.value("externalDocs", "url", default="")
    operations = {role: operation(part, source=source) for role, part in found.items()}
    update, create, described = operations["update"], found.get("create"), found["update"]
    body, answer = described.request, described.answer
    if body is None:
        wanted = "a requestBody of application/json with a schema"
        raise problem(update.place, "The update has no body that is described", wanted=wanted)
    if answer is None:
        wanted = "a 2xx response of application/json with a schema"
        raise problem(update.place, "The update has no answer that is described", wanted=wanted)
    if create is not None:
        check_links(root, create)
    session = session_shape(answer, *id_field(create, update, answer))
    for part in found.values():
        check_effect(part, session)
    fields = update_fields(body, update)
    header = versions(described, session.fields)
    listed = rules(body, fields, update, header)
    return Contract(
        name=root.value("x-checkout-name", default=path.stem),
        title=root.value("info", "title"),
        path=path,
        digest=root.document.digest,
        document=root.raw,
        source=source,
        operations=operations,
        fields=fields,
        exclusive=tuple(frozenset(rule.fields) for rule in listed if rule.kind == "exclusive"),
        session=session,
        error=error_shape(described),
        security=security(root, described),
        versions=header,
        rules=listed,
        lines={pointer: Place(path=path, line=line) for pointer, line in root.document.lines.items()},
    )
