"""What a session held before and after the update that an example turns on, and what of it contradicts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_checkout.exchange import ABSENT, Exchange
from pytest_checkout.verdict import Evidence

_STATUS = re.compile(r"\b[1-5][0-9]{2}\b|\b[45]xx\b|refus", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class States:
    """A session before and after the last update, or updates at the same time, up to the exchange that contradicts.

    ``sent`` are the values that were sent for each field. ``before`` is ``None`` where nothing showed it; without
    ``after`` there is nothing to compare. ``wrong`` are the fields that contradict.
    """

    before: Mapping[str, Any] | None = None
    sent: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    after: Mapping[str, Any] | None = None
    wrong: frozenset[str] = frozenset()

    @property
    def names(self) -> list[str]:
        """The fields that were sent or have changed."""
        if self.after is None:
            return []
        moved = [name for name in dict.fromkeys([*(self.before or {}), *self.after]) if _moved(self, name)]
        return list(dict.fromkeys([*self.sent, *moved]))


def states(evidence: Evidence) -> States:
    """The states of the session that the example turns on."""
    example = evidence.example[: evidence.at + 1]
    last = next((place for place in reversed(range(len(example))) if example[place].role == "update"), None)
    if last is None:
        return States()
    first = last
    while first and _together(example[first - 1], example[last]):
        first -= 1
    session = example[last].session
    mine = [(place, each) for place, each in enumerate(example) if each.session == session]
    before = next((state for place, each in reversed(mine) if place < first and (state := _state(each))), None)
    after = next((state for place, each in reversed(mine) if place >= first and (state := _state(each))), None)
    sent: dict[str, list[Any]] = {}
    for place, each in mine:
        if first <= place <= last:
            for name, value in sent_members(each).items():
                sent.setdefault(name, []).append(value)
    found = States(before=before, sent=sent, after=after)
    return States(before=before, sent=sent, after=after, wrong=frozenset(_wrong(found, evidence.wanted)))


def sent_members(exchange: Exchange) -> Mapping[str, Any]:
    """The members of the JSON object that a request carried; none where it carried none."""
    body = exchange.request.body
    if body is None:
        return {}
    if body.recipe is not None and "json" in body.recipe:
        value = body.recipe["json"]
    else:
        try:
            value = json.loads(body.text) if body.whole else None
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


def _together(one: Exchange, other: Exchange) -> bool:
    """Whether two requests were sent at the same time to the same session."""
    return one.role == "update" and one.purpose == other.purpose != "" and one.session == other.session


def _state(exchange: Exchange) -> Mapping[str, Any] | None:
    value = exchange.value
    return value if exchange.ok and isinstance(value, dict) else None


def _moved(found: States, name: str) -> bool:
    if found.before is None or found.after is None:
        return False
    return bool(found.before.get(name, ABSENT) != found.after.get(name, ABSENT))


def _wrong(found: States, wanted: str) -> list[str]:
    """The fields of which the sentence about what was wanted speaks; it speaks of the status alone where it names none."""
    after = found.after
    if after is None:
        return []
    suspects = [
        name
        for name in found.names
        if name not in found.sent or not _as_sent(found.sent[name], after.get(name, ABSENT))
    ]
    named = [name for name in suspects if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", wanted)]
    return named if named or _STATUS.search(wanted) else suspects


def _as_sent(values: Sequence[Any], now: Any) -> bool:
    """Whether a field holds what was sent; metadata may hold other pairs, too."""
    if isinstance(now, dict) and all(isinstance(value, dict) for value in values):
        return all(now.get(key, ABSENT) == item for value in values for key, item in value.items())
    return any(now == value for value in values)
