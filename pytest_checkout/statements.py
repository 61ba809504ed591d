"""The universal statements: pure functions over one exchange, held against every exchange of a run.

Each returns ``None`` where the exchange says nothing about it, :data:`HOLDS` where it could have shown the opposite, and
a :class:`Finding` where it did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from pytest_checkout.checks import answered, is_json
from pytest_checkout.compare import text_of
from pytest_checkout.contract.model import Contract
from pytest_checkout.exchange import NOT_IMPLEMENTED, Exchange
from pytest_checkout.redaction import holds_key

_COMMON_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: Credentials that are no transformation of the key, so that a key in an answer to one of those is no echo of it.
_UNCHANGED = frozenset({"secret", "none", "other", "publishable", "empty_header", "empty_key"})


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What an exchange shows against a statement."""

    wanted: str
    got: str


HOLDS: Literal["holds"] = "holds"
Statement: TypeAlias = "Callable[[Contract, Exchange], Finding | Literal['holds'] | None]"


def no_server_error(_contract: Contract, exchange: Exchange) -> Finding | Literal["holds"] | None:
    """No request is answered with 5xx, and none is dropped (RFC 9110, section 15.6)."""
    named = exchange.request.method in {*_COMMON_METHODS, "HEAD"}
    if exchange.response is None:
        return Finding(wanted="an answer", got=exchange.failure)
    if exchange.status == NOT_IMPLEMENTED and (
        exchange.role == "" or exchange.purpose == exchange.request.method or not named
    ):
        return None  # the way to say that a method is not known
    if exchange.status >= 500:
        return Finding(wanted="an answer below 500", got=answered(exchange))
    return HOLDS


def error_body(contract: Contract, exchange: Exchange) -> Finding | Literal["holds"] | None:
    """Each refusal has the contract's error body."""
    if contract.error is None or not exchange.refused or _from_the_front_end(exchange):
        return None
    response = exchange.response
    assert response is not None  # noqa: S101 - a refusal is an answer
    wanted = f"an error body as the contract has it, with {contract.error.member!r}"
    if not is_json(response.media_type):
        return Finding(
            wanted=wanted, got=f"{exchange.status} of media type {response.media_type or 'none'}: {answered(exchange)}"
        )
    problem = response.problem or problems_of(contract.error.schema, response.value)
    return Finding(wanted=wanted, got=f"{answered(exchange)} ({problem})") if problem else HOLDS


#: Control characters, bytes that are no UTF-8, and a percent sign that begins no escape.
_ODD_ESCAPE = re.compile(r"%0|%FF|%C0|%ED|%(?![0-9A-Fa-f]{2})")


def _from_the_front_end(exchange: Exchange) -> bool:
    """Answers that the HTTP front end gives by itself, before there is an application to ask; to HEAD it gives no body."""
    if exchange.status in (408, 411, 417, 431) or exchange.request.method not in _COMMON_METHODS:
        return True
    odd_target = len(exchange.request.target) > 1000 or _ODD_ESCAPE.search(exchange.request.target) is not None
    return exchange.status in (400, 414) and odd_target


def no_leak(_contract: Contract, exchange: Exchange) -> Finding | Literal["holds"] | None:
    """No answer holds a stack trace, a source path, or an API key that the request did not carry as text.

    A publishable key counts in a refusal: in a session it may be part of the hosted page's address.
    """
    response = exchange.response
    if response is None:
        return None
    body = response.body.text
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers)
    sent = _carried(exchange)
    key = holds_key(f"{headers}\n{body}", publishable=exchange.refused)
    if key and exchange.request.credentials in _UNCHANGED and not holds_key(sent):
        return Finding(wanted="an answer without an API key", got=answered(exchange))
    for leak in LEAKS:
        found = leak.found_in(body) or leak.found_in(headers)
        if found and found not in sent and found not in _spaced(sent):
            return Finding(wanted=f"an answer without a {leak.what}", got=f"{exchange.status} with {text_of(found)}")
    return HOLDS


def _carried(exchange: Exchange) -> str:
    body = exchange.request.body.text if exchange.request.body is not None else ""
    return body + "\n" + exchange.request.target


def _spaced(text: str) -> str:
    """JSON in whose texts white space that is spelt as an escape is a space."""
    return _ESCAPED_SPACE.sub(" ", text)


_ESCAPED_SPACE = re.compile(r"(?<!\\)\\[nrt]")


@dataclass(frozen=True)
class Leak:
    """What shows how a server works inside: a pattern, and the signs without which it can't match.

    The signs are looked for first, which costs a hundredth of the pattern's own search.
    """

    what: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]

    def found_in(self, text: str) -> str:
        """The leaked text, empty where there is none."""
        if not any(sign in text for sign in self.signs):
            return ""
        found = self.pattern.search(text) or self.pattern.search(_spaced(text))
        return found[0] if found is not None else ""


_PATH = r"[\w./-]{1,300}"
#: Stack traces and source paths of the common stacks.
LEAKS: tuple[Leak, ...] = (
    Leak(
        "Python traceback",
        ("Traceback (", '.py"', '.py\\"'),
        re.compile(r"Traceback \(most recent call last\)|File \\?\"[^\"\n]{1,300}\.py\\?\", line \d+"),
    ),
    Leak(
        "Node.js stack trace",
        ("at ", "node:internal/"),
        re.compile(
            r"\bat (?:async )?(?:[\w.$<>\[\] ]{1,200} )?\(?(?:file://)?[^\s()\"]{1,300}\.[cm]?[jt]s:\d+:\d+|\bnode:internal/"
        ),
    ),
    Leak(
        "Java stack trace",
        ("at ", "java.", "Caused by: "),
        re.compile(
            r"\bat [\w.$]{1,300}\([\w$]{1,200}\.(?:java|kt|scala):\d+\)|\bjava\.(?:lang|util|io)\.\w{1,100}(?:Exception|Error)\b"
            r"|\bCaused by: [\w.]{1,300}Exception"
        ),
    ),
    Leak(
        "Go stack trace",
        ("goroutine ", "panic: ", ".go:"),
        re.compile(rf"\bgoroutine \d+ \[|\bpanic: |/{_PATH}\.go:\d+"),
    ),
    Leak(
        "PHP stack trace",
        ("Stack trace:", ".php", "PHP ", "Fatal error: "),
        re.compile(
            rf"Stack trace:\s*(?:\\n|\n)?\s*#0|\bin /{_PATH}\.php(?: on line |:)\d+|PHP (?:Fatal|Parse) error|Fatal error: "
        ),
    ),
    Leak("Ruby stack trace", (".rb:",), re.compile(rf"{_PATH}\.rb:\d+:in [`']")),
    Leak(
        ".NET stack trace",
        ("at ", "System.", "--- End of"),
        re.compile(
            r"\bat [\w.<>`]{1,300}\([^)\n]{0,500}\) in [^\s\"]{1,300}\.(?:cs|fs|vb):line \d+"
            r"|\bSystem\.\w{1,100}(?:\.\w{1,100}){0,10}Exception\b|--- End of inner exception"
        ),
    ),
    Leak(
        "source path",
        (
            *("/usr/", "/home/", "/var/", "/app/", "/srv/", "/opt/", "/root/", "/src/", "/Users/", ":\\"),
            *("node_modules/", "site-packages/", "vendor/bundle/"),
        ),
        re.compile(
            r"(?:/(?:usr|home|var|app|srv|opt|root|src|Users)/[\w.@/-]{1,300}\.(?:py|js|ts|mjs|cjs|java|kt|go|php|rb|cs|rs|ex)\b)"
            r"|[A-Z]:\\{1,2}[\w.\\ -]{1,300}\.(?:py|js|ts|java|go|php|rb|cs)\b|\b(?:node_modules|site-packages|vendor/bundle)/"
        ),
    ),
)


def no_errors_in_success(contract: Contract, exchange: Exchange) -> Finding | Literal["holds"] | None:
    """No 2xx answer says that something failed."""
    if contract.error is None or not exchange.ok or not isinstance(exchange.value, dict):
        return None
    member = exchange.value.get(contract.error.member)
    if member in (None, [], {}, "", False):
        return HOLDS
    return Finding(wanted=f"no {contract.error.member!r} in an answer {exchange.status}", got=answered(exchange))


#: The statements by the behaviours that they judge, in the order of a report.
STATEMENTS: Mapping[str, Statement] = MappingProxyType(
    {
        "errors.body": error_body,
        "errors.no_leak": no_leak,
        "errors.no_errors_in_success": no_errors_in_success,
        "any.no_server_error": no_server_error,
    }
)


@lru_cache(maxsize=32)
def _validator(key: int) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(_SCHEMAS[key])


_SCHEMAS: dict[int, Mapping[str, Any]] = {}


def problems_of(schema: Mapping[str, Any], value: Any) -> str:
    """What is wrong with a value under a JSON Schema, in one short sentence; empty where nothing is."""
    _SCHEMAS.setdefault(id(schema), schema)
    validator = _validator(id(schema))
    if validator.is_valid(value):
        return ""
    from jsonschema.exceptions import best_match

    error = best_match(validator.iter_errors(value))
    where = "".join(f"/{part}" for part in error.absolute_path) or "the body"
    return f"{where}: {error.validator} {text_of(error.validator_value)} does not hold for {text_of(error.instance)}"
