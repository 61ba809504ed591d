"""A long row of requests that a contract allows or forbids, put to the mock without a socket.

What an API answers to them is its transcript: two APIs that behave alike have the same one.
"""

from __future__ import annotations

import base64
import contextlib
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock import images, store
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.catalogue import build
from pytest_checkout.mock.keys import Keys
from pytest_checkout.mock.messages import Request
from pytest_checkout.mock.steps import apply

MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF89a", "webp": b"RIFF\0\0\0\0WEBP"}
TEXTS = (
    "2026-01-31",
    "ends in a newline\n",
    "\ttabs at the ends\t",
    "Save%2025%25",
    "100%% of it",
    "$$ in dollars",
    "Plain",
    "Z",
    "A  b",
    "a" * 65,
    "m" * 110,
    "x" * 201,
    "y" * 251,
    "w" * 300,
    "v" * 1100,
    "12345",
    "50% off",
    'it\'s "so"',
    "a+b & c\\d",
    "x, y",
    "lower",
    "%41%42",
    " outer ",
    "  ",
    "e\u0301",
    "\u00e9",
    "two\r\nlines",
    "<b>bold</b>",
    "&lt;&eacute;",
    "\u00e9\u0142",
    "\U0001f600",
    "",
    "Plain",
    "nul\u0000",
    "\ud800",
)
URLS = (
    "https://shop.example.com/a?b=1,2&c=d?e",
    "https://shop.example.com",
    "https://shop.example.com/a/?b=1&c=2#d",
    "https://shop.example.com/a%20b",
    "https://shop.example.com/a%2Fb",
    "https://shop.example.com/a/b",
    "https://shop.example.com/" + "p" * 150,
    "https://shop.example.com/" + "p" * 300,
    "http://shop.example.com/",
    "https://user@Shop.example.com:8443/",
    "https://shop.example.com/\u00e9",
    "https://192.0.2.1/",
    "/relative",
    "//host/path",
    "javascript:alert(1)",
    "www.example.com/x",
    "https://",
    "https:///path",
    "https://a.example.com/with space",
    "file:///etc/passwd",
    "data:text/plain,x",
    "ftp://example.com/x",
    "words",
    "null",
    "",
)
NO_IMAGES = (
    "words",
    "<p>words</p>",
    "null",
    "/pictures/1.png",
    "https://shop.example.com/x.html",
    "https://shop.example.com/nothing.png",
    "data:text/plain,words",
    "data:image/png;base64,AAAA",
    f"data:application/pdf;base64,{base64.b64encode(b'%PDF-1.4').decode()}",
    "data:image/png;base64,!!",
    "",
)
PAIRS: tuple[Any, ...] = (
    {"order": "one"},
    {"Order": "two", "colour": "red"},
    {"order": "changed"},
    {"order": "changed", "new": "x"},
    {"Key": "1st", "key": "2nd", "KEY": "3rd"},
    {f"k{number}": "v" for number in range(9)},
    {f"k{number}": "v" for number in range(25)},
    {f"k{number}": "v" for number in range(60)},
    {"with-hyphen": "v"},
    {"a" * 20: "v"},
    {"a" * 45: "v"},
    {"long": "v" * 50},
    {"long": "v" * 120},
    {"long": "v" * 300},
    {"a.b": "c", "a.d": "e"},
    {" spaced ": " v "},
    {"in side": "v"},
    {"$set": "v"},
    {"__proto__": "v"},
    {"digits": "007", "truth": "true"},
    {"number": 1, "no": False, "zero": 0, "none": None},
    {"nested": {"a": [1, 2]}},
    {"answer": "yes", "switch": "off"},
    {"list": [1, 2]},
    {"large": 2**64},
    {"": "empty key"},
    {"e\u0301": "e\u0301"},
    {"emoji": "\U0001f600", "markup": "<b>"},
    {"empty": ""},
    {"nul": "a\u0000b"},
    {"\ud800": "\ud800"},
    {"title": "pair title", "description": "pair description"},
    {},
    [],
    "text",
    ["a"],
    5,
    0,
    True,
    False,
    None,
)
IDS = (
    lambda id: id.swapcase(),
    lambda id: id[:-2],
    lambda id: id[:14],
    lambda id: id[-10:],
    lambda id: f"{id}x",
    lambda id: f"%20{id}%20",
    lambda id: f"{id}%00",
    lambda id: f"{id}%00x",
    lambda id: f"{id};x",
    lambda id: "".join(f"%25{ord(letter):02x}" for letter in id),
    lambda id: "".join(f"%EF%BD%{ord(letter) - 0x61 + 0x81:02X}" if "a" <= letter <= "z" else letter for letter in id),
    lambda id: f"{id[:8]}%25",
    lambda _: "%ff%fe",
    lambda _: "%zz",
    lambda _: "%27",
    lambda _: "__proto__",
    lambda _: "a" * 300,
    lambda id: id[:-4] + ("AAAA" if id[-4:] != "AAAA" else "BBBB"),
    lambda id: id[:-4] + ("aaaa" if id[-4:] != "aaaa" else "bbbb"),
    lambda id: "".join(f"%{ord(letter):02x}" for letter in id),
)
BODIES = (
    b"",
    b"{",
    b'{"a": 1,}',
    b"{'a': 1}",
    b'{"a": "b',
    b'{"a": 1',
    b"{} x",
    b"[]",
    b"[{}]",
    b"null",
    b'"text"',
    b"0",
    b"[1]",
    b"true",
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": 1e999}',
    b'{"a": "\xff"}',
    b'{"a": "\\ud800"}',
    b'{"a": "\\u0000"}',
    b'{"a": ' + b"[" * 3000 + b"]" * 3000 + b"}",
    b'{"a": "' + b"x" * 100_000 + b'"}',
    b'{"a": ' + b"9" * 5000 + b"}",
    b'{"a": 1, "a": 2}',
)


