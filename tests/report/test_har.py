"""All exchanges of a run as an HTTP archive, read by a reader that is not ours."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from haralyzer import HarParser
from processes import run_pytest
from verdicts import SUMMARY

from pytest_checkout.exchange import Body, Exchange, Request, Response
from pytest_checkout.recording import Recorder, recorded
from pytest_checkout.report.har import har_parts


def archive(folder: Path) -> dict[str, Any]:
    return json.loads("".join(har_parts(SUMMARY, recorded(folder), origin="https://api.example.com")))


def exchange(started: float, **changes: Any) -> Exchange:
    request = Request(method="POST", target="/s?a=1&b=", body=Body.of(b"x" * 100_000), headers=(("X-A", "b"),))
    response = Response(
        status=200, body=Body.of(b'{"id":"1"}'), headers=(("Content-Type", "application/json"),), elapsed_s=0.25
    )
    return Exchange(**{"request": request, "response": response, "role": "update", "started": started, **changes})


@pytest.mark.parametrize("workers", ["0", "2"])
def test_an_archive_holds_every_exchange_of_a_run(tmp_path: Path, workers: str) -> None:
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-n",
        workers,
        "--checkout-mock",
        "--checkout-report=r.har",
        "--checkout-report=r.json",
        "checkout::success",
        "checkout::auth",
    ]
    done = run_pytest(tmp_path, *options, timeout=120)
    assert done.returncode == 0, done.stdout
    report = json.loads((tmp_path / "r.json").read_text())
    parser = HarParser(json.loads((tmp_path / "r.har").read_text()))
    entries = parser.har_data["entries"]
    assert len(entries) == report["requests"]
    assert {entry["request"]["method"] for entry in entries} >= {"GET", "POST"}
    assert all(entry["request"]["url"].startswith("http://127.0.0.1:") for entry in entries)
    moments = [entry["startedDateTime"] for entry in entries]
    assert moments == sorted(moments)
    assert not [
        pair for entry in entries for pair in entry["request"]["headers"] if pair["name"].lower() == "authorization"
    ]


def test_the_files_of_several_processes_become_one_in_the_order_of_time(tmp_path: Path) -> None:
    for name, moments in (("1", (1.0, 4.0)), ("2", (2.0, 3.0))):
        lines = [json.dumps({"started": each, **exchange(each).as_dict()}) for each in moments]
        (tmp_path / f"exchanges-{name}.jsonl").write_text("\n".join([*lines, '{"cut off']))
    assert [entry["startedDateTime"][17:19] for entry in archive(tmp_path)["log"]["entries"]] == [
        "01",
        "02",
        "03",
        "04",
    ]


def test_what_came_instead_of_an_answer_is_an_entry(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    recorder.record(exchange(1.0))
    recorder.record(exchange(2.0, response=None, failure="no whole answer within 10 s"))
    recorder.close()
    HarParser(archive(tmp_path))
    answered, failed = archive(tmp_path)["log"]["entries"]
    assert answered["request"]["queryString"] == [{"name": "a", "value": "1"}, {"name": "b", "value": ""}]
    assert answered["request"]["postData"]["comment"].startswith("the beginning of 100,000 bytes with the sha256 ")
    assert answered["time"] == answered["timings"]["wait"] == 250
    assert (failed["response"]["status"], failed["response"]["_error"]) == (0, "no whole answer within 10 s")


def test_a_long_recording_is_written_in_flat_memory(tmp_path: Path) -> None:
    line = json.dumps({"started": 1.0, **exchange(1.0).as_dict()})
    (tmp_path / "exchanges-1.jsonl").write_text("".join(f"{line}\n" for _ in range(4_000)))
    tracemalloc.start()
    size = sum(len(part) for part in har_parts(SUMMARY, recorded(tmp_path), origin="https://api.example.com"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 5_000_000
    assert peak < 1_000_000
