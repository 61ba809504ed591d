"""Traces that are written out: what was sent in a row, and what an API answered."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout import load_contract
from pytest_checkout.checks import Broken, Check, Held, Judgement
from pytest_checkout.example import ImageValue, Step, Taken, Trace
from pytest_checkout.exchange import ABSENT, Body, Exchange, Request, Response

SPEED = load_contract("speed")
LATER = ("Retry-After", "1")


def taken(
    part: Any,
    status: int,
    value: Any = ABSENT,
    *,
    text: str | None = None,
    media_type: str = "application/json",
    replied: tuple[tuple[str, str], ...] = (),
    problem: str = "",
    target: str = "/x",
    asked: bool | None = None,
    body: Any = ABSENT,
    **step: Any,
) -> Taken:
    """A step and its answer; status 0 stands for a connection that was closed without one."""
    content = ("" if value is ABSENT else json.dumps(value)) if text is None else text
    answer = Response(
        status=status,
        headers=(*((("Content-Type", media_type),) if media_type else ()), *replied),
        body=Body.of(content.encode()),
        value=value,
        problem=problem,
    )
    exchange = Exchange(
        request=Request(method="POST", target=target),
        response=answer if status else None,
        failure="" if status else "the connection was closed before an answer",
    )
    return Taken(step=Step(part=part, body=body, **step), exchange=exchange, sent=_as_sent(body), asked=asked)


def _as_sent(body: Any) -> Any:
    """The body with its images as text."""
    if isinstance(body, dict):
        return {name: "an image" if isinstance(value, ImageValue) else value for name, value in body.items()}
    return body


def created(value: Any, *, status: int = 200, **more: Any) -> Taken:
    return taken("create", status, value, **more)


def read(value: Any, *, status: int = 200, **more: Any) -> Taken:
    return taken("retrieve", status, value, **more)


def sent(body: Any, status: int = 200, answer: Any = ABSENT, **more: Any) -> Taken:
    """An update; where it is told no answer, an accepted one answers with what it was sent, another with nothing."""
    shown = body if answer is ABSENT and status == 200 else answer
    return taken("update", status, _as_sent(shown), body=body, **more)


def updated(body: Any, *, before: Any, after: Any, status: int = 200, answer: Any = None) -> tuple[Taken, ...]:
    """A reading, an update and a reading; the answer shows what the second reading does, unless it is told."""
    shown = after if answer is None else answer
    return read(before), taken("update", status, shown, body=body), read(after)


def trace(*steps: Taken | tuple[Taken, ...], **more: Any) -> Trace:
    rows = (step if isinstance(step, tuple) else (step,) for step in steps)
    return Trace(taken=tuple(step for row in rows for step in row), **more)


def made(make: Callable[..., Check], *arguments: Any, **more: Any) -> Check:
    """A check that is made anew for each trace, so that all of it runs within the test that uses it."""

    def check(steps: Trace) -> Iterator[Judgement]:
        return make(*arguments, **more)(steps)

    return check


def judged(check: Check, *steps: Taken | tuple[Taken, ...], **more: Any) -> list[Judgement]:
    """All that a check says of these steps."""
    return list(check(trace(*steps, **more)))


def said(check: Check, *steps: Taken | tuple[Taken, ...], **more: Any) -> list[str]:
    """``held``, ``unjudged``, or the reason of a finding, for each judgement."""

    def words() -> Iterator[str]:
        for judgement in judged(check, *steps, **more):
            if isinstance(judgement, Broken):
                yield judgement.reason
            else:
                yield "held" if isinstance(judgement, Held) else "unjudged"

    return list(words())


def wrong(index: int, reason: str, wanted: str, got: str) -> Broken:
    """A finding that the answer to one request shows by itself."""
    return Broken(index=index, cause=index, until=index, reason=reason, wanted=wanted, got=got)
