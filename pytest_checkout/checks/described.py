"""The statement that an answer is one that the contract describes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pytest_checkout.checks.judgements import Check, Held, Judgement, Unjudged, answered, at
from pytest_checkout.example import Trace
from pytest_checkout.exchange import Exchange


def described(objection: Callable[[Exchange], str], *, accepted: bool) -> Check:
    """An answer to an update is one that the contract describes.

    ``objection`` says in a line what is wrong with an answer. With ``accepted`` it is asked about successful answers
    alone: what a refusal has to look like, and that there is no server error, are statements of their own.
    """

    def check(trace: Trace) -> Iterator[Judgement]:
        for update in trace.updates:
            exchange = update.exchange
            if exchange.response is None or exchange.failed or exchange.deferred:
                continue
            if accepted and not exchange.ok:
                continue
            if not exchange.response.body.whole:
                yield Unjudged(index=update.index, cause="the answers are too large to be held whole", red=False)
                continue
            said = objection(exchange)
            if not said:
                yield Held(index=update.index)
                continue
            yield at(
                update.index,
                # Values differ from run to run; what is wrong with them does not.
                reason=re.sub(r'"[^"]*"|\d+', "…", said)[:80],
                wanted="an answer that the contract describes",
                got=f"{answered(exchange)} ({said[:300]})",
            )

    return check
