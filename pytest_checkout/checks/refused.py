"""Statements about which answer a request gets: a refusal, or one of the statuses that were named for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from pytest_checkout.checks.judgements import (
    OK,
    Broken,
    Check,
    Held,
    Judgement,
    Unjudged,
    answered,
    at,
    outcome,
    plain_updates,
)
from pytest_checkout.contract.model import Contract
from pytest_checkout.example import Trace
from pytest_checkout.exchange import Exchange
from pytest_checkout.zones import Zone

_REFUSAL = "a refusal with 4xx"


def refuses(contract: Contract, behaviour: str, *, fields: Collection[str] = ()) -> Check:
    """An update that this behaviour says is refused is answered with 4xx.

    It counts only in a trace that holds a control: an update of the same fields, without the defect, that was accepted.
    """

    def check(trace: Trace) -> Iterator[Judgement]:
        updates = list(plain_updates(contract, trace))
        controlled = any(
            update.accepted and (not fields or set(fields) & set(update.sent))
            for update, classed in updates
            if classed.zone is not Zone.REFUSE and update.sent
        )
        for update, classed in updates:
            if behaviour not in classed.behaviours:
                continue
            if update.taken.asked is False and behaviour == "image.refuses_other":
                continue  # an API that did not look at the picture can't know that it is none
            if not update.exchange.refused:
                yield _not_refused(update.index, update.exchange)
            elif controlled:
                yield Held(index=update.index, zone=Zone.REFUSE.label)
            else:
                yield Unjudged(index=update.index, cause="the same request without the defect was refused, too")

    return check


def claimed(behaviour: str, *, good: Callable[[Exchange], bool] | None = None, wanted: str = _REFUSAL) -> Check:
    """Steps that were made for this behaviour are answered with one of the statuses that they name, or any 4xx.

    ``good`` tells a right answer where the statuses can't, and ``wanted`` says in words which are right.
    """

    def check(trace: Trace) -> Iterator[Judgement]:
        for index, item in enumerate(trace.taken):
            if item.step.claim != behaviour or item.exchange.deferred:
                continue
            statuses = item.step.statuses
            if good is not None:
                right = good(item.exchange)
            else:
                right = item.exchange.status in statuses if statuses else item.exchange.refused
            if right:
                zone = Zone.ACCEPT if OK in statuses else Zone.REFUSE
                yield Held(index=index, zone=zone.label)
            else:
                yield _not_refused(index, item.exchange, statuses, wanted=wanted)

    return check


def empty_answered() -> Check:
    """An update that names no field is accepted or refused."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in trace.updates:
            if update.sent != {} or not update.step.ordinary:
                continue
            if update.accepted or update.exchange.refused:
                yield Held(index=update.index, zone=Zone.BETWEEN.label)
            else:
                yield _not_refused(update.index, update.exchange, (OK, 400))

    return check


def _not_refused(index: int, exchange: Exchange, statuses: tuple[int, ...] = (), *, wanted: str = _REFUSAL) -> Broken:
    return at(
        index,
        reason=f"answered {outcome(exchange)}",
        wanted=" or ".join(map(str, statuses)) if statuses else wanted,
        got=answered(exchange),
    )
