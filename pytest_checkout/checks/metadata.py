"""Statements about metadata: pairs added, changed, kept, and kept apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_checkout.checks.judgements import Check, Held, Judgement, after, answered, at, outcome, plain_updates
from pytest_checkout.compare import difference, same, text_of
from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.example import Trace, Update
from pytest_checkout.exchange import ABSENT
from pytest_checkout.zones import Zone, zone_of_value


def _pairs(session: Mapping[str, Any] | None, field: Field) -> Mapping[str, Any]:
    value = (session or {}).get(field.name)
    return value if isinstance(value, dict) else {}


def _merges(contract: Contract, trace: Trace, field: Field) -> Iterator[Update]:
    """Accepted updates that send plain metadata, with a reading before."""
    for update, classed in plain_updates(contract, trace):
        if not update.accepted or classed.zone is Zone.REFUSE or field.name not in update.step.body:
            continue
        if zone_of_value(field, update.sent[field.name]).zone is Zone.ACCEPT and update.before is not None:
            yield update


def _shown(update: Update, field: Field, key: str, wanted: Any, word: str) -> Iterator[Judgement]:
    for where, session, index in update.showing(field.name):
        got = _pairs(session, field).get(key, ABSENT)
        if same(wanted, got):
            yield Held(index=index, zone=Zone.ACCEPT.label)
            continue
        yield after(
            update,
            index,
            reason=f"{word} {difference(wanted, got)} in the {where}",
            wanted=f"{field.name} with {text_of({key: wanted})} in the {where}",
            got=f"{text_of(got)} for {text_of(key)}",
            moved="" if word == "sent" else field.name,
        )


def pairs_shown(contract: Contract, field: Field, *, new: bool) -> Check:
    """A pair that was sent is taken, and shown in the answer and by a retrieve; ``new`` looks at keys that are new."""

    def check(trace: Trace) -> Iterator[Judgement]:
        yield from _refused(contract, trace, field, new=new)
        for update in _merges(contract, trace, field):
            before = _pairs(update.before, field)
            for key, value in update.sent[field.name].items():
                if (key not in before) is new:
                    yield from _shown(update, field, key, value, "sent")

    return check


def _refused(contract: Contract, trace: Trace, field: Field, *, new: bool) -> Iterator[Judgement]:
    """Plain pairs that were sent alone, and refused: they are neither added nor changed."""
    for update, classed in plain_updates(contract, trace):
        if classed.zone is not Zone.ACCEPT or set(update.sent) != {field.name} or update.before is None:
            continue
        known = update.sent[field.name].keys() <= _pairs(update.before, field).keys()
        if update.exchange.refused and known is not new:
            yield at(
                update.index,
                reason=f"refused with {outcome(update.exchange)}",
                wanted=f"200, and {field.name} {'with the new keys' if new else 'with the new values'}",
                got=answered(update.exchange),
            )


def pairs_kept(contract: Contract, field: Field) -> Check:
    """Pairs that were not sent are kept where metadata merges, and gone where it is replaced."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in _merges(contract, trace, field):
            sent = update.sent[field.name]
            for key, value in _pairs(update.before, field).items():
                if key in sent:
                    continue
                if field.merges:
                    yield from _shown(update, field, key, value, "unsent")
                else:
                    yield from _gone(update, field, key)
            if field.merges:
                yield from _nothing_more(update, field)

    return check


def _nothing_more(update: Update, field: Field) -> Iterator[Judgement]:
    """No pair is there that nobody sent."""
    known = {**_pairs(update.before, field), **update.sent[field.name]}
    more = [key for key in _pairs(update.after, field) if key not in known]
    if more:
        yield after(
            update,
            update.after_index,
            reason="a pair that nobody sent",
            wanted=f"{field.name} with the keys {text_of(sorted(known))}",
            got=f"{text_of(more[0])} beside them",
        )


def _gone(update: Update, field: Field, key: str) -> Iterator[Judgement]:
    for where, session, index in update.showing(field.name):
        if key not in _pairs(session, field):
            yield Held(index=index, zone=Zone.ACCEPT.label)
            continue
        yield after(
            update,
            index,
            reason=f"kept in the {where}",
            wanted=f"{field.name} as it was sent, without {text_of(key)}",
            got=f"{text_of(key)} is still there in the {where}",
        )


def cased_apart(contract: Contract) -> Check:
    """Keys that differ in letter case only keep values of their own."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for field in contract.of_kind("metadata"):
            for update in _merges(contract, trace, field):
                sent = update.sent[field.name]
                wanted = {**_pairs(update.before, field), **sent} if field.merges else sent
                cased = [
                    key for key in wanted if any(key != other and key.lower() == other.lower() for other in wanted)
                ]
                for key in cased:
                    yield from _shown(update, field, key, wanted[key], "sent")

    return check


def empty_keeps(contract: Contract, field: Field) -> Check:
    """An empty object changes no pair."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update, _ in plain_updates(contract, trace):
            if not isinstance(update.sent, dict) or update.sent.get(field.name) != {} or update.before is None:
                continue
            if not (update.accepted or update.exchange.refused):
                yield at(
                    update.index,
                    reason=f"answered {outcome(update.exchange)}",
                    wanted="200 or a refusal with 4xx",
                    got=answered(update.exchange),
                )
                continue
            if update.after is None:
                continue
            before, now = _pairs(update.before, field), _pairs(update.after, field)
            if same(before, now):
                yield Held(index=update.index, zone=Zone.BETWEEN.label)
            else:
                yield after(
                    update,
                    update.after_index,
                    reason="changed by an empty object",
                    wanted=f"{field.name} {text_of(before)}, as before",
                    got=text_of(now),
                    moved=field.name,
                )

    return check
