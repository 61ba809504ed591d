"""A universal statement whose node id is pasted from a report is judged on what the whole suite would send."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., pytest.RunResult]
FAULT = "--checkout-fault=errors.no_errors_in_success/with_metadata"
ITEM = "checkout::errors::test_no_errors_in_success"


@pytest.mark.parametrize("workers", ["0", "2"])
def test_it_comes_back_by_its_node_id_alone(
    run: Run, broken: Callable[[], list[str]], report: Callable[[], dict[str, Any]], workers: str
) -> None:
    result = run(FAULT, "--checkout-seed=7", "--checkout-report=report.json", "-n", workers, ITEM)
    assert result.ret == 1
    assert broken() == ["errors.no_errors_in_success"]
    assert report()["requests"] < 1_000, "what contradicts it is enough"


def test_beside_other_items_it_is_judged_on_what_they_send(run: Run, report: Callable[[], dict[str, Any]]) -> None:
    result = run("--checkout-mock", "--checkout-report=report.json", ITEM, "checkout::version::test_unknown")
    assert result.ret == 0
    assert report()["requests"] < 100


def test_a_users_own_test_sends_for_it(
    run: Run, pytester: pytest.Pytester, report: Callable[[], dict[str, Any]]
) -> None:
    pytester.makepyfile(
        "def test_one(checkout_api, checkout_session):\n    checkout_api.retrieve(checkout_session['id'])\n"
    )
    result = run("--checkout-mock", "--checkout-report=report.json", ".", ITEM)
    assert result.ret == 0
    assert report()["requests"] < 20


def test_the_command_that_runs_it_again_names_what_decides(run: Run, report: Callable[[], dict[str, Any]]) -> None:
    run(
        "--checkout-mock",
        "--checkout-api-version=2022-10-15",
        "--checkout-seed=3",
        "--checkout-report=report.json",
        ITEM,
        "-k",
        "none",
    )
    assert report()["again"] == "pytest --checkout-mock --checkout-api-version=2022-10-15 --checkout-seed=3"
