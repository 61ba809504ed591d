"""A server that fails one request in fifty with a bare 503, and takes twenty requests a second."""

import itertools
import json
import threading
import time
from pathlib import Path
from typing import Any

from processes import keys_of, run_pytest

from pytest_checkout import load_contract
from pytest_checkout.mock import Mock

A_SECOND, ONE_IN = 20, 50


def test_everything_is_judged_and_the_server_errors_alone_are_broken(tmp_path: Path) -> None:
    with Mock(load_contract("speed")) as mock:
        limited_and_flaky(mock)
        options = ["--checkout-report=report.json", "--checkout-effort=quick", "--checkout-seed=1"]
        done = run_pytest(tmp_path, "-q", *options, f"--checkout-base-url={mock.base_url}", environment=keys_of(mock))
    report = json.loads((tmp_path / "report.json").read_text())
    verdicts = {each["id"]: each["verdict"] for each in report["behaviours"]}
    assert [name for name, verdict in verdicts.items() if verdict == "broken"] == ["any.no_server_error"], done.stdout
    assert {each["id"]: each["reason"] for each in report["behaviours"] if each["verdict"] == "untried"} == {}
    assert set(verdicts.values()) == {"held", "observed", "broken"}
    assert done.returncode == 1


def limited_and_flaky(mock: Mock) -> None:
    """Answer 429 with Retry-After above the rate, and a bare 503 to one request in fifty of the others."""
    answer, count, lock = mock._api.answer, itertools.count(1), threading.Lock()
    taken: list[float] = []

    def answered(request: Any) -> Any:
        with lock:
            now = time.monotonic()
            taken[:] = [moment for moment in taken if moment > now - 1]
            if len(taken) >= A_SECOND:
                return refusal(mock, 429, ("Retry-After", "1"))
            taken.append(now)
            if next(count) % ONE_IN == 0:
                return refusal(mock, 503)
        return answer(request)

    mock._api.answer = answered  # type: ignore[method-assign]


def refusal(mock: Mock, status: int, *headers: tuple[str, str]) -> Any:
    answer = mock._api.transport_refusal(status)
    answer.headers = [*answer.headers, *headers]
    return answer
