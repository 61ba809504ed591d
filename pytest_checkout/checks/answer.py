"""The statement that the answer of an update is the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout.checks.judgements import OK, Check, Held, Judgement, at, plain_updates
from pytest_checkout.compare import same, text_of
from pytest_checkout.contract.model import Contract
from pytest_checkout.example import AS_EXAMPLE, Trace, Update
from pytest_checkout.exchange import ABSENT, NOT_JSON
from pytest_checkout.zones import Zone


def answers_session(contract: Contract, problems: Callable[[Any], str]) -> Check:
    """The answer of an accepted update is the session.

    ``problems`` says what is wrong with a JSON value as a session, or nothing.
    """
    id_field = contract.session.id_field

    def wrong(update: Update, id: Any) -> str:
        response = update.exchange.response
        assert response is not None  # noqa: S101 - an update with status 200 has one
        if not is_json(response.media_type):
            return f"the media type {response.media_type or 'nothing'}"
        if not isinstance(response.value, dict):
            return response.problem or f"{text_of(response.value)} in place of an object"
        shown = response.value.get(id_field, ABSENT)
        if not same(shown, id):
            return f"{id_field} {text_of(shown)}"
        return problems(response.value) or _missing(update, contract)

    def check(trace: Trace) -> Iterator[Judgement]:
        ids = {
            item.step.session: item.exchange.member(id_field)
            for item in trace.taken
            if item.step.part == "create" and item.exchange.ok
        }
        for update, classed in plain_updates(contract, trace):
            if not update.accepted or classed.zone is Zone.REFUSE or update.step.session not in ids:
                continue
            id = ids[update.step.session]
            if problem := wrong(update, id):
                yield at(
                    update.index,
                    reason="the answer is not the session",
                    wanted=f"the session as JSON, with {id_field} {text_of(id)}",
                    got=problem,
                )
            else:
                yield Held(index=update.index)
        yield from _no_json(trace)

    return check


def _no_json(trace: Trace) -> Iterator[Judgement]:
    """Answers to accepted bodies of whatever kind that are no JSON, as one that spells NaN is (RFC 8259, section 6)."""
    for index, item in enumerate(trace.taken):
        response = item.exchange.response
        if item.step.part != "update" or item.step.raw is None or response is None or response.status != OK:
            continue
        if response.problem.startswith(NOT_JSON):
            yield at(index, reason="the answer is no JSON", wanted="the session as JSON", got=response.problem)


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON's: ``application/json`` or ``application/…+json`` (RFC 8259; RFC 6839, section 3.1)."""
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


def _missing(update: Update, contract: Contract) -> str:
    """A field that was not sent, that every reading of the session holds and the answer does not."""
    if update.before is None or update.after is None or update.answer is None or update.step.version != AS_EXAMPLE:
        return ""  # another version may leave out what the readings' one shows
    for name in contract.session.fields:
        if name in contract.session.moving or name in update.sent:
            continue
        if (
            not any(_is_empty(reading.get(name)) for reading in (update.before, update.after))
            and name not in update.answer
        ):
            return f"no {name}, which a retrieve shows"
    return ""


def _is_empty(value: Any) -> bool:
    return value is None or value in ([], {})
