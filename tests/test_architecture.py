"""The order of rooms in ARCHITECTURE.md, held against the imports."""

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pytest_checkout"
ORDER = re.findall(r"^\| `(\w+)` \|", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE)
NETWORK = {"socket", "ssl", "http", "urllib3", "requests", "wire", "client"}
PURE = ("contract", "exchange", "strategies", "checks", "statements", "report")
DOORWAY = ("fixtures", "plugin")


def _imports(path, *, at_start=False):
    """Full names that a module imports: its nested imports, too, but not those for the type checker alone."""
    tree = ast.parse(path.read_text())
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in tree.body if at_start else ast.walk(tree):
        if id(node) in typing:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: imports here are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _room(name):
    """The room of a full name, or the library; the package itself gives only ``load_contract``, of the contract's room."""
    parts = name.split(".")
    if parts[0] != "pytest_checkout":
        return parts[0]
    return "contract" if parts[1] == "load_contract" else parts[1]


def _files(room):
    return list((PACKAGE / room).rglob("*.py")) or [PACKAGE / f"{room}.py"]


def _needs(room):
    return {_room(name) for path in _files(room) for name in _imports(path)} - {room}


NEEDS = {room: _needs(room) for room in ORDER}


def _reach(room):
    found, left = set(), [room]
    while left:
        new = NEEDS.get(left.pop(), set()) - found
        found |= new
        left += new
    return found


def test_every_room_is_in_the_list_once():
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert sorted(ORDER) == sorted(rooms - {"__init__"})


@pytest.mark.parametrize("room", ORDER)
def test_a_room_imports_only_rooms_before_it(room):
    allowed = {*ORDER[: ORDER.index(room)], *(DOORWAY if room in DOORWAY else ())}
    assert {need for need in NEEDS[room] if need in ORDER} <= allowed


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_reaches_no_network(room):
    assert not _reach(room) & NETWORK


def test_the_mock_shares_nothing_with_what_judges_it():
    assert NEEDS["mock"] & set(ORDER) == {"contract", "errors"}


def test_only_three_rooms_touch_sockets():
    assert {room for room in ORDER if "socket" in NEEDS[room]} <= {"wire", "mock", "image_host"}


def test_no_modules_import_each_other_at_start():
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
    modules = {name.removesuffix(".__init__"): path for name, path in modules.items()}
    graph = {
        module: {
            near for name in _imports(path, at_start=True) if (near := _nearest(name, modules)) not in (None, module)
        }
        for module, path in modules.items()
    }
    TopologicalSorter(graph).prepare()


def _nearest(name, modules):
    return name if name in modules else next((m for m in [name.rpartition(".")[0]] if m in modules), None)


def test_the_reader_of_imports_sees_nested_ones():
    assert "pytest_checkout.contract.load.load_contract" in set(_imports(PACKAGE / "__init__.py"))
    assert "pytest_checkout.session.Plugin" in set(_imports(PACKAGE / "plugin.py"))
