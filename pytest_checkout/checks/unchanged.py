"""Statements about what stays as it was: fields that were not sent, whole sessions, and neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from pytest_checkout.checks.judgements import (
    Broken,
    Check,
    Held,
    Judgement,
    after,
    answered,
    at,
    no_session,
    outcome,
    plain_updates,
    told_apart_from_late,
)
from pytest_checkout.compare import changed, same_state, text_of
from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.example import Trace, Update
from pytest_checkout.exchange import ABSENT
from pytest_checkout.zones import Zone


def keeps(contract: Contract, field: Field) -> Check:
    """An accepted update that does not send the field leaves it as it was."""
    partners = contract.partners(field.name)

    def check(trace: Trace) -> Iterator[Judgement]:
        for update, classed in plain_updates(contract, trace):
            if not update.accepted or update.before is None or field.name in update.sent or classed.zone is Zone.REFUSE:
                continue
            before = update.before.get(field.name, ABSENT)
            for where, session, index in update.showing(field.name):
                got = session.get(field.name, ABSENT)
                if where == "answer" and got is ABSENT and trace.readable:
                    continue  # an unset field may be left out: a retrieve tells whether it is unset
                if partners & set(update.sent) and same_state(got, None):
                    continue
                yield _unchanged(update, field.name, before, got, where, index)

    return check


def fixed(name: str) -> Check:
    """No update changes this field of the session."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in trace.updates:
            if update.before is None or update.step.credentials != "secret" or update.step.id:
                continue
            before = update.before.get(name, ABSENT)
            answer = update.answer if update.answer is not None else {}
            if name in answer:
                yield _unchanged(update, name, before, answer[name], "answer", update.index)
            if update.after is not None:
                yield _unchanged(update, name, before, update.after.get(name, ABSENT), "retrieve", update.after_index)

    return check


def keeps_others(contract: Contract) -> Check:
    """An accepted update leaves what it can't set as it was: the session's fields that are not the update's own."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update, classed in plain_updates(contract, trace):
            if not update.accepted or update.before is None or update.after is None or classed.zone is Zone.REFUSE:
                continue
            for name in (name for name in contract.others if name not in update.sent):
                before, got = update.before.get(name, ABSENT), update.after.get(name, ABSENT)
                yield _unchanged(update, name, before, got, "retrieve", update.after_index)

    return check


def _unchanged(  # noqa: PLR0917 - private, and called in this file
    update: Update, name: str, before: Any, got: Any, where: str, index: int
) -> Judgement:
    if same_state(before, got):
        return Held(index=index)
    return after(
        update,
        index,
        reason=f"{name} changed in the {where}",
        wanted=f"{name} {text_of(before)} in the {where}, as before the update",
        got=text_of(got),
        moved=name,
    )


def idempotent(contract: Contract) -> Check:
    """The second of two equal updates is accepted when the first is, and leaves the session as the first did."""
    still = _still(contract)

    def check(trace: Trace) -> Iterator[Judgement]:
        updates = [update for update, _ in plain_updates(contract, trace)]
        for first, second in pairwise(updates):
            if first.step != second.step or not first.accepted or first.after is None:
                continue
            if not second.accepted:
                yield at(
                    second.index,
                    reason=f"not accepted again: {outcome(second.exchange)}",
                    wanted="200 once more, as the same update was accepted before",
                    got=answered(second.exchange),
                )
            elif second.after is not None:
                wanted = "as after the first of two equal updates"
                yield from _compared(first.after, second.after, wanted, second.index, second.after_index, among=still)

    return check


def changes_nothing(contract: Contract, *, when: Callable[[Update], bool], known: bool = False) -> Check:
    """An update of this kind leaves the whole session as it was.

    ``known`` looks only at the contract's fields that do not move by themselves.
    """
    among = _still(contract) if known else None

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in trace.updates:
            if update.before is None or not when(update):
                continue
            if update.unread is not None:
                yield no_session(trace, update, update.unread)
            elif update.after is not None:
                for judgement in _compared(
                    update.before, update.after, "as before", update.index, update.after_index, among=among
                ):
                    name = judgement.moved if isinstance(judgement, Broken) else ""
                    yield told_apart_from_late(trace, judgement, name, update.after.get(name))

    return check


def untouched(session: str) -> Check:
    """Between two readings of this session, in which only other sessions were written, nothing of it changes."""

    def check(trace: Trace) -> Iterator[Judgement]:
        before: Mapping[str, Any] | None = None
        cause: int | None = None
        for index, item in enumerate(trace.taken):
            own = item.step.session == session
            if item.step.part != "retrieve":
                before, cause = (None if own else before), index
            elif own and item.exchange.ok and isinstance(item.exchange.value, dict):
                now = item.exchange.value
                if before is not None and cause is not None:
                    yield from _compared(before, now, f"in the session {session}, which was not updated", cause, index)
                before, cause = now, None

    return check


def _still(contract: Contract) -> frozenset[str]:
    """The contract's fields that neither move by themselves nor with any update."""
    return frozenset(contract.session.fields) - contract.session.moving


def _compared(
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    wanted: str,
    cause: int,
    index: int,
    *,
    among: frozenset[str] | None = None,
) -> Iterator[Judgement]:
    """What became of each field between two readings; those that stayed hold together, as one may move by itself."""
    names = [name for name in changed(before, now) if among is None or name in among]
    if len(names) < len(before):
        yield Held(index=cause)
    for name in names:
        yield Broken(
            index=index,
            cause=cause,
            until=index,
            reason=f"{name} changed",
            wanted=f"{name} {text_of(before.get(name, ABSENT))}, {wanted}",
            got=f"{text_of(now.get(name, ABSENT))} in a retrieve",
            moved=name,
        )
