"""An example: the requests that are sent in a row, as data; and its trace: the same with what came back.

Whatever the suite sends is written down as an :class:`Example`, so that it can be run again on a fresh session, made
smaller, and printed as a script, no matter which behaviour it was made for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal, TypeAlias

from pytest_checkout.contract.model import Carrier
from pytest_checkout.exchange import ABSENT, Exchange
from pytest_checkout.images import NotImage, Picture

Part: TypeAlias = Literal["create", "retrieve", "update", "deactivate"]

#: In a step: send the version that the example is run under.
AS_EXAMPLE = "as the example"
#: In a step: send no version header.
NO_VERSION = ""


@dataclass(frozen=True)
class ImageValue:
    """An image in a body, before it is known how its text reads: a picture, the way it is carried, and its URL's query.

    The run's image host takes ``delay_s`` seconds to answer with it.
    """

    content: Picture | NotImage
    carrier: Carrier
    query: str = ""
    delay_s: float = 0.0

    def recipe(self) -> dict[str, Any]:
        """How a reader can make the value again."""
        if isinstance(self.content, Picture):
            image = {"format": self.content.format, "bytes": self.content.size, "carrier": self.carrier}
            return {"$image": {**image, "query": self.query} if self.query else image}
        return {"$image": {"no_image": self.content.name, "carrier": self.carrier}}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of an example.

    ``body`` is JSON, in which :class:`ImageValue` may stand; ``raw`` are bytes to send instead. ``id`` is empty for the
    session's own id, or the name of a transformation of it (see :mod:`pytest_checkout.identifiers`). ``claim`` names
    the behaviour that the step was made for where the body cannot tell (``auth.near_miss``), and ``statuses`` the
    answers that it wants then; none stand for any 4xx. ``given`` is the id of a session that was there before the run: a
    create that has one takes that session, and reads it. Steps of the same ``group`` above 0 are sent at the same time,
    or ``after_s`` seconds after the others. ``escaped`` spells the JSON in ASCII, with escapes for all else.
    """

    part: Part
    session: str = "A"
    body: Any = ABSENT
    raw: bytes | None = None
    credentials: str = "secret"
    version: str = AS_EXAMPLE
    id: str = ""
    method: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    claim: str = ""
    statuses: tuple[int, ...] = ()
    group: int = 0
    after_s: float = 0.0
    given: str = ""
    purpose: str = ""
    escaped: bool = False

    def but(self, **changes: Any) -> Step:
        """The same step with some parts changed."""
        return replace(self, **changes)

    @property
    def ordinary(self) -> bool:
        """Whether the step is a plain use of its operation: real key, real id, JSON body, the contract's method."""
        return (
            self.raw is None
            and self.credentials == "secret"
            and not self.id
            and not self.method
            and not self.headers
            and not self.claim
        )


@dataclass(frozen=True, kw_only=True)
class Example:
    """Steps in a row, run under one API version (``None``: without the header, or no versions at all)."""

    steps: tuple[Step, ...]
    version: str | None = None
    name: str = ""

    def but(self, steps: tuple[Step, ...]) -> Example:
        """The same example with other steps."""
        return replace(self, steps=steps)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """One step that was taken: its exchange, and the JSON that was really sent (images as their text).

    ``asked`` tells whether the API asked the image host for the image of the step; ``None`` where there was none by URL.
    """

    step: Step
    exchange: Exchange
    sent: Any = ABSENT
    asked: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Update:
    """One update in a trace, with the session as it was read before and after it.

    ``before`` and ``after`` are ``None`` where the session was not read, or where something else was written in between.
    ``first_after`` is the first reading after the update, ``after`` the last of an uninterrupted row of readings. Where
    there is none, ``unread`` is the index of a retrieve that was answered with something else than the session.
    """

    index: int
    taken: Taken
    before: Mapping[str, Any] | None
    first_after: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    after_index: int
    unread: int | None = None

    @property
    def sent(self) -> Any:
        """The JSON that was sent."""
        return self.taken.sent

    @property
    def step(self) -> Step:
        """The step."""
        return self.taken.step

    @property
    def exchange(self) -> Exchange:
        """The exchange."""
        return self.taken.exchange

    @property
    def accepted(self) -> bool:
        """Whether the update was accepted as it should be, with 200."""
        return self.exchange.status == 200

    @property
    def answer(self) -> Mapping[str, Any] | None:
        """The answer of an accepted update, where it is a JSON object."""
        value = self.exchange.value
        return value if self.accepted and isinstance(value, dict) else None

    def showing(self, field: str) -> Iterator[tuple[str, Mapping[str, Any], int]]:
        """Where a field is shown after an accepted update: the name of the place, the session there, the exchange's index.

        An answer that leaves the field out tells nothing of it where a retrieve does.
        """
        if self.answer is not None and (field in self.answer or self.after is None):
            yield "answer", self.answer, self.index
        if self.accepted and self.after is not None:
            yield "retrieve", self.after, self.after_index


