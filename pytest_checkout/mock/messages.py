"""What goes in and out of the mock: a request as it was sent, an answer as it will be written, and a refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pytest_checkout.contract.model import Operation
from pytest_checkout.mock.keys import Account
from pytest_checkout.mock.store import Session


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, byte for byte; ``target`` and the headers are ISO 8859-1 text, as HTTP reads them."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    @cached_property
    def _first(self) -> Mapping[str, str]:
        return {name.lower(): value for name, value in reversed(self.headers)}

    def header(self, name: str) -> str | None:
        """The value of the first header of this name, in any case."""
        return self._first.get(name.lower())

    @cached_property
    def path(self) -> str:
        """The target without scheme and host (RFC 9112, 3.2.2) and without the query; nothing is decoded."""
        target = self.target
        if target[:7].lower() == "http://":
            target = "/" + target[7:].partition("/")[2]
        return target.partition("?")[0]


@dataclass(kw_only=True)
class Answer:
    """One answer, and how it is written to the connection.

    ``early`` are 1xx statuses sent before it. ``chunk`` is the size of its chunks; without one its length is told, or,
    where ``until_close`` is set, shown by the end of the connection. ``spell`` writes the headers' names.
    """

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    early: tuple[int, ...] = ()
    chunk: int = 0
    until_close: bool = False
    close: bool = False
    protocol: str = "HTTP/1.1"
    spell: Callable[[str], str] = str


@dataclass(kw_only=True)
class Call:
    """One request on its way through the steps; each step fills in what it found.

    ``changes`` are the values to be taken over, ``before`` those that the session had.
    """

    request: Request
    account: Account | None = None
    operation: Operation | None = None
    version: str | None = None
    body: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    session: Session | None = None

    @property
    def role(self) -> str:
        """The part that the operation plays, or nothing before it is known."""
        return self.operation.role if self.operation is not None else ""

    @property
    def target(self) -> Session:
        """The session that the request is about; there is one once the request was routed or its session made."""
        if self.session is None:
            raise LookupError("no session was routed to")
        return self.session


class Refusal(Exception):
    """The request is refused with this status; the message is for its sender and quotes nothing of the request."""

    def __init__(self, status: int, message: str, *, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers
