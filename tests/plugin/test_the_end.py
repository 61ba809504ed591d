"""How a run ends when it does not end by itself: Ctrl-C, an API that goes away, and what is cleaned up then."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from processes import pytest_command

from pytest_checkout.api import Api
from pytest_checkout.cleanup import deactivate_all
from pytest_checkout.created import CreatedSession, Journal, journalled
from pytest_checkout.mock import Mock

Run = Callable[..., pytest.RunResult]
ID = "cs_test_zZ9yY8xX7wW6vV5u"
SESSION = {"id": ID, "object": "checkout_session", "status": "active", "amount": 200, "currency": "USD"}


def said(result: pytest.RunResult) -> str:
    return "\n".join([*result.outlines, *result.errlines])


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKOUT_API_KEY", "sk_test_aB3dE6gH9jK2mN5p")


#: pytest with a SIGINT that counts: whoever runs these tests in the background may have it ignored, which is inherited.
PYTEST = """
import signal, sys, pytest
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(pytest.main(sys.argv[1:]))
"""


def interrupted(folder: Path, mock: Mock, *options: str, after: int) -> tuple[int, str]:
    """A run to which Ctrl-C is sent, as a terminal does, when the API has seen so many requests."""
    command = pytest_command(f"--checkout-base-url={mock.base_url}", *options, program=PYTEST)
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        while mock.requests < after:
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=120)
    return process.returncode, output


@pytest.mark.parametrize("workers", ["0", "2"])
def test_ctrl_c_writes_the_report_and_leaves_no_session_behind(
    speed_mock: Callable[..., Mock], report: Callable[[], dict[str, Any]], pytester: pytest.Pytester, workers: str
) -> None:
    mock = speed_mock()
    options = ("--checkout-report=report.json", "-n", workers)
    status, output = interrupted(pytester.path, mock, *options, after=150)
    assert status == pytest.ExitCode.INTERRUPTED, output
    assert "checkout conformance" in output
    written = report()
    assert written["exit_status"] == 2
    assert sum(written["summary"].values()) == len(written["behaviours"]) > 100
    assert written["summary"]["not run"] > 0
    # A create whose answer was not read any more leaves one that nobody can know of, for each process.
    left = [each.id for each in mock._api.store.all() if each.values["status"] != "deactivated"]
    assert len(left) <= max(1, int(workers)), left
    assert not set(left) & {each["id"] for each in written["sessions"]}
    assert len(written["sessions"]) == len(mock._api.store.all()) - len(left)


def test_sessions_of_a_run_that_ends_before_it_begins_are_cleaned_up(
    run: Run, speed_mock: Callable[..., Mock], serve: Callable[..., str]
) -> None:
    mock = speed_mock()
    result = run(f"--checkout-base-url={mock.base_url}", "checkout::success::test_exclusiv")
    assert result.ret == 4
    assert {each.values["status"] for each in mock._api.store.all()} == {"deactivated"}

    deactivated: list[str] = []

    def another(method: str, path: str, _authorization: str) -> tuple[int, object]:
        if path.endswith("/deactivate"):
            deactivated.append(path)
        return 200, {**SESSION, "id": "cs_test_another"} if method == "GET" else SESSION

    result = run(f"--checkout-base-url={serve(another)}")
    assert result.ret == 4
    assert "can't be retrieved" in said(result)
    assert deactivated == [f"/checkout-sessions/{ID}/deactivate"]


def test_a_second_ctrl_c_ends_the_cleaning_up_and_not_the_report() -> None:
    class Impatient:
        def send(self, _outgoing: object) -> None:
            raise KeyboardInterrupt

    class Offers:
        contract = type("", (), {"operations": {"deactivate": None}})
        client = Impatient()

        def outgoing(self, *_: object, **__: object) -> None:
            pass

    api: Api = Offers()  # type: ignore[assignment]
    done, why = deactivate_all(api, [CreatedSession(id="a", credentials="secret")])
    assert done == {"a": False}
    assert why == "cleaning up was interrupted"


def test_a_session_is_written_down_when_it_is_created_and_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    created = [CreatedSession(id=name, credentials="secret") for name in ("a", "b")]
    for each in created:
        Journal(tmp_path).add(each)
    (tmp_path / "created-1.jsonl").write_text('{"id": "c", "cred')
    assert list(journalled(tmp_path)) == created
    Journal(tmp_path / "there is no such folder").add(created[0])


@pytest.mark.parametrize("workers", ["0", "2"])
def test_an_api_that_goes_away_ends_the_run_in_seconds_with_one_message(
    run: Run, serve: Callable[..., str], pytester: pytest.Pytester, workers: str
) -> None:
    count, gone = 0, 0.0
    server: list[ThreadingHTTPServer] = []

    def answer(_method: str, _path: str, _authorization: str) -> tuple[int, object]:
        nonlocal count, gone
        count += 1
        if count >= 40:
            gone = gone or time.monotonic()
            server[0].socket.close()
            raise ConnectionResetError
        return 200, SESSION

    base_url = serve(answer)
    server += serve.servers  # type: ignore[attr-defined]
    result = run(f"--checkout-base-url={base_url}", "--checkout-report=report.json", "-n", workers)
    assert time.monotonic() - gone < 90  # and not three seconds for each of a hundred items
    assert result.ret == 1
    written = json.loads(pytester.path.joinpath("report.json").read_text())
    untried = [each for each in written["behaviours"] if each["verdict"] == "untried" and each["red"]]
    assert len(untried) > 50
    reasons = {each["reason"] for each in untried if each["area"] not in ("errors", "any")}
    assert len(reasons) == 1
    assert reasons.pop().startswith(f"no connection to {base_url}")
    failed = [line for line in result.outlines if line.startswith("FAILED") and "no connection" in line]
    assert len(failed) <= max(1, int(workers))
    assert said(result).count("no connection to") < 6 + 2 * int(workers)
