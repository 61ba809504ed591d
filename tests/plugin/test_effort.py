"""How much a run sends, as users choose it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_checkout.mock import Mock

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def judged(run: Run, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """The JSON report of a run that passes."""

    def started(*options: str) -> dict[str, Any]:
        report = tmp_path / "report.json"
        result = run("-q", f"--checkout-report={report}", *options)
        assert result.ret == 0, result.stdout.str()
        return json.loads(report.read_text())  # type: ignore[no-any-return]

    return started


@pytest.mark.parametrize(("effort", "most"), [("quick", 400), ("standard", 1500)])
def test_an_effort_has_a_bound_that_counts_the_clean_up(
    judged: Callable[..., dict[str, Any]], speed_mock: Callable[..., Mock], effort: str, most: int
) -> None:
    mock = speed_mock()
    report = judged(f"--checkout-base-url={mock.base_url}", f"--checkout-effort={effort}")
    assert report["requests"] == mock.requests
    assert report["requests"] <= most
    assert {each["verdict"] for each in report["behaviours"]} == {"held", "observed"}


def test_a_quick_run_finds_a_fault_and_says_how_to_see_it_again(run: Run) -> None:
    fault = "--checkout-fault=success.exclusive/when_success_message_is_set"
    result = run(fault, "--checkout-effort=quick", "--checkout-seed=3", "checkout::success")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*again *--checkout-effort=quick --checkout-seed=3 checkout::success::test_exclusive"])


def test_an_effort_that_is_none_is_one_error(run: Run) -> None:
    result = run("--checkout-mock", "--checkout-effort=quik")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --checkout-effort: there is no 'quik'. Did you mean quick?*"])