@dataclass(frozen=True, kw_only=True)
class Trace:
    """An example that was run. ``readable`` tells whether the contract has a retrieve operation."""

    taken: tuple[Taken, ...]
    version: str | None = None
    name: str = ""
    readable: bool = True

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All exchanges, in the order in which they were sent."""
        return tuple(item.exchange for item in self.taken)

    def example(self, until: int | None = None) -> Example:
        """The example that would send the same again, up to and with the step of this index."""
        steps = tuple(item.step for item in self.taken[: None if until is None else until + 1])
        return Example(steps=steps, version=self.version, name=self.name)

    @cached_property
    def updates(self) -> tuple[Update, ...]:
        """The updates by themselves (those sent at the same time as others are left out)."""
        return tuple(self._updates())

    def _updates(self) -> Iterator[Update]:
        known: dict[str, Mapping[str, Any] | None] = {}
        for index, item in enumerate(self.taken):
            step, name = item.step, item.step.session
            if self._reads(item):
                known[name] = item.exchange.value
            elif step.part == "update":
                if not step.group:
                    yield self._update(index, item, known.get(name))
                answered = item.exchange.value if item.exchange.ok and isinstance(item.exchange.value, dict) else None
                known[name] = known.get(name) if item.exchange.refused else (None if self.readable else answered)
            elif step.part == "create" and (step.given or not self.readable) and item.exchange.ok:
                known[name] = item.exchange.value
            elif step.part == "deactivate":
                known[name] = None

    def _update(self, index: int, item: Taken, before: Mapping[str, Any] | None) -> Update:
        first: Mapping[str, Any] | None = None
        last: Mapping[str, Any] | None = None
        unread: int | None = None
        where = index
        for later in range(index + 1, len(self.taken)):
            other = self.taken[later]
            if other.step.session != item.step.session or other.step.part == "create":
                continue
            if self._reads(other):
                first = other.exchange.value if first is None else first
                last, where = other.exchange.value, later
            elif other.step.part == "retrieve":
                unread = later if unread is None and self._misses(other) else unread
            elif other.exchange.refused and first is None and other.step.part == "update" and not other.step.group:
                continue  # a refused update is held to change nothing, by a statement of its own
            else:
                break
        return Update(
            index=index,
            taken=item,
            before=before,
            first_after=first,
            after=last,
            after_index=where,
            unread=unread if last is None else None,
        )

    def _reads(self, item: Taken) -> bool:
        return self._asks(item.step) and item.exchange.status == 200 and isinstance(item.exchange.value, dict)

    def _misses(self, item: Taken) -> bool:
        """Whether a session was asked for, and something else than it came, by no passing fault of the server."""
        return self._asks(item.step) and not item.exchange.failed and not item.exchange.deferred

    @staticmethod
    def _asks(step: Step) -> bool:
        return (
            step.part == "retrieve"
            and step.credentials == "secret"
            and not step.id
            and not step.method
            and not step.group
        )
