"""A recording of anybody's requests is judged by the statements that hold for every exchange."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

KEY = "sk_test_aB3dE6gH9jK2mN5p"
BASIC = "Basic " + base64.b64encode(f"{KEY}:".encode()).decode()
ERRORS = {"errors": [{"type": "invalid_request_error", "message": "no"}]}
Tool = Callable[..., subprocess.CompletedProcess[str]]


def entry(
    status: int, value: Any, *, url: str = "/checkout-sessions/cs_test_1", text: str | None = None
) -> dict[str, Any]:
    media_type = "application/json"
    return {
        "startedDateTime": "2026-11-24T12:00:00.000Z",
        "time": 12.5,
        "request": {
            "method": "POST",
            "url": f"https://api.example.com/v1{url}",
            "headers": [{"name": "Authorization", "value": BASIC}],
            "postData": {"mimeType": media_type, "text": '{"title": "x"}'},
        },
        "response": {
            "status": status,
            "headers": [{"name": "Content-Type", "value": media_type}],
            "content": {"mimeType": media_type, "text": json.dumps(value) if text is None else text},
        },
    }


@pytest.fixture
def judge(tmp_path: Path) -> Tool:
    def run(*entries: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        (tmp_path / "r.har").write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
        command = [sys.executable, "-m", "pytest_checkout", "report", "--har", "r.har", "--json", "r.json"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)

    return run


def verdicts(folder: Path) -> dict[str, str]:
    return {each["id"]: each["verdict"] for each in json.loads((folder / "r.json").read_text())["behaviours"]}


def test_what_holds_is_held(judge: Tool, tmp_path: Path) -> None:
    done = judge(entry(200, {"id": "cs_test_1"}), entry(400, ERRORS))
    assert (done.returncode, done.stderr) == (0, "")
    assert set(verdicts(tmp_path).values()) == {"held"}


@pytest.mark.parametrize(
    ("bad", "id"),
    [
        (entry(500, ERRORS), "any.no_server_error"),
        (entry(0, None), "any.no_server_error"),
        (entry(400, {}), "errors.body"),
        (entry(400, None, text="<html>"), "errors.body"),
        (entry(200, ERRORS), "errors.no_errors_in_success"),
        (entry(400, {**ERRORS, "trace": 'File "/srv/app/views.py", line 42'}), "errors.no_leak"),
        (entry(401, {"errors": [{"type": "a", "message": f"{KEY} is no key"}]}), "errors.no_leak"),
    ],
)
def test_what_does_not_hold_is_broken(judge: Tool, tmp_path: Path, bad: dict[str, Any], id: str) -> None:
    assert judge(bad).returncode == 1
    assert [name for name, verdict in verdicts(tmp_path).items() if verdict == "broken"] == [id]


def test_requests_to_other_addresses_are_left_out(judge: Tool, tmp_path: Path) -> None:
    assert judge(entry(400, ERRORS), entry(500, {}, url="/payments/1")).returncode == 0
    assert json.loads((tmp_path / "r.json").read_text())["requests"] == 1


def test_keys_of_the_recording_reach_no_report(judge: Tool, tmp_path: Path) -> None:
    done = judge(entry(500, {"echo": KEY, "header": BASIC}))
    said = done.stdout + (tmp_path / "r.json").read_text()
    assert KEY[8:] not in said
    assert BASIC[6:] not in said


@pytest.mark.parametrize("text", ["", "[]", '{"log": {}}', '{"log": {"entries": [1]}}', '{"log": {"entries": [{}]}}'])
def test_what_is_no_archive_is_one_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.har").write_text(text)
    command = [sys.executable, "-m", "pytest_checkout", "report", "--har", str(tmp_path / "r.har")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (4, "")
    assert "this is no HTTP archive" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_archive_without_the_contracts_operations_is_one_error(judge: Tool) -> None:
    done = judge(entry(200, {}, url="/payments/1"))
    assert done.returncode == 4
    assert "no request in it is one of the contract speed's operations" in done.stderr
