"""A file becomes plain JSON data that knows the line of each part."""

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_checkout.contract.document import Document, read_document
from pytest_checkout.contract.expansion import expanded
from pytest_checkout.contract.node import Library
from pytest_checkout.errors import ContractError


def read(tmp_path: Path, text: str, name: str = "a.yaml") -> Document:
    path = tmp_path / name
    path.write_bytes(text.encode())
    return read_document(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2022-04-15", "2022-04-15"),
        ("2022-04-15T10:00:00Z", "2022-04-15T10:00:00Z"),
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("12:30:45", "12:30:45"),
        ("1_000", "1_000"),
        ("=", "="),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("012", 12),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.0", 1.0),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        (".", "."),
        ("'12'", "12"),
        ('"null"', "null"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
        ("!!float 12", 12.0),
        ("!!bool true", True),
        ("NaN", "NaN"),
        ("<<", "<<"),
        ('"\\U0001F600"', "\U0001f600"),
    ],
)
def test_reads_a_scalar_as_json_of_yaml_1_2(text: str, value: Any, tmp_path: Path) -> None:
    found = read(tmp_path, f"a: {text}\n").value
    assert isinstance(found, dict)
    assert found["a"] == value
    assert type(found["a"]) is type(value)


@pytest.mark.parametrize("key", ["200", "true", "null", "1.50", "2022-04-15", "~"])
def test_a_key_is_text_as_it_is_written(key: str, tmp_path: Path) -> None:
    assert read(tmp_path, f"{key}: x\n").value == {key: "x"}


def test_knows_the_line_of_each_part(tmp_path: Path) -> None:
    document = read(tmp_path, "a:\n  - b\n  - c/d: {e: 1,\n      f~g: 2}\n\nh:\n\n  i\n")
    lines = {"": 1, "/a": 1, "/a/0": 2, "/a/1": 3, "/a/1/c~1d": 3, "/a/1/c~1d/e": 3, "/a/1/c~1d/f~0g": 4, "/h": 6}
    assert document.lines == lines
    assert str(document.place("/h")) == f"{tmp_path / 'a.yaml'}:6"


def test_the_place_of_what_is_not_there_is_that_of_the_part_around_it(tmp_path: Path) -> None:
    assert read(tmp_path, "\na:\n  b: 1\n").place("/a/c/d").line == 2


def test_an_alias_is_a_copy_with_lines_of_its_own(tmp_path: Path) -> None:
    document = read(tmp_path, "a: &a\n  b: 1\nc: *a\n")
    assert document.value == {"a": {"b": 1}, "c": {"b": 1}}
    assert document.lines["/c"] == 3
    assert document.lines["/c/b"] == 2


def test_merge_keys_yield_to_own_keys_and_earlier_mappings_come_first(tmp_path: Path) -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b {x: 2, y: 2, z: 2}\nc:\n  y: 3\n  <<: [*a, *b]\nd: {<<: *b, x: 4}\n"
    found = read(tmp_path, text).value
    assert isinstance(found, dict)
    assert found["c"] == {"y": 3, "x": 1, "z": 2}
    assert found["d"] == {"x": 4, "y": 2, "z": 2}


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, -2.5, 1e30, None, True, "x"], "": {"b/c": []}},
        {"a": 'tab\t, quote ", slash / and \u2028 and \x7f'},
        {"emoji": "\U0001f600\U0001f469\u200d\U0001f4bb", "backslash": "\\ud83d\\ude00 \\\U0001f600"},
    ],
)
@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_reads_json_as_python_does(value: Any, indent: Any, tmp_path: Path) -> None:
    text = json.dumps(value, indent=indent)
    assert read(tmp_path, text, "a.json").value == json.loads(text)


def test_reads_a_byte_order_mark_and_other_line_ends(tmp_path: Path) -> None:
    document = read(tmp_path, "\ufeffa: 1\r\nb: 2\r\n")
    assert document.value == {"a": 1, "b": 2}
    assert document.lines["/b"] == 2


def test_a_lone_surrogate_in_json_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"a\.json:1: "):
        read(tmp_path, '{"a": "\\ud83d"}', "a.json")


def library(tmp_path: Path, files: dict[str, str]) -> Library:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Library(tmp_path / next(iter(files)))


def test_follows_references_in_the_file_and_to_files_beside_it(tmp_path: Path) -> None:
    files = {
        "main.yaml": "a: {$ref: '#/b'}\nb: {$ref: 'parts/p.yaml#/q~1r'}\n",
        "parts/p.yaml": "q/r: {properties: {x: {$ref: '../other.json'}, y: {$ref: '#/s%20t'}}}\ns t: {type: string}\n",
        "other.json": '{"type": "integer"}',
    }
    root = library(tmp_path, files).root
    wanted = {"properties": {"x": {"type": "integer"}, "y": {"type": "string"}}}
    assert expanded(root.below("a")) == wanted
    node = root.get("a", "properties", "y", "type")
    assert node is not None
    assert str(node.place) == f"{tmp_path / 'parts' / '..' / 'parts' / 'p.yaml'}:2".replace("parts/../", "")


def test_keywords_beside_a_reference_hold_together_with_it(tmp_path: Path) -> None:
    text = """\
base: {type: object, description: Base, required: [a], properties: {a: {type: string}}, minProperties: 1}
a: {$ref: '#/base', description: Own, required: [b], properties: {b: {type: integer}}, minProperties: 2}
"""
    assert expanded(library(tmp_path, {"main.yaml": text}).root.below("a")) == {
        "type": "object",
        "description": "Own",
        "required": ["a", "b"],
        "properties": {"a": {"type": "string"}, "b": {"type": "integer"}},
        "minProperties": 1,
        "allOf": [{"minProperties": 2}],
    }


def test_a_reference_among_values_is_a_key_like_any_other(tmp_path: Path) -> None:
    text = "a: {enum: [{$ref: 'http://example.com'}], default: {$ref: x}, properties: {$ref: {const: {$ref: y}}}}\n"
    root = library(tmp_path, {"main.yaml": text}).root
    assert expanded(root.below("a")) == root.below("a").raw


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("type: string\n")
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    root = library(tmp_path / "inside", {"main.yaml": "a: {$ref: link.yaml}\n"}).root
    with pytest.raises(ContractError, match="out of the contract's folder"):
        expanded(root.below("a"))
