"""A disk that fills up in the middle of a run costs the files that no longer fit, and no verdict."""

import os
from pathlib import Path

import pytest
from processes import run_pytest

from pytest_checkout.baseline import Known, write_baseline
from pytest_checkout.errors import ReportProblem, Untried
from pytest_checkout.exchange import Exchange, Request
from pytest_checkout.pace import Pace
from pytest_checkout.recording import Recorder
from pytest_checkout.search.shared import SharedEvidence

#: Runs pytest where no file may have more than 5,000 bytes; a check before the run writes fewer.
ALMOST_FULL = """
import resource, sys, pytest
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
sys.exit(pytest.main(sys.argv[1:]))
"""
FORMATS = ("html", "md", "json", "har", "sarif", "svg")


def test_every_verdict_is_told_and_no_older_report_is_lost(tmp_path: Path) -> None:
    for suffix in FORMATS:
        (tmp_path / f"r.{suffix}").write_text("older")
    (tmp_path / ".pytest_cache").touch()  # pytest's own cache has no place either
    options = [f"--checkout-report=r.{suffix}" for suffix in FORMATS]
    options += ["--checkout-mock", "--checkout-effort=quick", "--checkout-area=success", "-q"]
    no_cache = {"PYTHONDONTWRITEBYTECODE": "1"}
    done = run_pytest(tmp_path, *options, environment=no_cache, program=ALMOST_FULL, timeout=120)
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "3 held, 1 observed" in said
    assert "Traceback" not in said
    for suffix in ("html", "json", "sarif"):
        assert said.count(f"the report r.{suffix} could not be written: File too large") == 1
    assert said.count("the report r.har could not be written: not every exchange could be written down") == 1
    written = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert set(written) == {".pytest_cache", *(f"r.{suffix}" for suffix in FORMATS)}
    assert sorted(name for name, text in written.items() if text == "older") == ["r.har", "r.html", "r.json", "r.sarif"]
    assert "<svg" in written["r.svg"]
    assert "# " in written["r.md"]


def test_what_was_recorded_before_stays_readable_and_nothing_is_raised(tmp_path: Path) -> None:
    (tmp_path / f"exchanges-{os.getpid()}.jsonl").symlink_to("/dev/full")
    recorder = Recorder(tmp_path)
    exchange = Exchange(request=Request(method="GET", target="/"), response=None, failure="no answer")
    recorder.record(exchange)
    recorder.record(exchange)
    recorder.close()
    assert recorder.problem == "No space left on device"


def test_evidence_that_can_not_be_shared_is_left_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = SharedEvidence(tmp_path)
    assert shared.claim("a scenario")
    monkeypatch.setattr(Path, "write_bytes", _no_space)
    shared.put("a scenario", [])
    assert list(tmp_path.iterdir()) == []
    assert shared.claim("a scenario")


def test_a_claim_that_can_not_be_written_down_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "open", _no_space)
    assert SharedEvidence(tmp_path).claim("a scenario")
    assert SharedEvidence(tmp_path).claim("a scenario")


def test_a_rate_that_can_not_be_kept_is_a_reason(tmp_path: Path) -> None:
    pace = Pace(per_second=10, folder=tmp_path)
    pace.close()
    with pytest.raises(Untried, match="the rate of --checkout-rate-limit can't be kept"):
        pace.reserve()


def test_a_baseline_that_no_longer_fits_leaves_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "known.yaml"
    path.write_text("older")
    monkeypatch.setattr(Path, "replace", _no_space)
    with pytest.raises(ReportProblem, match=r"the baseline .* could not be written: No space left on device"):
        write_baseline(path, [Known(behaviour="any.no_server_error", reason="x")])
    assert [each.name for each in tmp_path.iterdir()] == ["known.yaml"]
    assert path.read_text() == "older"


def _no_space(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")
