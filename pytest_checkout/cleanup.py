"""Sessions that a run created are deactivated when it ends, where the contract has an operation for that."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from pytest_checkout.api import Api
from pytest_checkout.bench import Bench
from pytest_checkout.contract.model import Contract
from pytest_checkout.created import CreatedSession
from pytest_checkout.errors import CheckoutError
from pytest_checkout.target import Target

#: Cleaning up takes this long at most, in seconds; what is left then is named in the report.
LONGEST_S = 60.0


def clean_up(
    contract: Contract, target: Target, sessions: Sequence[CreatedSession]
) -> tuple[dict[str, bool], str, int]:
    """Deactivate sessions, also when the run's time is over.

    Returns:
        What :func:`deactivate_all` does, and how many requests that took.
    """
    bench = Bench(contract, replace(target, ends=None), None)
    try:
        done, problem = deactivate_all(bench.api, sessions)
    finally:
        bench.close()
    return done, problem, bench.client.requests


def deactivate_all(api: Api, sessions: Sequence[CreatedSession]) -> tuple[dict[str, bool], str]:
    """Deactivate sessions, each with the key that created it.

    Returns:
        For each session's id, whether it was deactivated; and why not all were, empty where all were.
    """
    done: dict[str, bool] = {session.id: False for session in sessions}
    if "deactivate" not in api.contract.operations:
        return done, ""
    ends = time.monotonic() + LONGEST_S
    problem = ""
    for session in sessions:
        if time.monotonic() > ends:
            return done, f"cleaning up took longer than {LONGEST_S:g} s"
        try:
            answer = api.client.send(api.outgoing("deactivate", session.id, credentials=session.credentials))
        except CheckoutError as gone:
            return done, str(gone)
        except KeyboardInterrupt:
            return done, "cleaning up was interrupted"
        done[session.id] = answer.ok
        if not answer.ok:
            problem = f"deactivate answered {answer.status or answer.failure}"
    return done, problem
