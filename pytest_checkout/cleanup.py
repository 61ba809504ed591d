"""Sessions that a run created are deactivated when it ends, where the contract has an operation for that."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from pytest_checkout.api import Api
from pytest_checkout.bench import Bench
from pytest_checkout.contract.model import Contract
from pytest_checkout.created import CreatedSession
from pytest_checkout.errors import CheckoutError, TimeSpent
from pytest_checkout.target import Target

#: Cleaning up takes this long at most, in seconds; what is left then is named in the report.
LONGEST_S = 60.0
#: So many are deactivated at the same time, on a connection each.
AT_ONCE = 4


def clean_up(
    contract: Contract, target: Target, sessions: Sequence[CreatedSession]
) -> tuple[dict[str, bool], str, int]:
    """Deactivate sessions, also when the run's time is over.

    Returns:
        What :func:`deactivate_all` does, and how many requests that took.
    """
    bench = Bench(contract, replace(target, ends=None), None)
    try:
        done, problem = deactivate_all(bench.api, sessions, at_once=1 if target.gentle else AT_ONCE)
    finally:
        bench.close()
    return done, problem, bench.client.requests


def deactivate_all(
    api: Api, sessions: Sequence[CreatedSession], *, at_once: int = AT_ONCE
) -> tuple[dict[str, bool], str]:
    """Deactivate sessions, each with the key that created it, and so many at the same time.

    Returns:
        For each session's id, whether it was deactivated; and why not all were, empty where all were.
    """
    done: dict[str, bool] = {session.id: False for session in sessions}
    if "deactivate" not in api.contract.operations:
        return done, ""
    ends = time.monotonic() + LONGEST_S
    problems = [""]

    def deactivate(session: CreatedSession) -> None:
        if time.monotonic() > ends:
            raise TimeSpent(f"cleaning up took longer than {LONGEST_S:g} s")
        answer = api.client.send(api.outgoing("deactivate", session.id, credentials=session.credentials))
        done[session.id] = answer.ok
        if not answer.ok:
            problems.append(f"deactivate answered {answer.status or answer.failure}")

    pool = ThreadPoolExecutor(at_once)
    try:
        for _ in pool.map(deactivate, sessions):
            pass
    except CheckoutError as gone:
        problems.append(str(gone))
    except KeyboardInterrupt:
        problems.append("cleaning up was interrupted")
    finally:
        pool.shutdown(cancel_futures=True)
    return done, problems[-1]
