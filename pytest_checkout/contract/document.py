"""A YAML or JSON file → plain JSON data that knows the line of each of its parts.

The text is composed into nodes by PyYAML and converted here, by the rules of JSON and of YAML 1.2's core schema
(https://yaml.org/spec/1.2.2/#103-core-schema): ``NO`` and ``2022-04-15`` are text, keys are text, and a tag that asks
for anything else is an error. Nothing is ever built from a tag.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pytest_checkout.contract.model import JSON, Place
from pytest_checkout.contract.problem import problem, shown

#: Files above this many bytes are refused unread.
LARGEST = 5_000_000
#: More parts than this, aliases counted as often as they are used, are refused.
MOST_PARTS = 500_000
#: Deeper nesting than this is refused.
DEEPEST = 100

_TAG = "tag:yaml.org,2002:"
_SURROGATES = re.compile(r"((?<!\\)(?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # the quicker of the two, where built
    """PyYAML's loader with the plain scalars of YAML 1.2's core schema."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 - PyYAML's own attribute


for _name, _pattern, _first in (
    ("null", r"^(?:null|Null|NULL|~|)$", ["n", "N", "~", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789")),
    (
        "float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        list("-+.0123456789"),
    ),
    ("merge", r"^<<$", ["<"]),
):
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(_pattern), _first)


@dataclass(frozen=True, kw_only=True)
class Document:
    """One file as JSON data.

    ``lines`` maps a JSON pointer to the line on which that part begins; ``digest`` is the sha256 of the file, in hex.
    """

    path: Path
    value: JSON
    lines: Mapping[str, int]
    digest: str = ""

    def place(self, pointer: str) -> Place:
        """Where the part at a JSON pointer stands, or the nearest part around it that is there."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return Place(path=self.path, line=self.lines.get(pointer, 1))


def read_document(path: Path) -> Document:
    """Read a YAML or JSON file as plain JSON data.

    Args:
        path: The file.

    Returns:
        Its data, and the line of each part.

    Raises:
        ContractError: The file can't be read, is too large, or holds what JSON can't say.
    """
    data = _bytes(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(path=path, line=data.count(b"\n", 0, error.start) + 1)
        got = f"the byte 0x{data[error.start]:02x}"
        raise problem(place, "This is not UTF-8", got=got, advice="Save the file as UTF-8.") from None
    if path.suffix == ".json":
        # YAML knows no surrogate pairs; JSON writes every emoji as one.
        text = _SURROGATES.sub(_joined, text)
    root = _composed(path, text)
    _Measure(path).check(root)
    conversion = _Conversion(path)
    value = conversion.convert(root, "")
    digest = hashlib.sha256(data).hexdigest()
    return Document(path=path, value=value, lines={"": 1, **conversion.lines}, digest=digest)


def escaped(key: str) -> str:
    """A key as a step of a JSON pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            wrong = "This is no file" if path.exists() else "There is no such file"
            raise problem(str(path), wrong, wanted="a YAML or JSON file that holds an OpenAPI document")
        if (size := path.stat().st_size) > LARGEST:
            got = f"{size:,} bytes"
            raise problem(
                Place(path=path, line=1), "The file is too large", wanted=f"at most {LARGEST:,} bytes", got=got
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise problem(str(path), f"The file can't be read ({error})", advice="Check its path and mode.") from None


def _joined(match: re.Match[str]) -> str:
    high, low = int(match[2], 16), int(match[3], 16)
    return f"{match[1]}\\U{0x10000 + ((high - 0xD800) << 10) + low - 0xDC00:08x}"


def _composed(path: Path, text: str) -> yaml.Node:
    try:
        _check_depth(path, text)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(path=path, line=mark.line + 1 if mark else 1)
        said = ", ".join(part for part in (error.context, error.problem) if part)
        if "nesting depth" in said:  # newer releases of PyYAML have a limit of their own
            raise _too_deep(place) from None
        raise problem(place, f"This is not YAML ({said})", advice="Correct the line, or the one before it.") from None
    except yaml.reader.ReaderError as error:
        line = text.encode().count(b"\n", 0, error.position) + 1
        raise problem(Place(path=path, line=line), f"This is not YAML ({error.reason})") from None
    except (yaml.YAMLError, ValueError) as error:
        raise problem(Place(path=path, line=1), f"This is not YAML ({error})") from None
    if root is None:
        raise problem(Place(path=path, line=1), "The file is empty", wanted="an OpenAPI document")
    return root


def _check_depth(path: Path, text: str) -> None:
    # Composing recurses in C, so the depth has to be known before.
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise _too_deep(Place(path=path, line=_line(event)))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _line(part: yaml.Node | yaml.Event) -> int:
    return part.start_mark.line + 1 if part.start_mark is not None else 1


def _too_deep(place: Place) -> Exception:
    return problem(place, "This is nested too deep", wanted=f"at most {DEEPEST} levels")


class _Measure:
    """Counts the parts of a document as they are after aliases, without expanding them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sizes: dict[int, tuple[int, int]] = {}

    def check(self, root: yaml.Node) -> None:
        """Refuse a document that is too large, too deep or endless once its aliases are expanded."""
        size, depth = self._measure(root)
        if size > MOST_PARTS:
            wanted, got = f"at most {MOST_PARTS:,} parts", f"{size:,}" if size < 10**12 else "more than 10^12"
            place = Place(path=self.path, line=1)
            raise problem(place, "Its aliases make this document too large", wanted=wanted, got=got)
        if depth > DEEPEST:
            raise _too_deep(Place(path=self.path, line=1))

    def _measure(self, node: yaml.Node) -> tuple[int, int]:
        if isinstance(node, yaml.ScalarNode):
            return 1, 0
        if (known := self.sizes.get(id(node))) is not None:
            if known == (0, 0):
                place = Place(path=self.path, line=_line(node))
                raise problem(place, "An alias leads back into what it stands in", advice="Write the part out.")
            return known
        self.sizes[id(node)] = (0, 0)
        inner = [self._measure(child) for child in _children(node)]
        found = 1 + sum(size for size, _ in inner), 1 + max((depth for _, depth in inner), default=0)
        self.sizes[id(node)] = found
        return found


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    for child in node.value:
        if isinstance(child, tuple):
            yield from child
        else:
            yield child


class _Conversion:
    """Converts composed nodes to JSON data, and notes the line of each part."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[str, int] = {}

    def convert(self, node: yaml.Node, pointer: str) -> JSON:
        """The node as JSON data."""
        self.lines.setdefault(pointer, _line(node))
        if isinstance(node, yaml.MappingNode) and node.tag == _TAG + "map":
            return self._mapping(node, pointer)
        if isinstance(node, yaml.SequenceNode) and node.tag == _TAG + "seq":
            return [self.convert(child, f"{pointer}/{index}") for index, child in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        raise self._unknown_tag(node)

    def _mapping(self, node: yaml.MappingNode, pointer: str) -> dict[str, JSON]:
        found: dict[str, JSON] = {}
        for key, (line, child) in self._pairs(node).items():
            inner = f"{pointer}/{escaped(key)}"
            self.lines[inner] = line
            found[key] = self.convert(child, inner)
        return found

    def _pairs(self, node: yaml.MappingNode) -> dict[str, tuple[int, yaml.Node]]:
        own: dict[str, tuple[int, yaml.Node]] = {}
        merged: dict[str, tuple[int, yaml.Node]] = {}
        for key, child in node.value:
            line = _line(key)
            if not isinstance(key, yaml.ScalarNode):
                raise problem(Place(path=self.path, line=line), "A key is no text", wanted="a name", got="a collection")
            if key.tag == _TAG + "merge":
                # https://yaml.org/type/merge.html: own keys win, then the earlier of the merged mappings.
                merged = {**self._merged(child), **merged}
            elif key.value in own:
                before = own[key.value][0]
                wrong = f"The key {shown(key.value)} stands here for the second time, first on line {before}"
                raise problem(Place(path=self.path, line=line), wrong, advice="Remove one of the two.")
            else:
                own[key.value] = (line, child)
        return {**own, **{key: pair for key, pair in merged.items() if key not in own}}

    def _merged(self, node: yaml.Node) -> dict[str, tuple[int, yaml.Node]]:
        if isinstance(node, yaml.MappingNode):
            return self._pairs(node)
        if isinstance(node, yaml.SequenceNode) and all(isinstance(child, yaml.MappingNode) for child in node.value):
            found: dict[str, tuple[int, yaml.Node]] = {}
            for child in node.value:
                found = {**self._pairs(child), **found}
            return found
        raise problem(
            self._place(node), "`<<` merges what is no mapping", wanted="an alias of a mapping, or a list of them"
        )

    def _scalar(self, node: yaml.ScalarNode) -> JSON:
        kind, text = node.tag.removeprefix(_TAG), node.value
        try:
            match kind:
                case "str" | "merge":
                    return str(text)
                case "null" if text in {"", "~", "null", "Null", "NULL"}:
                    return None
                case "bool" if text.lower() in {"true", "false"}:
                    return bool(text.lower() == "true")
                case "int":
                    return int(text, 0) if text.startswith(("0x", "0o")) else int(text)
                case "float":
                    return self._float(node)
        except ValueError:
            raise problem(self._place(node), "This is no number that can be read", got=shown(text)) from None
        raise self._unknown_tag(node)

    def _float(self, node: yaml.ScalarNode) -> float:
        number = float(re.sub(r"^([-+]?)\.(inf|nan)$", r"\1\2", node.value, flags=re.IGNORECASE))
        if not math.isfinite(number):
            raise problem(self._place(node), "JSON has no such number", wanted="a finite number", got=shown(node.value))
        return number

    def _unknown_tag(self, node: yaml.Node) -> Exception:
        tag = node.tag.replace(_TAG, "!!")
        advice = "Remove the tag, or put the value in quotes."
        return problem(self._place(node), f"The tag {shown(tag)} is not known", wanted="plain JSON data", advice=advice)

    def _place(self, node: yaml.Node) -> Place:
        return Place(path=self.path, line=_line(node))