def picture(format: str, size: int) -> bytes:
    return MAGIC[format].ljust(size, b"\0")


def data_uri(format: str, size: int) -> str:
    return f"data:image/{format};base64,{base64.b64encode(picture(format, size)).decode()}"


def fetched(url: str, *, at_most: int) -> bytes | None:
    """Stands for the images that URLs lead to: ``https://images.example/png/70``."""
    parts = url.split("/")
    if parts[2] != "images.example":
        return b"<html>" if url.endswith(".html") else None
    return picture(parts[3], int(parts[4]))[:at_most]


class Driver:
    """Puts requests to an API and writes down what it answers."""

    def __init__(self, contract: Contract, api: Api, until: Callable[[int, Any], bool]) -> None:
        self.contract, self.api, self.until = contract, api, until
        self.transcript: list[Any] = []

    def ask(self, method: str, path: str, body: Any = None, key: str | None = None, **headers: str) -> dict[str, Any]:
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        sent = {
            "Content-Type": "application/json",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        if "Authorization" not in sent and key != "":
            sent["Authorization"] = self.credentials(key or self.api.keys.secret)
        sent = {name: value for name, value in sent.items() if value != "left out"}
        answer = self.api.answer(Request(method=method, target=path, headers=tuple(sent.items()), body=data))
        shown = tuple(pair for pair in answer.headers if pair[0] != "Date")
        rest = (answer.early, answer.chunk, answer.until_close, answer.close, answer.protocol, answer.spell("Ab"))
        self.transcript.append((answer.status, shown, answer.body, rest))
        if self.until(len(self.transcript) - 1, self.transcript[-1]):
            raise Enough
        try:
            value = json.loads(answer.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def credentials(self, key: str) -> str:
        scheme = self.contract.security.scheme if self.contract.security else "bearer"
        if scheme == "basic":
            return "Basic " + base64.b64encode(f"{key}:".encode()).decode()
        return f"Bearer {key}"

    def create(self, example: str = "full", **more: str) -> str:
        operation = self.contract.operations["create"]
        made = self.ask(operation.method.upper(), operation.path, operation.examples[example], **more)
        return str(made.get(self.contract.session.id_field, "lost"))

    def update(self, id: str, body: Any, **more: str) -> dict[str, Any]:
        operation = self.contract.update
        return self.ask(operation.method.upper(), operation.path_for(id), body, **more)

    def retrieve(self, id: str, **more: str) -> dict[str, Any]:
        operation = self.contract.operations["retrieve"]
        return self.ask(operation.method.upper(), operation.path_for(id), **more)

    def both(self, id: str, body: Any, **more: str) -> None:
        self.update(id, body, **more)
        self.retrieve(id)


class Enough(Exception):
    """The transcript shows what it was made for."""


def run(
    contract: Contract,
    monkeypatch: Any,
    *,
    faults: Any = (),
    variants: Any = (),
    large: bool = False,
    until: Callable[[int, Any], bool] = lambda *_: False,
) -> list[Any]:
    """The transcript of the whole battery, or of its beginning until ``until(place, entry)`` holds."""
    monkeypatch.setattr(images, "fetch", fetched)
    chance = random.Random(7)
    keys = Keys.of(contract.security, chance)
    api = build(contract, faults=faults, variants=variants)(contract, keys, chance)
    for module in (apply, store):
        monkeypatch.setattr(module, "now_ms", lambda: 1_700_000_000_000 + api.count)
    driver = Driver(contract, api, until)
    with contextlib.suppress(Enough):
        for part in PARTS:
            part(driver)
        _images(driver, large=large)
    return driver.transcript


def good(field: Any, turn: int = 0) -> Any:
    return {
        "text": f"Value {turn}",
        "url": f"https://shop.example.com/{turn}?a={turn}&b#c",
        "image": f"https://images.example/png/{70 + turn}",
        "metadata": {"turn": f"turn {turn}"},
    }[field.kind]


def _sessions(driver: Driver) -> None:
    before, id, after = driver.create(), driver.create(), driver.create()
    for turn, field in enumerate((*driver.contract.fields.values(), *driver.contract.fields.values())):
        driver.both(id, {field.name: good(field, turn)})
    for field in driver.contract.of_kind("image"):
        driver.update(before, {field.name: good(field, 1)})
        driver.both(id, {field.name: good(field, 2)})
        operation = driver.contract.operations["create"]
        body = {**operation.examples["minimal"], field.name: good(field, 3)}
        made = driver.ask(operation.method.upper(), operation.path, body)
        given = str(made.get(driver.contract.session.id_field, "lost"))
        driver.both(given, {driver.contract.of_kind("text")[0].name: "first"})
    for other in (before, after):
        driver.retrieve(other)
    driver.both(id, {})
    driver.both(id, {name: driver.retrieve(id).get(name) for name in driver.contract.session.fields})
    named = dict.fromkeys(driver.contract.session.fixed, "named")
    driver.both(id, named)
    for name in named:
        driver.both(id, {name: "named"})
    driver.both(id, {"unknown": 1})
    driver.both(id, {"unknown": None})
    if "deactivate" in driver.contract.operations:
        operation = driver.contract.operations["deactivate"]
        driver.ask(operation.method.upper(), operation.path_for(after))
        driver.both(after, {next(iter(driver.contract.fields)): "after"})
        driver.retrieve(before)
        driver.both(id, {next(iter(driver.contract.fields)): "before"})


def _values(driver: Driver) -> None:
    for field in driver.contract.fields.values():
        id = driver.create("minimal")
        values: tuple[Any, ...] = {"text": TEXTS, "url": URLS, "image": NO_IMAGES}.get(field.kind, ())
        for value in (*values, 5, 0, 7.5, True, False, None, ["a"], [], {"a": 1}, {}):
            driver.both(id, {field.name: value})
    texts = driver.contract.of_kind("text")
    id = driver.create()
    for field in texts:
        for value in ("Zebra", "Ant", "Longest of all", "Ant", "Ant"):
            driver.both(id, {field.name: value})


def _together(driver: Driver) -> None:
    fields = list(driver.contract.fields.values())
    for one in fields:
        for other in fields:
            if not driver.contract.excluded({one.name, other.name}):
                id = driver.create()
                driver.both(id, {one.name: good(one, 1), other.name: good(other, 1)})
                if one.kind == other.kind == "text":
                    driver.both(id, {one.name: "Lower", other.name: "case"})
                    driver.both(id, {one.name: "lower", other.name: "Case"})
                if one.kind == other.kind == "url":
                    driver.both(id, {one.name: good(one, 2), other.name: good(other, 4)})
                driver.both(id, {other.name: "" if other.kind == "text" else good(other, 2), one.name: 5})
    groups = frozenset().union(*driver.contract.exclusive)
    id = driver.create()
    driver.both(id, {field.name: good(field, 3) for field in fields if field.name not in groups})
    driver.both(id, {field.name: "same" for field in driver.contract.of_kind("text") if field.name not in groups})


def _aside(driver: Driver) -> None:
    """What is held while another field is updated, and what differs from it in a trifle."""
    texts, urls, pairs = (driver.contract.of_kind(kind) for kind in ("text", "url", "metadata"))
    for field in texts:
        id = driver.create("minimal")
        driver.both(id, {field.name: "<b>held"})
        driver.both(id, {pairs[0].name: {"a": "b"}} if pairs else {})
    for field in pairs:
        id = driver.create("minimal")
        driver.both(id, {field.name: {"number": 3}})
        driver.both(id, {texts[0].name: "aside"})
    for field in urls:
        id = driver.create("minimal")
        for fragment in ("one", "two"):
            driver.both(id, {field.name: f"https://shop.example.com/a#{fragment}"})
        for other in urls:
            driver.both(id, {other.name: good(other, 1), field.name: "/relative"})


def _exclusive(driver: Driver) -> None:
    for group in driver.contract.exclusive:
        names = sorted(group, key=list(driver.contract.fields).index)
        bodies = [{name: good(driver.contract.fields[name], turn) for name in names} for turn in (1, 2)]
        for name in names:
            id = driver.create("minimal")
            driver.both(id, bodies[0])
            driver.both(id, {name: bodies[0][name]})
            driver.both(id, bodies[0])
            driver.both(id, dict(reversed(bodies[1].items())))
            for field in driver.contract.fields.values():
                if field.name not in group:
                    driver.both(id, {**bodies[1], field.name: good(field, 4)})
            rest = {field.name: good(field, 5) for field in driver.contract.fields.values() if field.name not in group}
            driver.both(id, {**bodies[1], **rest})
            for other in names:
                driver.both(id, {other: bodies[1][other]})
            operation = driver.contract.operations["create"]
            minimal = operation.examples["minimal"]
            driver.ask(operation.method.upper(), operation.path, {**minimal, **bodies[0]})
            for value in ("", None, "abc", "t" * 60):
                driver.both(id, {**bodies[1], names[0]: value})
            driver.both(id, {name: str(value).replace("https:", "http:") for name, value in bodies[1].items()})


def _metadata(driver: Driver) -> None:
    for field in driver.contract.of_kind("metadata"):
        id, text = driver.create(), driver.contract.of_kind("text")[-1].name
        for pairs in PAIRS:
            driver.both(id, {field.name: pairs})
        driver.both(id, {field.name: {"beside": "text"}, text: "beside"})
        driver.both(id, {field.name: {}, text: "beside"})
        for pairs in ({"one": "1st"}, {"two": "2nd"}, {"two": "2nd"}, {"three": "3rd", "One": "x"}):
            driver.both(id, {field.name: pairs})


def _bodies(driver: Driver) -> None:
    text = driver.contract.of_kind("text")[0].name.encode()
    for body in BODIES:
        id = driver.create("minimal")
        driver.both(id, body.replace(b'"a"', b'"' + text + b'"'))
    driver.both(id, {text.decode(): "x"}, Content_Type="text/plain")
    driver.both(driver.create("minimal"), {text.decode(): "x"}, Content_Type="left out")
    last = driver.contract.of_kind("text")[-1].name.encode()
    driver.both(driver.create("minimal"), b'{"%b": "\\ud800"}' % last)


def _ids(driver: Driver) -> None:
    id = driver.create()
    for change in IDS:
        driver.update(change(id), {driver.contract.of_kind("text")[0].name: "near"})
        driver.retrieve(change(id))
    driver.retrieve(id)
    other = driver.api.keys.other_secret
    driver.update(id, {driver.contract.of_kind("text")[0].name: "foreign"}, key=other)
    for field in driver.contract.of_kind("metadata"):
        driver.update(id, {field.name: {"foreign": "x"}}, key=other)
        driver.update(id[:-1] + ("a" if id[-1] != "a" else "b"), {field.name: {"unknown": "x"}})
    driver.retrieve(id, key=other)
    if (closing := driver.contract.operations.get("deactivate")) is not None:
        driver.ask(closing.method.upper(), closing.path_for(id), key=other)
        driver.ask(closing.method.upper(), closing.path_for(id), key="")
        for _ in range(2):
            driver.ask(closing.method.upper(), closing.path_for(id))
        driver.update(id, {driver.contract.of_kind("text")[0].name: "foreign"}, key=other)
    driver.retrieve(id)


def _credentials(driver: Driver) -> None:
    id, key = driver.create(), driver.api.keys.secret
    text = driver.contract.of_kind("text")[0].name
    wrong = key[:12] + ("A" if key[12] != "A" else "B") * (len(key) - 12)
    near = (
        key.swapcase(),
        key[:-1],
        key[:10],
        f"{key}x",
        f"{key} ",
        f"{key}\n",
        f" {key}",
        key[-9:],
        wrong,
        "other",
        f"zz{key[2:]}",
        re.split("[_-]", key)[-1],
        f"other_{re.split('[_-]', key)[-1]}",
    )
    made = [driver.credentials(item) for item in near]
    basic = base64.b64encode(f":{key}".encode()).decode()
    raw = [
        "left out",
        "Basic",
        "Bearer",
        "Basic !!",
        "Basic !!abcde",
        "Bearer other",
        "Digest a=b",
        f"Basic {basic}",
        "",
        "basic",
        "Foo bar",
    ]
    raw.append(driver.credentials(key).replace("Basic", "basic").replace("Bearer", "bearer"))
    raw.append("Basic " + base64.b64encode(key.encode()).decode())
    raw.append("Basic " + base64.b64encode(f"{key}:password".encode()).decode())
    raw.append(driver.credentials(""))
    metadata = driver.contract.of_kind("metadata")[0].name
    for turn, value in enumerate((*made, *raw)):
        driver.update(id, {text: f"turn {turn}"}, Authorization=value)
        driver.retrieve(id)
        driver.update(id[:-1] + "0", {text: "unknown"}, Authorization=value)
        driver.retrieve(id, Authorization=value)
    driver.update(id, {text: "a form"}, Authorization="left out", Content_Type="application/x-www-form-urlencoded")
    if driver.api.keys.publishable:
        driver.both(id, {text: "published"}, key=driver.api.keys.publishable)
        driver.both(id, {}, key=driver.api.keys.publishable)
        driver.both(id, {metadata: {"a": "published"}}, key=driver.api.keys.publishable)
        for field in driver.contract.of_kind("image"):
            driver.both(id, {field.name: good(field)}, key=driver.api.keys.publishable)


def _versions(driver: Driver) -> None:
    if driver.contract.versions is None:
        return
    text = driver.contract.of_kind("text")[0].name

    def under(name: str) -> dict[str, str]:
        return {driver.contract.versions.header.replace("-", "_"): name}

    for name in (
        *driver.contract.versions.names,
        "2099-01-01",
        "1999-01-01",
        "2022-07-01",
        "latest",
        "2022-10-15x",
        "",
    ):
        header = under(name)
        id = driver.create(**header)
        driver.update(id, {text: "under a version"}, **header)
        driver.retrieve(id, **header)
    first, *_, last = map(under, driver.contract.versions.names)
    id = driver.create(**first)
    driver.update(id, {text: "under no version"}, **{driver.contract.versions.header.title(): "2099-01-01"})
    driver.retrieve(id, **first)
    driver.update(id, {text: "under the last"}, **last)
    driver.retrieve(id, **first)
    driver.retrieve(driver.create("minimal", **first), **first)
    if driver.api.keys.publishable:
        driver.update(id, {text: "published"}, key=driver.api.keys.publishable, **last)
    shows, operation = driver.contract.versions.shows, driver.contract.operations["create"]
    if shows:
        narrow, wide = min(shows, key=lambda name: len(shows[name])), max(shows, key=lambda name: len(shows[name]))
        body = dict(operation.examples["minimal"])
        body[str(driver.contract.versions.field)] = [value for value in shows[wide] if value not in shows[narrow]]
        made = driver.ask(operation.method.upper(), operation.path, body, **under(wide))
        driver.retrieve(str(made.get(driver.contract.session.id_field, "lost")), **under(narrow))


def _methods(driver: Driver) -> None:
    id = driver.create()
    for method in ("PUT", "PATCH", "POST", "DELETE", "HEAD", "OPTIONS", "TRACE", "FOO"):
        driver.ask(method, driver.contract.update.path_for(id), {driver.contract.of_kind("text")[0].name: method})
        driver.retrieve(id)
    driver.ask("GET", "/elsewhere")


def _images(driver: Driver, *, large: bool) -> None:
    for field in driver.contract.of_kind("image"):
        limit = field.image
        sizes = [70, 5000]
        if large:
            sizes += [limit.accept_up_to * 6 // 10, limit.accept_up_to * 95 // 100, limit.accept_up_to]
            sizes += [limit.refuse_above + 1, limit.refuse_above * 5 // 4, limit.refuse_above * 7 // 4]
        for format in limit.formats:
            id = driver.create("minimal")
            for size in sizes:
                for text in (f"https://images.example/{format}/{size}", data_uri(format, size)):
                    driver.update(id, {field.name: text})
                    driver.retrieve(id)
        if large:
            url = f"https://images.example/{limit.formats[0]}/{limit.refuse_above * 2 + 9}"
            inline = data_uri(limit.formats[0], limit.refuse_above * 2)
            for text in (driver.contract.of_kind("text")[0], driver.contract.of_kind("text")[-1]):
                driver.both(id, {field.name: url, text.name: "beside"})
                driver.both(id, {field.name: inline, text.name: "beside"})
            driver.both(id, {field.name: url})


PARTS = (_sessions, _values, _aside, _together, _exclusive, _metadata, _bodies, _ids, _credentials, _versions, _methods)


def statuses(transcript: list[Any]) -> Iterator[int]:
    return (status for status, *_ in transcript)
