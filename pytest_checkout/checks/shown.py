"""Statements about a value that was sent: it is shown in the answer, and by a retrieve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from pytest_checkout.compare import difference, same, same_state, shows, text_of
from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.example import Trace, Update
from pytest_checkout.exchange import ABSENT
from pytest_checkout.zones import Zone, zone_of_value


def answers(contract: Contract, field: Field) -> Check:
    """The answer of an accepted update shows the field at its new value."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in _accepted_with(contract, trace, field):
            yield _fresh(trace, update, field, update.answer, "answer", update.index)
            if field.kind == "metadata":
                yield from _left_out(update, field)

    return check


def _left_out(update: Update, field: Field) -> Iterator[Judgement]:
    """The first pair that was not sent, was there before and is there after, and which the answer leaves out."""
    sessions = (update.before, update.answer, update.after)
    if not all(session is not None and isinstance(session.get(field.name), dict) for session in sessions):
        return
    before, answer, stored = (session[field.name] for session in sessions if session is not None)
    for key, value in before.items():
        if key not in answer and key not in update.sent[field.name] and same(value, stored.get(key, ABSENT)):
            yield after(
                update,
                update.index,
                reason=f"{field.name} is not whole in the answer",
                wanted=f"{field.name} with {text_of({key: value})} in the answer, as retrieves show before and after",
                got=text_of(answer),
            )
            return


def stores(contract: Contract, field: Field) -> Check:
    """A retrieve after an accepted update shows the field at its new value."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in _accepted_with(contract, trace, field):
            if update.after is not None:
                yield _fresh(trace, update, field, update.after, "retrieve", update.after_index)
            elif update.unread is not None:
                yield no_session(trace, update, update.unread)

    return check


def stores_at_once(contract: Contract) -> Check:
    """The first retrieve after an accepted update shows what a later one shows."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for field in contract.fields.values():
            for update in _accepted_with(contract, trace, field):
                if update.first_after is None or update.after is None:
                    continue
                sent = update.sent[field.name]
                first, later = (seen.get(field.name, ABSENT) for seen in (update.first_after, update.after))
                if shows(field, sent, first):
                    yield Held(index=update.index, zone=Zone.ACCEPT.label)
                elif shows(field, sent, later):
                    yield Broken(
                        index=update.index + 1,
                        cause=update.index,
                        until=update.after_index,
                        reason="late",
                        wanted=f"{field.name} {text_of(sent)} in the first retrieve after the update",
                        got=f"{text_of(first)}, and the new value only in a later one",
                    )

    return check


def last_wins(contract: Contract) -> Check:
    """Of two updates of a field in a row, the value of the later one is shown, and not what was there before it.

    A value that was changed on its way in is the matter of other statements.
    """

    def check(trace: Trace) -> Iterator[Judgement]:
        updates = [update for update, _ in plain_updates(contract, trace)]
        for first, second in pairwise(updates):
            if not (first.accepted and second.accepted) or second.after is None or second.index != first.index + 1:
                continue
            for field in contract.fields.values():
                if field.name in first.sent and field.name in second.sent:
                    judgement = _shown(second, field, second.after, "retrieve", second.after_index)
                    if isinstance(judgement, Held) or _stale(field, first, second.after.get(field.name)):
                        yield judgement

    return check


def _stale(field: Field, earlier: Update, got: Any) -> bool:
    """Whether a value is what an earlier update sent, or what was there before that."""
    held = earlier.before
    return shows(field, earlier.sent[field.name], got) or (held is not None and same_state(held.get(field.name), got))


def exact(contract: Contract, field: Field) -> Check:
    """A value of the third zone is kept exactly or refused."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in _with(contract, trace, field, Zone.BETWEEN):
            if update.exchange.refused:
                yield Held(index=update.index, zone=Zone.BETWEEN.label)
            elif update.accepted:
                for where, session, index in update.showing(field.name):
                    yield _shown(update, field, session, where, index, zone=Zone.BETWEEN)
                if update.unread is not None:
                    yield no_session(trace, update, update.unread)
            else:
                yield at(
                    update.index,
                    reason=f"neither kept nor refused: {outcome(update.exchange)}",
                    wanted="200 and the value as it was sent, or a refusal with 4xx",
                    got=answered(update.exchange),
                )

    return check


def _accepted_with(contract: Contract, trace: Trace, field: Field) -> Iterator[Update]:
    """The accepted updates that send a value of the field which the API must take."""
    return (update for update in _with(contract, trace, field, Zone.ACCEPT) if update.accepted)


def _with(contract: Contract, trace: Trace, field: Field, zone: Zone) -> Iterator[Update]:
    """The updates that send a value of the field from this zone, and nothing that must be refused."""
    for update, classed in plain_updates(contract, trace):
        body = update.step.body
        if classed.zone is Zone.REFUSE or field.name not in body:
            continue
        if zone_of_value(field, body[field.name]).zone is zone:
            yield update


def _fresh(  # noqa: PLR0917 - private, and called in this file
    trace: Trace, update: Update, field: Field, session: Mapping[str, Any] | None, where: str, index: int
) -> Judgement:
    """Like :func:`_shown`; an address that was sent before, and not now, is no address of the API's own."""
    got = (session or {}).get(field.name, ABSENT)
    earlier = (other.sent for other in trace.updates if other.index < update.index)
    if (
        field.kind == "image"
        and got != update.sent[field.name]
        and got in [sent[field.name] for sent in earlier if isinstance(sent, dict) and field.name in sent]
    ):
        return after(
            update,
            index,
            reason=f"{field.name} of an earlier update in the {where}",
            wanted=f"{field.name} {text_of(update.sent[field.name])} in the {where}, or a URL of the API's own",
            got=f"{text_of(got)}, which was sent before",
        )
    return told_apart_from_late(trace, _shown(update, field, session, where, index), field.name, got)


def _shown(
    update: Update, field: Field, session: Mapping[str, Any] | None, where: str, index: int, *, zone: Zone = Zone.ACCEPT
) -> Judgement:
    sent = update.sent[field.name]
    got = (session or {}).get(field.name, ABSENT)
    if shows(field, sent, got):
        return Held(index=index, zone=zone.label)
    became = difference(sent, got)
    return after(
        update,
        index,
        reason=f"{field.name} {became} in the {where}",
        wanted=f"{field.name} {text_of(sent)} in the {where}"
        + (", or a refusal with 4xx" if zone is Zone.BETWEEN else ""),
        got=f"{text_of(got)} ({became})",
    )
