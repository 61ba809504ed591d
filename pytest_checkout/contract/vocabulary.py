"""The words that start with ``x-checkout``, held against ``vocabulary.schema.json``."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from pytest_checkout.contract.dialect import check_value
from pytest_checkout.contract.grammar import Part
from pytest_checkout.contract.node import Node
from pytest_checkout.contract.problem import near, problem, shown

PREFIX = "x-checkout"
#: A word this like one of ours, with another beginning, is a slip of the pen and no other tool's extension.
_ALIKE = 0.85


@cache
def vocabulary() -> dict[str, Any]:
    """Read the JSON Schema of the vocabulary."""
    schema: dict[str, Any] = json.loads(Path(__file__).with_name("vocabulary.schema.json").read_text("utf-8"))
    return schema


def words() -> dict[str, Any]:
    """List the words: each with its schema, description and the kinds of object that it may stand on."""
    found: dict[str, Any] = vocabulary()["properties"]
    return found


def check_words(root: Node, found: Iterable[Part]) -> None:
    """Hold every word of a contract against the vocabulary.

    Args:
        root: The document.
        found: Its parts, and those of the files that it refers to.

    Raises:
        ContractError: A word is unknown, has a wrong value, or stands on an object that it says nothing about.
    """
    judged = set()
    for part in found:
        judged.add(part.node.identity)
        for key in part.node.raw:
            if key.startswith(PREFIX):
                _check_word(part, key)
            elif key[:1] in "xX" and difflib.get_close_matches(key.lower(), words(), n=1, cutoff=_ALIKE):
                place = part.node.below(key).place
                raise problem(place, f"The word {shown(key)} is not known", advice=near(key.lower(), words()))
    for document in root.library.documents:
        for pointer in document.lines:
            parent, _, key = pointer.rpartition("/")
            if key.startswith(PREFIX) and (document.path, parent) not in judged:
                raise _out_of_place(
                    Node(library=root.library, document=document, pointer=pointer), key, "this part of the file"
                )


def _check_word(part: Part, key: str) -> None:
    node = part.node.below(key)
    word = words().get(key)
    if word is None:
        raise problem(node.place, f"The word {shown(key)} is not known", advice=near(key, words()))
    if part.kind not in word["x-checkout-place"]:
        raise _out_of_place(node, key, _with_article(part.kind))
    schema = {**word, "$defs": vocabulary()["$defs"]}
    check_value(node.raw, schema, node, f"The value of {key} is not right", advice=f"docs/contracts.md explains {key}.")


def _out_of_place(node: Node, key: str, where: str) -> Exception:
    if key not in words():
        return problem(node.place, f"The word {shown(key)} is not known", advice=near(key, words()))
    wanted = " or ".join(_with_article(kind) for kind in words()[key]["x-checkout-place"])
    return problem(node.place, f"{key} says nothing here", wanted=f"it on {wanted}", got=where, advice="Move it there.")


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
