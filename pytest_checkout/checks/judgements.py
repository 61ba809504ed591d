"""What a check yields for each exchange that says something about its statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from pytest_checkout.compare import same
from pytest_checkout.contract.model import Contract
from pytest_checkout.example import Taken, Trace, Update
from pytest_checkout.exchange import Exchange
from pytest_checkout.zones import Classed, zone_of_body

OK = 200


@dataclass(frozen=True, kw_only=True)
class Held:
    """An exchange that could have shown the opposite, and did not."""

    index: int
    zone: str = ""


@dataclass(frozen=True, kw_only=True)
class Broken:
    """An exchange that contradicts a statement.

    ``index`` is the exchange that shows it, ``cause`` the one that brought it about, ``until`` the last one needed to see
    it. Two findings are the same when their ``reason`` is. ``moved`` is the session's field that changed, where a
    change is what is wrong: such a finding falls when the field moves by itself. ``refused`` says that what is shown was
    refused, and never taken: an API that shows updates late does not explain it.
    """

    index: int
    cause: int
    until: int
    reason: str
    wanted: str
    got: str
    moved: str = ""
    refused: bool = False


@dataclass(frozen=True, kw_only=True)
class Unjudged:
    """An exchange that could not be judged, with the cause; ``red`` tells whether that turns the run red."""

    index: int
    cause: str
    red: bool = True


Judgement: TypeAlias = "Held | Broken | Unjudged"
Check: TypeAlias = "Callable[[Trace], Iterator[Judgement]]"


def at(index: int, *, reason: str, wanted: str, got: str) -> Broken:
    """A finding that the answer to one request shows by itself."""
    return Broken(index=index, cause=index, until=index, reason=reason, wanted=wanted, got=got)


def after(update: Update, index: int, *, reason: str, wanted: str, got: str, moved: str = "") -> Broken:
    """A finding that an update brought about, in its own answer or in a reading behind it."""
    until = max(index, update.after_index)
    return Broken(index=index, cause=update.index, until=until, reason=reason, wanted=wanted, got=got, moved=moved)


def among(steps: Sequence[tuple[int, Taken]], index: int, *, reason: str, wanted: str, got: str) -> Broken:
    """A finding that one of several steps shows, or a reading behind them, and all of them brought about."""
    until = max(index, steps[-1][0])
    return Broken(index=index, cause=steps[0][0], until=until, reason=reason, wanted=wanted, got=got)


def told_apart_from_late(trace: Trace, judgement: Judgement, name: str, got: Any) -> Judgement:
    """The judgement; a finding is marked where a retrieve shows of this field what refused updates sent, and no other."""
    if not isinstance(judgement, Broken) or not got:
        return judgement
    said = [item for item in trace.taken[: judgement.index] if isinstance(item.sent, dict) and name in item.sent]
    senders = [item for item in said if same(item.sent[name], got)]
    refused = bool(senders) and all(item.exchange.refused for item in senders)
    return replace(judgement, refused=refused)


def answered(exchange: Exchange) -> str:
    """What came back, in a few words."""
    if exchange.response is None:
        return exchange.failure
    body = exchange.response.body
    text = " ".join(body.text.split())
    nothing = "" if exchange.redirect else " with no body"
    return f"{exchange.status}{exchange.redirect}" + (
        f" {text[:200]}{'…' if len(text) > 200 else ''}" if text else nothing
    )


def outcome(exchange: Exchange) -> str:
    """The reason's part that tells one wrong answer from another."""
    return str(exchange.status) if exchange.response is not None else "no answer"


def plain_updates(contract: Contract, trace: Trace) -> Iterator[tuple[Update, Classed]]:
    """The ordinary updates of a trace, with the zone of what each sent; those that a rate limit stopped are left out."""
    for update in trace.updates:
        if update.step.ordinary and not update.exchange.deferred:
            yield update, zone_of_body(contract, update.step.body)


def no_session(trace: Trace, update: Update, index: int) -> Broken:
    """Against an update behind which the retrieve at this index shows no session."""
    exchange = trace.taken[index].exchange
    got = exchange.response.problem if exchange.response is not None and exchange.status == OK else ""
    return after(
        update,
        index,
        reason="the retrieve shows no session",
        wanted="200 and the session as JSON in the retrieve behind the update",
        got=f"{exchange.status}, and {got}" if got else answered(exchange),
    )
