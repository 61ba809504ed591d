"""Bodies that the API must refuse, and bodies that no JSON library writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.example import Step, Trace
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.scenarios.updates import any_version, full, minimal
from pytest_checkout.strategies.bodies import a_value, compatible, other_types
from pytest_checkout.strategies.urls import NONE

#: Bodies that are no JSON (RFC 8259), with ``%f`` where the name of a text field goes.
NO_JSON: Mapping[str, bytes] = MappingProxyType(
    {
        "an open brace": b"{",
        "cut in the middle": b'{"%f": "x"',
        "a comma too many": b'{"%f": "x",}',
        "single quotes": b"{'%f': 'x'}",
        "a form": b"%f=x",
        "an unquoted value": b'{"%f": x}',
        "an unquoted name": b'{%f: "x"}',
        "text behind it": b'{"%f": "x"} and more',
        "two objects": b'{"%f": "x"}{"%f": "y"}',
        "a missing colon": b'{"%f" "x"}',
        "an open text": b'{"%f": "x}',
        "a bad escape": b'{"%f": "\\q"}',
        "XML": b"<%f>x</%f>",
        "a comment": b'{"%f": "x" /* y */}',
        # Control characters are escaped in a text (RFC 8259, section 7).
        "a raw newline in text": b'{"%f": "a\nb"}',
        "a raw control character in text": b'{"%f": "a\x01b"}',
        "a number with leading zeros": b'{"%m": {"n": 007}}',
    }
)
#: JSON that is no object.
NO_OBJECT: Mapping[str, bytes] = MappingProxyType(
    {
        "an empty array": b"[]",
        "an array": b'[{"%f": "x"}]',
        "text": b'"text"',
        "an object in text": b'"{}"',
        "an object with a field in text": b'"{\\"%f\\": \\"x\\"}"',
        "a number": b"7",
        "zero": b"0",
        "true": b"true",
        "false": b"false",
        "null": b"null",
    }
)
_DEEP = 20_000
#: Bodies that may be taken or refused, and are never met by a server error; ``"%a"`` stands for each text field.
HOSTILE: Mapping[str, bytes] = MappingProxyType(
    {
        "no body": b"",
        "white space": b" \n ",
        "bytes that are not UTF-8": b'{"%f": "\xff\xfe\xc3"}',
        "an overlong NUL": b'{"%f": "\xc0\x80"}',
        "a surrogate in UTF-8": b'{"%f": "\xed\xa0\x80"}',
        "NaN": b'{"%f": NaN}',
        "NaN in metadata": b'{"%m": {"n": NaN, "i": -Infinity}}',
        "a lone high surrogate": b'{"%a": "a\\ud800b"}',
        "a lone low surrogate": b'{"%a": "a\\udc00b"}',
        "surrogates in metadata": b'{"%m": {"\\ud83d": "\\ude00"}}',
        "NUL": b'{"%a": "a\\u0000b"}',
        "NUL in a key": b'{"%m": {"a\\u0000b": "c"}}',
        "a deep array": b'{"%m": {"d": ' + b"[" * _DEEP + b"]" * _DEEP + b"}}",
        "a deep object": b'{"%m": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
        "an open deep array": b"[" * 100_000,
        "100 kB of text": b'{"%f": "' + b"t" * 100_000 + b'"}',
        "100 kB of metadata": b'{"%m": {"k": "' + b"v" * 100_000 + b'"}}',
        "a long key": b'{"%m": {"' + b"k" * 100_000 + b'": "v"}}',
        "a thousand pairs": b'{"%m": {' + b",".join(b'"k%d":"v"' % place for place in range(1000)) + b"}}",
        "a number beyond 64 bits": b'{"%m": {"n": 18446744073709551616}}',
        "a huge number": b'{"%m": {"n": ' + b"9" * 5000 + b"}}",
        "a huge exponent": b'{"%m": {"n": 1e999, "m": -1e-999}}',
        "a huge number for text": b'{"%f": 1e999}',
        "names with a meaning": b'{"__proto__": {"%f": "x"}, "constructor": {"prototype": {"x": 1}}}',
        "a byte order mark": b'\xef\xbb\xbf{"%f": "x"}',
        "UTF-16": '{"a": "b"}'.encode("utf-16"),
        "the same name twice": b'{"%f": "x", "%f": "y"}',
        "nulls for all": b'{"%f": null, "%m": null}',
    }
)


#: What a body may be declared as by mistake, or not at all; taken or refused, and never met by a server error.
OTHER_MEDIA_TYPES = ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=iso-8859-1", "")

_FILLING = ("100 kB of metadata", "a long key", "a thousand pairs")


def _names(contract: Contract) -> tuple[str, str]:
    texts, metadata = contract.of_kind("text"), contract.of_kind("metadata")
    first = texts[-1].name if texts else next(iter(contract.fields))
    return first, metadata[0].name if metadata else first


def send_raw(walk: Walk, bodies: Mapping[str, bytes], claim: str, *, statuses: tuple[int, ...] = ()) -> None:
    """Send bodies byte for byte, for a behaviour, with the contract's names in place of those that stand for them."""
    for what, body in bodies.items():
        raw = _named(walk.ground.contract, body)
        walk.take(Step(part="update", raw=raw, claim=claim, statuses=statuses, purpose=what))


