"""Statements about updates that were sent at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby, islice
from typing import Any

from pytest_checkout.checks.judgements import OK, Broken, Check, Held, Judgement, among, answered, outcome
from pytest_checkout.compare import same, shows, text_of
from pytest_checkout.contract.model import Contract
from pytest_checkout.example import Taken, Trace
from pytest_checkout.exchange import ABSENT, Exchange

Race = tuple[list[tuple[int, Taken]], int, Mapping[str, Any]]


def _races(trace: Trace) -> Iterator[Race]:
    """Each session's updates at the same time that were accepted, with those sent again, and the reading behind them."""
    together: list[tuple[int, Taken]] = []
    for index, item in enumerate(trace.taken):
        if item.step.part == "update" and item.exchange.status == OK:
            together.append((index, item))
        elif item.step.part == "retrieve":
            value = item.exchange.value
            own = [pair for pair in together if pair[1].step.session == item.step.session]
            if any(each.step.group for _, each in own) and item.exchange.status == OK and isinstance(value, dict):
                yield own, index, value
            together = [pair for pair in together if pair[1].step.session != item.step.session]


_CONFLICTS = (409, 423)


def not_made(exchange: Exchange) -> bool:
    """Whether an update was answered such that it counts as not made, and is sent again."""
    return exchange.status in _CONFLICTS or exchange.deferred


def _together(trace: Trace) -> Iterator[list[tuple[int, Taken]]]:
    """The updates of each group that was sent at the same time."""
    for group, pairs in groupby(enumerate(trace.taken), key=lambda pair: pair[1].step.group):
        if group:
            yield list(pairs)


def _not_taken(trace: Trace) -> Iterator[Broken]:
    """Updates sent at the same time that were answered neither with 200 nor with a conflict."""
    for together in _together(trace):
        for index, item in together:
            if item.exchange.status != OK and not not_made(item.exchange):
                yield among(
                    together,
                    index,
                    reason=f"not taken: {outcome(item.exchange)}",
                    wanted=f"200, or a conflict (409, 423, 429), for each of {len(together)} updates at the same time",
                    got=answered(item.exchange),
                )


def _mixed_up(contract: Contract, trace: Trace) -> Iterator[Broken]:
    """Answers to updates sent at the same time that show another session, or another value than was sent."""
    id_field = contract.session.id_field
    ids = {item.step.session: item.exchange.member(id_field) for item in trace.taken if item.step.part == "create"}
    for together in _together(trace):
        for index, item in together:
            wrong = _wrong(contract, item, ids) if item.exchange.status == OK else iter(())
            for name, wanted, got in islice(wrong, 1):
                yield among(
                    together,
                    index,
                    reason="an answer was mixed up",
                    wanted=f"{name} {text_of(wanted)} in the answer to one of {len(together)} updates at the same time",
                    got=text_of(got),
                )


def _wrong(contract: Contract, item: Taken, ids: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """What an answer shows of its session and of what was sent, and is another: a field, what is wanted, what is there."""
    id_field = contract.session.id_field
    shown = item.exchange.member(id_field)
    wanted = ids.get(item.step.session, shown)
    if not same(wanted, shown):
        yield id_field, wanted, shown
    for name, sent in item.sent.items():
        got = item.exchange.member(name)
        if got is not ABSENT and not shows(contract.fields[name], sent, got):
            yield name, sent, got


def all_took_effect(contract: Contract) -> Check:
    """Each of the updates is taken and answered for itself, and what it sent is shown afterwards."""

    def check(trace: Trace) -> Iterator[Judgement]:
        yield from _not_taken(trace)
        yield from _mixed_up(contract, trace)
        for together, index, session in _races(trace):
            for _, item in together:
                for name, sent in item.sent.items():
                    if shows(contract.fields[name], sent, session.get(name, ABSENT)):
                        yield Held(index=index)
                        continue
                    yield among(
                        together,
                        index,
                        reason="an update was lost",
                        wanted=f"{name} {text_of(sent)}, as each of {len(together)} updates at the same time was answered with 200",
                        got=text_of(session.get(name, ABSENT)),
                    )

    return check


def one_stands() -> Check:
    """Each of the updates is taken, and of each field one of the values is shown afterwards."""

    def check(trace: Trace) -> Iterator[Judgement]:
        yield from _not_taken(trace)
        for together, index, session in _races(trace):
            for name in together[0][1].sent:
                sent = [item.sent[name] for _, item in together]
                got = session.get(name, ABSENT)
                if any(same(value, got) for value in sent):
                    yield Held(index=index)
                    continue
                yield among(
                    together,
                    index,
                    reason="none of the values stands",
                    wanted=f"{name} at one of {text_of(sent)}",
                    got=text_of(got),
                )

    return check
