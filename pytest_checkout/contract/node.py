"""A part of a document: its value, its place, and what its ``$ref`` leads to."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from pytest_checkout.contract.document import Document, escaped, read_document
from pytest_checkout.contract.model import Place
from pytest_checkout.contract.problem import problem, shown
from pytest_checkout.errors import ContractError


class Library:
    """The files of one contract: the file itself and those beside it that it refers to.

    Arguments:
        path: The file.
        sound: Digests of files that passed all checks before, and are not checked again.
    """

    def __init__(self, path: Path, *, sound: Collection[str] = ()) -> None:
        self.folder = path.resolve().parent
        self._documents: dict[Path, Document] = {}
        self.root = Node(library=self, document=self.open(path), pointer="")
        self.sound = self.root.document.digest in sound

    def open(self, path: Path) -> Document:
        """The file, read once."""
        key = path.resolve()
        if key not in self._documents:
            self._documents[key] = read_document(path)
        return self._documents[key]

    @property
    def documents(self) -> tuple[Document, ...]:
        """The files that were read so far."""
        return tuple(self._documents.values())

    def follow(self, node: Node, reference: str) -> Node:
        """What a ``$ref`` leads to.

        Args:
            node: The part that holds the ``$ref``.
            reference: Its value.

        Returns:
            The part that it leads to, which may be another ``$ref``.

        Raises:
            ContractError: It leads nowhere, out of the contract's folder, or to a network.
        """
        try:
            parts = urlsplit(reference)
        except ValueError:
            parts = urlsplit("invalid:")
        place = node.document.place(f"{node.pointer}/$ref")
        if parts.scheme or parts.netloc or reference.startswith("//"):
            advice = "Save the file beside the contract and refer to it by its name."
            raise problem(
                place,
                "Nothing is fetched from a network",
                wanted="a $ref to a file",
                got=shown(reference),
                advice=advice,
            )
        document = (
            node.document if not parts.path else self._beside(node.document, unquote(parts.path), place, reference)
        )
        fragment = unquote(parts.fragment)
        if fragment and not fragment.startswith("/"):
            raise problem(place, "This $ref can't be followed", wanted="#/ and a JSON pointer", got=shown(reference))
        return self._walk(document, fragment, place, reference)

    def _beside(self, document: Document, name: str, place: Place, reference: str) -> Document:
        try:
            path = document.path.parent / name
            inside = path.resolve().is_relative_to(self.folder)
        except (ValueError, OSError, RuntimeError):
            inside = False
        if not inside or name.startswith("/"):
            wanted = "a file in the contract's folder"
            raise problem(place, "This $ref leads out of the contract's folder", wanted=wanted, got=shown(reference))
        if not path.is_file():
            raise problem(
                place,
                f"There is no file {shown(name)} beside the contract",
                advice="Correct the $ref, or add the file.",
            )
        return self.open(path)

    def _walk(self, document: Document, pointer: str, place: Place, reference: str) -> Node:
        node = Node(library=self, document=document, pointer="")
        for raw in pointer.split("/")[1:]:
            step = raw.replace("~1", "/").replace("~0", "~")
            value = node.raw
            names = (
                list(value)
                if isinstance(value, dict)
                else [str(index) for index in range(len(value))]
                if isinstance(value, list)
                else []
            )
            if step not in names:
                matches = difflib.get_close_matches(step, names, n=1)
                advice = f"Did you mean {matches[0]}?" if matches else "Add what it should lead to, or correct it."
                wrong = f"The $ref {shown(reference)} leads nowhere: there is no {shown(step)}"
                raise problem(place, wrong, advice=advice)
            node = node.below(step)
        return node


@dataclass(frozen=True, kw_only=True)
class Node:
    """A part of a document, by its JSON pointer."""

    library: Library = field(repr=False)
    document: Document = field(repr=False)
    pointer: str

    @cached_property
    def raw(self) -> Any:
        """The value as it is written; a ``$ref`` is not followed."""
        value: Any = self.document.value
        for raw in self.pointer.split("/")[1:]:
            step = raw.replace("~1", "/").replace("~0", "~")
            value = value[int(step)] if isinstance(value, list) else value[step]
        return value

    @property
    def place(self) -> Place:
        """The file and line on which the part begins."""
        return self.document.place(self.pointer)

    @property
    def identity(self) -> tuple[Path, str]:
        """The file and the JSON pointer."""
        return self.document.path, self.pointer

    @cached_property
    def reference(self) -> str | None:
        """The ``$ref`` of this part, if it has one."""
        raw = self.raw
        reference = raw.get("$ref") if isinstance(raw, dict) else None
        return reference if isinstance(reference, str) else None

    def below(self, key: str | int) -> Node:
        """The part under a key or an index, as it is written."""
        return Node(library=self.library, document=self.document, pointer=f"{self.pointer}/{escaped(str(key))}")

    def follow(self) -> Node:
        """Follow the ``$ref`` one step; a part without one leads to itself.

        Raises:
            ContractError: It leads nowhere.
        """
        return self if self.reference is None else self.library.follow(self, self.reference)

    def chain(self) -> tuple[Node, ...]:
        """List this part, and those that its ``$ref`` leads to, one after the other.

        Raises:
            ContractError: A ``$ref`` leads nowhere, or back to itself.
        """
        nodes = [self]
        while (reference := nodes[-1].reference) is not None:
            following = nodes[-1].follow()
            if any(following.identity == node.identity for node in nodes):
                raise circle(nodes[-1], reference)
            nodes.append(following)
        return tuple(nodes)

    def get(self, *keys: str | int) -> Node | None:
        """The part under these keys, through every ``$ref``; a key beside a ``$ref`` comes first."""
        node: Node | None = self
        for key in keys:
            node = node.child(key) if node is not None else None
        return node

    def child(self, key: str | int) -> Node | None:
        """The part under a key or an index, through every ``$ref``."""
        for node in self.chain():
            raw = node.raw
            if isinstance(raw, dict) and key != "$ref" and str(key) in raw:
                return node.below(str(key))
            if isinstance(raw, list) and isinstance(key, int) and key < len(raw):
                return node.below(key)
        return None

    @property
    def target(self) -> Node:
        """The part at the end of every ``$ref``."""
        return self.chain()[-1]

    def items(self) -> Iterator[tuple[str, Node]]:
        """The keys and parts of a mapping, through every ``$ref``."""
        seen: set[str] = set()
        for node in reversed(self.chain()):
            raw = node.raw
            for key in raw if isinstance(raw, dict) else ():
                if key not in seen and (key != "$ref" or node.reference is None):
                    seen.add(key)
                    child = self.child(key)
                    yield key, child if child is not None else node.below(key)

    def elements(self) -> tuple[Node, ...]:
        """The parts of a list."""
        end = self.target
        return tuple(end.below(index) for index in range(len(end.raw))) if isinstance(end.raw, list) else ()

    def value(self, *keys: str | int, default: Any = None) -> Any:
        """The value under these keys, of which the last is not followed."""
        node = self.get(*keys)
        return default if node is None else node.target.raw

    def at(self, keys: Iterator[str | int] | list[str | int]) -> Node:
        """The part under these keys, or the nearest part around it."""
        node = self
        for key in keys:
            try:
                following = node.child(key)
            except ContractError:
                following = None
            if following is None:
                return node
            node = following
        return node


def circle(node: Node, reference: str) -> ContractError:
    """Make the error of a ``$ref`` that leads back into what it stands in."""
    wrong = f"The $ref {shown(reference)} leads back into itself"
    return problem(
        node.document.place(f"{node.pointer}/$ref"),
        wrong,
        wanted="a schema that ends",
        advice="Write the inner part out.",
    )