def _named(contract: Contract, body: bytes) -> bytes:
    """A body with names for ``%f`` and ``%m``; one with ``"%a"`` has its member once for each text field."""
    if b'"%a"' in body:
        texts = compatible(contract, [field.name for field in contract.of_kind("text")])
        return b"{%b}" % b", ".join(body[1:-1].replace(b"%a", name.encode()) for name in texts)
    field, metadata = (name.encode() for name in _names(contract))
    return body.replace(b"%f", field).replace(b"%m", metadata)


def malformed(ground: Ground) -> Sequence[Trace]:
    """Malformed JSON, and JSON that is no object."""
    contract = ground.contract
    name = _names(contract)[0]
    walk = full(ground, name="what is no JSON object")
    for turn, bodies in enumerate((NO_JSON, NO_OBJECT)):
        walk.update({name: a_value(contract.fields[name], turn)})
        send_raw(walk, bodies, "input.json")
        walk.read()
    return [walk.trace]


def hostile(ground: Ground) -> Sequence[Trace]:
    """Bodies that no JSON library writes, and very large ones."""
    contract = ground.contract
    name = _names(contract)[0]
    walk = minimal(ground, turn=1, name="hostile bodies", read=False)
    # What an existing session would keep for good, and what would fill it, is not sent to it.
    filling = (ground.existing is not None) * _FILLING
    send_raw(walk, {what: body for what, body in HOSTILE.items() if what not in filling}, "input.robust")
    names = list(contract.fields)
    for start in range(0, len(names), 2):
        nulls = dict.fromkeys(names[start : start + 2])
        walk.take(Step(part="update", body=nulls, claim="input.robust", purpose=f"{' and '.join(nulls)} null"))
    declare(walk, OTHER_MEDIA_TYPES)
    walk.read()
    walk.update({name: a_value(contract.fields[name], 3)})
    return [walk.trace]


def declare(walk: Walk, media_types: Sequence[str]) -> None:
    """Update a field under these media types; an empty one is none."""
    name = _names(walk.ground.contract)[0]
    for media_type in media_types:
        step = Step(part="update", body={name: a_value(walk.ground.contract.fields[name], 2)}, claim="input.robust")
        walk.take(step.but(headers=(("Content-Type", media_type),), purpose=f"JSON as {media_type or 'nothing'}"))


def typed(ground: Ground) -> Sequence[Trace]:
    """JSON of another type in every text field, alone and beside a field that is well."""
    contract = ground.contract
    walk = full(ground, name="another JSON type")
    for field in contract.of_kind("text", "url", "image"):
        if field.kind != "image":
            walk.update({field.name: a_value(field, 3)})
        for place, value in enumerate(other_types(field)):
            version = any_version(ground, place + place // 4)
            walk.update(beside(contract, field.name, value, place), read=False, version=version)
        walk.read()
    return [walk.trace]


def beside(contract: Contract, name: str, value: Any, place: int) -> dict[str, Any]:
    """A body with a defect: every third one stands beside a field that is well, first one of its own kind."""
    kind = contract.fields[name].kind
    alike_first = sorted(contract.fields, key=lambda other: contract.fields[other].kind != kind)
    others = [other for other in compatible(contract, [name, *alike_first]) if other != name]
    others = [other for other in others if contract.fields[other].kind != "image"]
    if place % 3 != 1 or not others:
        return {name: value}
    other = others[place // 3 % len(others)]
    well = {other: a_value(contract.fields[other], place + 4)}
    return {**well, name: value} if place % 2 else {name: value, **well}


def unaddressed(ground: Ground) -> Sequence[Trace]:
    """What is no absolute http(s) URL, in every URL field."""
    contract = ground.contract
    traces = []
    for turn, field in enumerate(contract.of_kind("url")):
        walk = full(ground, turn=turn, name="what is no URL")
        walk.update({field.name: a_value(field, 1)})
        for place, text in enumerate(NONE):
            walk.update(beside(contract, field.name, text, place), read=False, version=any_version(ground, place))
        walk.read()
        traces.append(walk.trace)
    return traces


def half_applied(ground: Ground) -> Sequence[Trace]:
    """Updates with one defect beside all fields that are well, before and behind it, read after each."""
    contract = ground.contract
    traces = []
    names = [field.name for field in contract.fields.values() if field.kind != "image"]
    walk = full(ground, turn=1, name="one defect among fields that are well")
    for turn, name in enumerate(names):
        field = contract.fields[name]
        defect: Any = "no metadata" if field.kind == "metadata" else 7
        others = [other for other in compatible(contract, [name, *names]) if other != name]
        well = {other: a_value(contract.fields[other], turn + 5) for other in others}
        walk.update({**well, name: defect} if turn % 2 else {name: defect, **well})
        walk.update({name: a_value(field, turn)}, read=turn % 3 == 0 or turn == len(names) - 1)
    traces.append(walk.trace)
    return traces
