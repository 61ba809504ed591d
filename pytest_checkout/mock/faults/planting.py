"""What a fault is, and the few shapes that most faults have.

A fault is a subclass of :class:`~pytest_checkout.mock.api.Api` that gets one step wrong. The functions here make the
common ones; the others are written out where they are named.
"""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from pytest_checkout.mock.api import Api
from pytest_checkout.mock.messages import Call, Refusal

Change: TypeAlias = Callable[[Any], Any]
When: TypeAlias = Callable[[Call], bool]
Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One misbehaviour that the mock can be given.

    ``breaks`` are the ids of the behaviours that it truly breaks, ``also`` glob patterns of those that may be reported
    as its direct consequence.
    """

    name: str
    breaks: tuple[str, ...]
    also: tuple[str, ...]
    summary: str


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A fault, and the API that has it."""

    fault: Fault
    api: type[Api]


def plant(name: str, summary: str, api: type[Api], *, breaks: Sequence[str] = (), also: Sequence[str] = ()) -> Planted:
    """Name a fault; it breaks the behaviour that its name starts with, and those of ``breaks``."""
    first = name.partition("/")[0]
    # What the contract does not describe is found by Schemathesis's checks, too, whatever brought it about.
    fault = Fault(name=name, breaks=(first, *breaks), also=(*also, "schema.*"), summary=summary)
    return Planted(fault=fault, api=api)


def deal(hands: Iterable[Item], kinds: Sequence[Any], *, each: int = 1) -> Iterator[tuple[Item, Any]]:
    """Deal kinds of fault out to fields, such that each field has ``each`` at least and each kind is used."""
    owners = list(hands)
    if not owners:
        return
    rounds = max(each * len(owners), len(kinds))
    kind, owner = itertools.cycle(kinds), itertools.cycle(owners)
    dealt = set()
    for turn in range(rounds):
        pair = (next(owner), next(kind))
        if (key := (turn % len(owners), turn % len(kinds))) not in dealt:
            dealt.add(key)
            yield pair


def any_time(call: Call) -> bool:
    """Whether a fault shows: always."""
    return call.role == "update"


def with_others(call: Call) -> bool:
    """Whether a fault shows: only where several fields are sent."""
    return call.role == "update" and len(call.body) > 1


def keeping(name: str, change: Change, *, when: When = any_time) -> type[Api]:
    """Keep another value of this field than the one that was sent; answer and retrieve agree."""

    class Keeping(Api):
        def changed(self, call: Call, field: str, old: Any, new: Any) -> Any:
            value = super().changed(call, field, old, new)
            return change(value) if field == name and value is not None and when(call) else value

    return Keeping


def storing(name: str, change: Callable[[Any, Any], Any], *, when: When = any_time) -> type[Api]:
    """Answer rightly, and store what ``change(new, old)`` makes of it."""

    class Storing(Api):
        def perform(self, call: Call) -> Any:
            if call.role != "update":
                return super().perform(call)
            with self.locked(call.target):
                answer = super().perform(call)
                if name in call.changes and when(call):
                    values = call.target.values
                    call.target.values = {**values, name: change(values[name], call.before.get(name))}
                return answer

    return Storing


def answering(name: str, change: Callable[[Any, Any], Any], *, when: When = any_time) -> type[Api]:
    """Store rightly, and answer the update with what ``change(new, old)`` makes of the field."""

    class Answering(Api):
        def render(self, call: Call) -> dict[str, Any]:
            answer = super().render(call)
            if name in call.changes and when(call):
                answer[name] = change(answer[name], call.before.get(name))
            return answer

    return Answering


def refusing(when: Callable[[Api, Call], bool], *, status: int = 400) -> type[Api]:
    """Refuse an update that should be taken."""

    class Refusing(Api):
        def validate(self, call: Call) -> None:
            super().validate(call)
            if call.role == "update" and when(self, call):
                raise Refusal(status, "This can't be done.")

    return Refusing


def spoiling(change: Callable[[Call, dict[str, Any]], dict[str, Any]]) -> type[Api]:
    """Change other fields too: ``change(call, values)`` gives those that an update sets beside the ones it should."""

    class Spoiling(Api):
        def save(self, call: Call, values: dict[str, Any]) -> None:
            super().save(call, {**values, **change(call, values)} if call.role == "update" else values)

    return Spoiling


def failing(when: Callable[[Call], bool]) -> type[Api]:
    """Answer an update with 500, after it was understood and before it is applied."""

    class Failing(Api):
        def perform(self, call: Call) -> Any:
            if call.role == "update" and when(call):
                raise Refusal(500, "Something went wrong.")
            return super().perform(call)

    return Failing


def on_text(change: Callable[[str], Any]) -> Change:
    """Change what is text, and leave everything else as it is."""
    return lambda value: change(value) if isinstance(value, str) else value


def letter_too_many(text: str) -> bool:
    """Whether base64, less what is none in it, has one letter more than can be read (RFC 4648, section 4)."""
    return len(re.findall(r"[A-Za-z0-9+/]", text)) % 4 == 1


def nth_update(call: Call, *, after: int = 1) -> bool:
    """Whether the session was updated this often already; counts the update."""
    count = call.target.memory.get("updates", 0)
    call.target.memory["updates"] = count + 1
    return bool(count >= after)


class AfterRefusal(Api):
    """Does something more where an update is refused for its body: :meth:`once_refused`."""

    def validate(self, call: Call) -> None:
        """Refuse as ever."""
        try:
            super().validate(call)
        except Refusal:
            if call.role == "update":
                self.once_refused(call)
            raise

    def once_refused(self, call: Call) -> None:
        """What is done then; nothing."""


def pause(milliseconds: float) -> None:
    """Leave other requests the time to come between."""
    time.sleep(milliseconds / 1000)
