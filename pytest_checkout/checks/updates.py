"""Statements about updates, and the judgements that all checks yield."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from pytest_checkout.compare import changed, difference, same, same_state, shows, text_of
from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.example import ImageValue, Trace, Update
from pytest_checkout.exchange import ABSENT, Exchange
from pytest_checkout.zones import Classed, Zone, zone_of_body, zone_of_value

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
    change is what is wrong: such a finding falls when the field moves by itself.
    """

    index: int
    cause: int
    until: int
    reason: str
    wanted: str
    got: str
    moved: str = ""


@dataclass(frozen=True, kw_only=True)
class Unjudged:
    """An exchange that could not be judged, with the cause; ``red`` tells whether that turns the run red."""

    index: int
    cause: str
    red: bool = True


Judgement: TypeAlias = "Held | Broken | Unjudged"
Check: TypeAlias = "Callable[[Trace], Iterator[Judgement]]"


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
                yield from _accepted(update)

    return check


def accepts_together(contract: Contract, fields: Collection[str] = ()) -> Check:
    """An update of several fields is accepted with 200, where each of them alone is."""

    def check(trace: Trace) -> Iterator[Judgement]:
        refused_alone = {
            (name, text_of(value))
            for update, _ in plain_updates(contract, trace)
            if isinstance(update.sent, dict) and len(update.sent) == 1 and update.exchange.status != OK
            for name, value in update.sent.items()
        }
        taken_alone = {
            image
            for update, _ in plain_updates(contract, trace)
            if update.accepted and len(update.step.body) == 1
            for image in _images(update)
        }
        for update, classed in _fresh_updates(contract, trace):
            if classed.zone is not Zone.ACCEPT or len(update.sent) < 2:
                continue
            if _has_image(update) and not _images(update) <= taken_alone:
                continue
            if fields and not set(fields) & set(update.sent):
                continue
            if update.exchange.status != OK and any(
                (key, text_of(item)) in refused_alone for key, item in update.sent.items()
            ):
                continue
            yield from _accepted(update)

    return check


def _has_image(update: Update) -> bool:
    return bool(_images(update))


def _images(update: Update) -> set[ImageValue]:
    body = update.step.body
    return {value for value in body.values() if isinstance(value, ImageValue)} if isinstance(body, dict) else set()


def _accepted(update: Update) -> Iterator[Judgement]:
    if update.exchange.status == OK:
        yield Held(index=update.index, zone=Zone.ACCEPT.label)
        return
    yield Broken(
        index=update.index,
        cause=update.index,
        until=update.index,
        reason=f"not accepted: {outcome(update.exchange)}",
        wanted="200, as each value is one that the API takes",
        got=answered(update.exchange),
    )


def accepts_beside(contract: Contract, field: Field) -> Check:
    """A field of an excluded group is accepted without the others, whatever the session holds."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update, classed in _fresh_updates(contract, trace):
            if classed.zone is Zone.ACCEPT and field.name in update.sent and not _has_image(update):
                yield from _accepted(update)

    return check


def empty_answered() -> Check:
    """An update that names no field is accepted or refused."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in trace.updates:
            if update.sent != {} or not update.step.ordinary:
                continue
            if update.exchange.status == OK or update.exchange.refused:
                yield Held(index=update.index, zone=Zone.BETWEEN.label)
            else:
                yield _not_refused(update.index, update.exchange, (OK, 400))

    return check


