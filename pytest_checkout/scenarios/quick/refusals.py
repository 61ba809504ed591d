"""What must be refused, and what no JSON library writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pytest_checkout.contract.model import Field
from pytest_checkout.example import NO_VERSION, Step, Trace
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.scenarios import access, inputs, protocol
from pytest_checkout.scenarios.quick.plain import telling
from pytest_checkout.scenarios.updates import full, plain_names
from pytest_checkout.strategies.bodies import a_value, compatible, groups, other_types

#: What mistakes of finding a session by its id take for a real one, or fall over.
_NEAR = (
    "swapped_case",
    "without_last",
    "half",
    "without_prefix",
    "one_more",
    "space_after",
    "nul_and_more",
    "percent_wildcard",
    "escaped_twice",
)
_HOSTILE = ("proto", "sql_or", "nul", "not_utf8", "very_long")
_NO_URLS = (
    "/thanks",
    "not a url",
    "//example.com/thanks",
    "https://",
    "https://exa mple.com/",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "ftp://example.com/thanks",
)
_NO_PAIRS: tuple[Any, ...] = ("text", False, ["a"])
_NO_JSON = ("a form", "a comma too many", "single quotes", "text behind it", "a raw newline in text")
_NO_OBJECT = ("an array", "text", "an object with a field in text", "null")
_ROBUST = (
    "no body",
    "bytes that are not UTF-8",
    "NaN in metadata",
    "a lone high surrogate",
    "NUL",
    "a deep array",
    "100 kB of text",
    "a number beyond 64 bits",
)


def refused(ground: Ground) -> Sequence[Trace]:
    """Other types, text, JSON, methods, ids and versions, on one session."""
    contract = ground.contract
    walk = full(ground, turn=1, name="what must be refused", read=False)
    names = plain_names(contract)
    for group in groups(contract, names):
        walk.update({name: a_value(contract.fields[name], 3) for name in group}, read=group[-1] == names[-1])
    _defective_values(walk)
    walk.read()
    _half_applied(walk, names)
    inputs.send_raw(walk, {what: inputs.NO_JSON[what] for what in _NO_JSON}, "input.json")
    inputs.send_raw(walk, {what: inputs.NO_OBJECT[what] for what in _NO_OBJECT}, "input.json")
    access.address(walk, _NEAR + _HOSTILE, read=("without_last",))
    access.address_nobody(walk)
    _strange_versions(walk)
    walk.read()
    if not ground.live:
        for step in protocol.unnamed(ground):
            walk.take(step)
        walk.read()
    return [walk.trace]


def _strange_versions(walk: Walk) -> None:
    """Versions that the contract does not list, the last under the header's name in other letters."""
    versions = walk.ground.contract.versions
    if versions is None:
        return
    strange = protocol.strange(versions)[::3]
    for version in strange:
        step = Step(part="update", body=access.body(walk.ground, 1), version=version, claim="version.unknown")
        if version == strange[-1]:
            step = step.but(version=NO_VERSION, headers=((versions.header.title(), version),))
        walk.take(step)


def _defective_values(walk: Walk) -> None:
    """Values of another type, and what is no URL."""
    contract = walk.ground.contract
    for place, field in enumerate(contract.of_kind("text", "url", "image")):
        for value in _other_types(field, place):
            walk.update(inputs.beside(contract, field.name, value, place), read=False)
    for field in contract.of_kind("url"):
        for text in _NO_URLS:
            walk.update({field.name: text}, read=False)
    for field in contract.of_kind("metadata"):
        for value in _NO_PAIRS:
            walk.update({field.name: value}, read=False)


def _other_types(field: Field, place: int) -> Sequence[Any]:
    """An array and an object that hold what the field would take, and zero or false, which many languages pass over."""
    _, _, array, object_, zero, false = other_types(field)[:6]
    return (array, object_, (zero, false)[place % 2])[: 3 if field.kind == "text" else 2]


def _half_applied(walk: Walk, names: Sequence[str]) -> None:
    """One defect among fields that are well, behind them and before."""
    contract = walk.ground.contract
    for turn, name in enumerate(names[-2:]):
        defect: Any = "no metadata" if contract.fields[name].kind == "metadata" else 7
        well = telling(contract, [each for each in compatible(contract, [name, *names]) if each != name], turn + 5)
        walk.update({**well, name: defect} if turn % 2 else {name: defect, **well})


def send_hostile(walk: Walk) -> None:
    """Bodies that no JSON library writes, and some under another media type."""
    contract = walk.ground.contract
    inputs.send_raw(walk, {what: inputs.HOSTILE[what] for what in _ROBUST}, "input.robust")
    nulls = dict.fromkeys(compatible(contract, list(contract.fields)))
    walk.take(Step(part="update", body=nulls, claim="input.robust", purpose="null in all fields"))
    inputs.declare(walk, ("text/plain", ""))
