"""What an API does where nothing is stated, in a sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pytest_checkout.checks.judgements import OK
from pytest_checkout.contract.model import Contract
from pytest_checkout.example import Trace

_SHOWN = 60


def seen_statuses(traces: Sequence[Trace]) -> str:
    """Each update's body and the status of its answer."""
    seen = []
    for trace in traces:
        for update in trace.updates:
            body = json.dumps(update.sent, ensure_ascii=False, default=repr)
            shown = body if len(body) <= _SHOWN else f"{body[:_SHOWN]}… ({len(body):,} characters)"
            seen.append(f"{shown}: {update.exchange.status or update.exchange.failure}")
    return "; ".join(seen)


def seen_clearing(contract: Contract, traces: Sequence[Trace]) -> str:
    """Whether a field of an excluded group is cleared when another one is set."""
    cleared = kept = 0
    for trace in traces:
        for update in trace.updates:
            if update.exchange.status != OK or update.before is None or update.after is None:
                continue
            for group in contract.exclusive:
                sent = group & set(update.sent)
                for other in group - sent if sent else ():
                    if update.before.get(other):
                        cleared += not update.after.get(other)
                        kept += bool(update.after.get(other))
    if not cleared and not kept:
        return "could not be seen"
    return f"setting one cleared the other in {cleared} of {cleared + kept} updates"