def idempotent(contract: Contract) -> Check:
    """The second of two equal updates is accepted when the first is, and leaves the session as the first did."""

    def check(trace: Trace) -> Iterator[Judgement]:
        updates = [update for update, _ in plain_updates(contract, trace)]
        for first, second in pairwise(updates):
            if first.step != second.step or not first.accepted or first.after is None:
                continue
            if second.exchange.status != OK:
                yield Broken(
                    index=second.index,
                    cause=second.index,
                    until=second.index,
                    reason=f"not accepted again: {outcome(second.exchange)}",
                    wanted="200 once more, as the same update was accepted before",
                    got=answered(second.exchange),
                )
            elif second.after is not None:
                names = changed(first.after, second.after, but=contract.session.moving)
                names = tuple(name for name in names if name in contract.session.fields)
                yield Held(index=second.index)
                for name in names:
                    yield Broken(
                        index=second.after_index,
                        cause=second.index,
                        until=second.after_index,
                        reason=f"{name} changed",
                        wanted=f"{name} {text_of(first.after.get(name, ABSENT))}, as after the first of two equal updates",
                        got=text_of(second.after.get(name, ABSENT)),
                        moved=name,
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
                    if isinstance(judgement, Held) or _stale(field, first, second.after.get(field.name, ABSENT)):
                        yield judgement

    return check


def _stale(field: Field, earlier: Update, got: Any) -> bool:
    """Whether a value is what an earlier update sent, or what was there before that."""
    held = earlier.before
    return shows(field, earlier.sent[field.name], got) or (
        held is not None and same_state(held.get(field.name, ABSENT), got)
    )


def answers(contract: Contract, field: Field) -> Check:
    """The answer of an accepted update shows the field at its new value."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in _accepted_with(contract, trace, field, Zone.ACCEPT):
            yield _shown(update, field, update.answer, "answer", update.index)

    return check


def stores(contract: Contract, field: Field) -> Check:
    """A retrieve after an accepted update shows the field at its new value."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in _accepted_with(contract, trace, field, Zone.ACCEPT):
            if update.after is not None:
                yield _shown(update, field, update.after, "retrieve", update.after_index)

    return check


def stores_at_once(contract: Contract) -> Check:
    """The first retrieve after an accepted update shows what a later one shows."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for field in contract.fields.values():
            for update in _accepted_with(contract, trace, field, Zone.ACCEPT):
                if update.first_after is None or update.after is None:
                    continue
                late = not shows(field, update.sent[field.name], update.first_after.get(field.name, ABSENT))
                if late and shows(field, update.sent[field.name], update.after.get(field.name, ABSENT)):
                    yield Broken(
                        index=update.index + 1,
                        cause=update.index,
                        until=update.after_index,
                        reason="late",
                        wanted=f"{field.name} {text_of(update.sent[field.name])} in the first retrieve after the update",
                        got=f"{text_of(update.first_after.get(field.name, ABSENT))}, and the new value only in a later one",
                    )
                elif not late:
                    yield Held(index=update.index, zone=Zone.ACCEPT.label)

    return check


def exact(contract: Contract, field: Field) -> Check:
    """A value of the third zone is kept exactly or refused."""

    def check(trace: Trace) -> Iterator[Judgement]:
        for update, classed in plain_updates(contract, trace):
            body = update.step.body
            if classed.zone is Zone.REFUSE or field.name not in body:
                continue
            if zone_of_value(field, body[field.name]).zone is not Zone.BETWEEN:
                continue
            if update.exchange.refused:
                yield Held(index=update.index, zone=Zone.BETWEEN.label)
            elif update.accepted:
                for where, session, index in update.showing(field.name):
                    yield _shown(update, field, session, where, index, zone=Zone.BETWEEN)
            else:
                yield Broken(
                    index=update.index,
                    cause=update.index,
                    until=update.index,
                    reason=f"neither kept nor refused: {outcome(update.exchange)}",
                    wanted="200 and the value as it was sent, or a refusal with 4xx",
                    got=answered(update.exchange),
                )

    return check


def _accepted_with(contract: Contract, trace: Trace, field: Field, zone: Zone) -> Iterator[Update]:
    for update, classed in plain_updates(contract, trace):
        body = update.step.body
        if classed.zone is Zone.REFUSE or not update.accepted or field.name not in body:
            continue
        if zone_of_value(field, body[field.name]).zone is zone:
            yield update


def _shown(
    update: Update, field: Field, session: Mapping[str, Any] | None, where: str, index: int, *, zone: Zone = Zone.ACCEPT
) -> Judgement:
    sent = update.sent[field.name]
    got = (session or {}).get(field.name, ABSENT)
    if shows(field, sent, got):
        return Held(index=index, zone=zone.label)
    became = difference(sent, got)
    return Broken(
        index=index,
        cause=update.index,
        until=max(index, update.after_index),
        reason=f"{field.name} {became} in the {where}",
        wanted=f"{field.name} {text_of(sent)} in the {where}"
        + (", or a refusal with 4xx" if zone is Zone.BETWEEN else ""),
        got=f"{text_of(got)} ({became})",
    )


def answers_session(contract: Contract, problems: Callable[[Any], str]) -> Check:
    """The answer of an accepted update is the session.

    ``problems`` says what is wrong with a JSON value as a session, or nothing.
    """
    id_field = contract.session.id_field

    def wrong(update: Update, created: Mapping[str, Any]) -> str:
        response = update.exchange.response
        assert response is not None  # noqa: S101 - an update with status 200 has one
        if not is_json(response.media_type):
            return f"the media type {response.media_type or 'nothing'}"
        if not isinstance(response.value, dict):
            return response.problem or f"{text_of(response.value)} in place of an object"
        if not same(response.value.get(id_field, ABSENT), created.get(id_field)):
            return f"{id_field} {text_of(response.value.get(id_field, ABSENT))}"
        return problems(response.value) or _missing(update, contract)

    def check(trace: Trace) -> Iterator[Judgement]:
        ids = {
            item.step.session: item.exchange.value
            for item in trace.taken
            if item.step.part == "create" and item.exchange.ok
        }
        for update, classed in plain_updates(contract, trace):
            if update.exchange.status != OK or classed.zone is Zone.REFUSE or update.step.session not in ids:
                continue
            problem = wrong(update, ids[update.step.session])
            if not problem:
                yield Held(index=update.index)
                continue
            yield Broken(
                index=update.index,
                cause=update.index,
                until=update.index,
                reason="the answer is not the session",
                wanted=f"the session as JSON, with {id_field} {text_of(ids[update.step.session].get(id_field))}",
                got=problem,
            )

    return check


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON's: ``application/json`` or ``application/…+json`` (RFC 8259; RFC 6839, section 3.1)."""
    return media_type == "application/json" or (media_type.startswith("application/") and media_type.endswith("+json"))


def _missing(update: Update, contract: Contract) -> str:
    """A field that every reading of the session holds and the answer does not."""
    if update.before is None or update.after is None or update.answer is None:
        return ""
    for name in contract.session.fields:
        if name in contract.fields or name in contract.session.moving:
            continue
        if (
            not any(_is_empty(reading.get(name)) for reading in (update.before, update.after))
            and name not in update.answer
        ):
            return f"no {name}, which a retrieve shows"
    return ""


def _is_empty(value: Any) -> bool:
    return value is None or value in ([], {})


def keeps(contract: Contract, field: Field) -> Check:
    """An accepted update that does not send the field leaves it as it was."""
    partners = {name for group in contract.exclusive if field.name in group for name in group}

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


def _unchanged(  # noqa: PLR0917 - private, and called in this file
    update: Update, name: str, before: Any, got: Any, where: str, index: int
) -> Judgement:
    if same_state(before, got):
        return Held(index=index)
    return Broken(
        index=index,
        cause=update.index,
        until=max(index, update.after_index),
        reason=f"{name} changed in the {where}",
        wanted=f"{name} {text_of(before)} in the {where}, as before the update",
        got=text_of(got),
        moved=name,
    )


def changes_nothing(
    contract: Contract, *, when: Callable[[Update], bool], but: Collection[str] = (), known: bool = False
) -> Check:
    """An update of this kind leaves the whole session as it was, but for these fields.

    ``known`` looks at the fields of the contract only.
    """

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in trace.updates:
            if update.before is None or update.after is None or not when(update):
                continue
            names = changed(update.before, update.after, but=but)
            names = tuple(name for name in names if not known or name in contract.session.fields)
            if len(names) < len(update.before):
                yield Held(index=update.index)  # of the other fields, as one of these may move by itself
            for name in names:
                yield Broken(
                    index=update.after_index,
                    cause=update.index,
                    until=update.after_index,
                    reason=f"{name} changed",
                    wanted=f"{name} {text_of(update.before.get(name, ABSENT))}, as before",
                    got=f"{text_of(update.after.get(name, ABSENT))} in a retrieve",
                    moved=name,
                )

    return check


def refuses(contract: Contract, behaviour: str, *, fields: Collection[str] = ()) -> Check:
    """An update that this behaviour says is refused is answered with 4xx.

    It counts only in a trace that holds a control: an update of the same fields, without the defect, that was accepted.
    """

    def check(trace: Trace) -> Iterator[Judgement]:
        controlled = any(
            update.exchange.status == OK and (not fields or set(fields) & set(update.sent))
            for update, classed in plain_updates(contract, trace)
            if classed.zone is not Zone.REFUSE and isinstance(update.sent, dict) and update.sent
        )
        for update, classed in plain_updates(contract, trace):
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


def claimed(
    behaviour: str, *, good: Callable[[Exchange], bool] | None = None, wanted: str = "a refusal with 4xx"
) -> Check:
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


def _not_refused(
    index: int, exchange: Exchange, statuses: tuple[int, ...] = (), *, wanted: str = "a refusal with 4xx"
) -> Broken:
    return Broken(
        index=index,
        cause=index,
        until=index,
        reason=f"answered {outcome(exchange)}",
        wanted=" or ".join(map(str, statuses)) if statuses else wanted,
        got=answered(exchange),
    )


def untouched(session: str) -> Check:
    """Between two readings of this session, in which only other sessions were written, nothing of it changes."""

    def check(trace: Trace) -> Iterator[Judgement]:
        before: tuple[int, Mapping[str, Any]] | None = None
        cause = -1
        for index, item in enumerate(trace.taken):
            step = item.step
            if (
                step.session == session
                and step.part == "retrieve"
                and isinstance(item.exchange.value, dict)
                and item.exchange.ok
            ):
                if before is not None and cause > before[0]:
                    names = changed(before[1], item.exchange.value)
                    if len(names) < len(before[1]):
                        yield Held(index=index)
                    for name in names:
                        yield Broken(
                            index=index,
                            cause=cause,
                            until=index,
                            reason=f"{name} changed",
                            wanted=f"{name} {text_of(before[1].get(name, ABSENT))} in the session {session}, which was not updated",
                            got=text_of(item.exchange.value.get(name, ABSENT)),
                            moved=name,
                        )
                before, cause = (index, item.exchange.value), -1
            elif step.part != "retrieve":
                cause = index

    return check
