"""Statements about what an update must be accepted with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_checkout.checks.judgements import Check, Held, Judgement, after, answered, at, outcome, plain_updates
from pytest_checkout.compare import same_state, shows, text_of
from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.example import ImageValue, Trace, Update
from pytest_checkout.exchange import ABSENT
from pytest_checkout.zones import Classed, Zone


def _fresh_updates(contract: Contract, trace: Trace) -> Iterator[tuple[Update, Classed]]:
    """The ordinary updates that do not repeat an accepted one right before them, which is a statement of its own."""
    before: Update | None = None
    for update, classed in plain_updates(contract, trace):
        if before is None or not before.accepted or before.step != update.step:
            yield update, classed
        before = update


def accepts(contract: Contract, field: Field) -> Check:
    """An update of this field alone is accepted with 200."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update, classed in _fresh_updates(contract, trace):
            if classed.zone is Zone.ACCEPT and set(update.sent) == {field.name}:
                yield _accepted(update)

    return check


def accepts_together(contract: Contract) -> Check:
    """An update of several fields is accepted with 200, where each of them alone is."""

    def check(trace: Trace) -> Iterator[Judgement]:
        alone = [update for update, _ in plain_updates(contract, trace) if _names_one(update)]
        refused = {
            (name, text_of(value)) for update in alone if not update.accepted for name, value in update.sent.items()
        }
        taken = {image for update in alone if update.accepted for image in _images(update)}
        for update, classed in _fresh_updates(contract, trace):
            if classed.zone is not Zone.ACCEPT or len(update.sent) < 2 or not _images(update) <= taken:
                continue
            if update.accepted or not any((name, text_of(value)) in refused for name, value in update.sent.items()):
                yield _accepted(update)

    return check


def accepts_beside(contract: Contract, field: Field) -> Check:
    """A field of an excluded group is accepted without the others, whatever the session holds."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update, classed in _fresh_updates(contract, trace):
            if classed.zone is Zone.ACCEPT and field.name in update.sent and not _images(update):
                yield _accepted(update)

    return check


def takes_beside(contract: Contract, field: Field) -> Check:
    """A field of an excluded group that is taken alone is taken where the session holds another of the group, too."""
    others = contract.partners(field.name)

    def check(trace: Trace) -> Iterator[Judgement]:
        alone: list[Update] = []
        beside: list[Update] = []
        for update, classed in plain_updates(contract, trace):
            if classed.zone is Zone.ACCEPT and field.name in update.sent and update.before is not None:
                held = any(not same_state(update.before.get(name, ABSENT), None) for name in others)
                (beside if held else alone).append(update)
        if not any(taken for update in alone for *_, taken in _shown(update, field)):
            return
        for update in beside:
            for where, got, index, taken in _shown(update, field):
                if taken:
                    yield Held(index=index, zone=Zone.ACCEPT.label)
                    continue
                yield after(
                    update,
                    index,
                    reason=f"not taken where the session holds another: {where}",
                    wanted=f"{field.name} {text_of(update.sent[field.name])} in the {where}, as where it holds none of {text_of(sorted(others))}",
                    got=text_of(got),
                )

    return check


def _shown(update: Update, field: Field) -> Iterator[tuple[str, Any, int, bool]]:
    """Where the field is shown: the place, the value there, the exchange's index, and whether it is what was sent."""
    for where, session, index in update.showing(field.name):
        got = session.get(field.name, ABSENT)
        yield where, got, index, shows(field, update.sent[field.name], got)


def _names_one(update: Update) -> bool:
    return isinstance(update.step.body, dict) and len(update.step.body) == 1


def _images(update: Update) -> set[ImageValue]:
    """The pictures of a body that is a JSON object."""
    return {value for value in update.step.body.values() if isinstance(value, ImageValue)}


def _accepted(update: Update) -> Judgement:
    if update.accepted:
        return Held(index=update.index, zone=Zone.ACCEPT.label)
    return at(
        update.index,
        reason=f"not accepted: {outcome(update.exchange)}",
        wanted="200, as each value is one that the API takes",
        got=answered(update.exchange),
    )
