"""What the suite claims under a contract: its behaviours with their statements, before any of them is judged."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from pytest_checkout.contract.model import Contract, Field, Operation, Place, Rule
from pytest_checkout.judging import Claim

PREFIX = "checkout::"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One of several items of a behaviour: the value that its function gets, and the item's name in brackets.

    ``level`` outweighs the function's own where it is not empty.
    """

    value: Any
    id: str
    level: str = ""


def rows(contract: Contract, kind: str) -> tuple[str, list[Row]]:
    """For each field, image or version that a behaviour speaks of: the function's argument, and what it gets.

    Args:
        contract: has the fields, images and versions.
        kind: what the behaviour's mark says behind ``per``.
    """
    if kind == "image":
        return "image", list(_images(contract))
    if kind in ("version", "version or none"):
        names = list(contract.versions.names) if contract.versions is not None else []
        names += ["absent"] if names and kind == "version or none" else []
        return "version", [Row(value=name, id=name) for name in names]
    if kind == "fixed field":
        return "field", [Row(value=name, id=name) for name in contract.session.fixed]
    grouped = {name for group in contract.exclusive for name in group}
    chosen: dict[str, Iterable[Field]] = {
        "field": contract.fields.values(),
        "text field": contract.of_kind("text", "url"),
        "typed field": contract.of_kind("text", "url", "image"),
        "url field": contract.of_kind("url"),
        "image field": contract.of_kind("image"),
        "exclusive field": [field for field in contract.fields.values() if field.name in grouped],
    }
    return "field", [Row(value=field, id=field.name) for field in chosen[kind]]


def _images(contract: Contract) -> Iterator[Row]:
    from pytest_checkout.scenarios.images import image_limit, sized

    for way in sized(contract):
        level = image_limit(contract.fields[way.field]).carriers[way.carrier]
        yield Row(value=way, id=f"{way.carrier}-{way.format}", level=level)


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """One of the suite's items without pytest: what is said of it, and the function that judges it.

    ``given`` is what the function gets beside its judge. ``universal`` tells that it is judged from all exchanges.
    """

    claim: Claim
    node_id: str
    function: Callable[..., None]
    given: Mapping[str, Any]
    universal: bool = False


def behaviours(contract: Contract, areas: Iterable[str]) -> Iterator[Behaviour]:
    """All behaviours of these areas, in the order of a report."""
    for area in areas:
        for function in functions(importlib.import_module(f"pytest_checkout.suite.test_{area}")):
            said = marked(function)
            argument, inside = rows(contract, said["per"]) if "per" in said else ("", [Row(value=None, id="")])
            for row in inside:
                brackets = f"[{row.id}]" if row.id else ""
                yield Behaviour(
                    claim=claim_of(
                        contract,
                        area=area,
                        name=function.__name__.removeprefix("test_"),
                        inside=brackets,
                        doc=function.__doc__ or "",
                        level=row.level or said.get("level", "should"),
                        rule=said.get("rule", ""),
                    ),
                    node_id=f"{PREFIX}{area}::{function.__name__}{brackets}",
                    function=function,
                    given={argument: row.value} if argument else {},
                    universal=bool(said.get("universal")),
                )


def claims(contract: Contract, areas: Iterable[str]) -> dict[str, Claim]:
    """All claims of these areas by their node ids, in the order of a report."""
    return {behaviour.node_id: behaviour.claim for behaviour in behaviours(contract, areas)}


def functions(module: ModuleType) -> list[Callable[..., None]]:
    """The behaviours of an area's module, in the order of a report."""
    return [item for name, item in vars(module).items() if name.startswith("test_")]


def marked(function: Callable[..., None]) -> dict[str, Any]:
    """What the mark of a behaviour's function says."""
    marks = getattr(function, "pytestmark", [])
    return next((mark.kwargs for mark in marks if mark.name == "checkout"), {})


def claim_of(contract: Contract, *, area: str, name: str, inside: str, doc: str, level: str, rule: str) -> Claim:
    """The claim of one of the suite's items.

    Args:
        contract: what the item is judged by.
        area: the item's area.
        name: its function's name without ``test_``.
        inside: what of the item's name stands in brackets, with these; empty where nothing does.
        doc: the function's docstring: a paragraph that states, and others that explain.
        level: must, should or observe.
        rule: the kind of the rule that the function speaks of, if any.
    """
    origin = _origin(contract, rule, inside)
    statement, _, explanation = doc.strip().partition("\n\n")
    return Claim(
        id=f"{area}.{name}{inside}",
        area=area,
        level=level,
        statement=_statement(statement, contract, rule, inside),
        source=f"{origin.source} ({origin.place.path.name}:{origin.place.line})",
        location=_location(origin.place),
        rule=origin.name if isinstance(origin, Rule) else "",
        explanation="\n\n".join(" ".join(part.split()) for part in explanation.split("\n\n") if part.strip()),
    )


def _statement(text: str, contract: Contract, rule: str, inside: str) -> str:
    sentence = " ".join(text.split())
    for found in contract.rules:
        if found.kind == rule == "exclusive":
            return f"{found.sentence.rstrip('.')}: together they are refused, whatever else is sent and whatever the session holds."
    named = inside.strip("[]")
    return sentence.replace("this field", f"the field {named}") if named else sentence


def _origin(contract: Contract, rule: str, inside: str) -> Rule | Field | Operation:
    """What in the contract a behaviour comes from: a rule, a field, or the update as a whole."""
    for found in contract.rules:
        if found.kind == rule and (not inside or inside.strip("[]") in found.fields or rule.startswith("image")):
            return found
    return contract.fields.get(inside.strip("[]")) or contract.update


def _location(place: Place) -> str:
    """A place as a CI finds it: relative to where the run was started, or by the file's name alone."""
    path = place.path.absolute()
    shown = path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else path.name
    return f"{shown}:{place.line}"
