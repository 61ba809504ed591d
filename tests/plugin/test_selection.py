"""The suite's items inside a user's pytest: selected, run, cached and counted like any others."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import pytest
from counted import ALL

Run = Callable[..., pytest.RunResult]
SUCCESS = ("--checkout-mock", "--checkout-area=success")


def collected(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::" in line]


def test_collecting_lists_the_areas_in_their_order(run_here: Run) -> None:
    result = run_here("--checkout-mock", "--co", "-q")
    assert result.ret == 0
    ids = collected(result)
    assert len(ids) > 100
    areas = list(dict.fromkeys(id.split("::")[1] for id in ids))
    assert areas == [
        "update",
        "success",
        "image",
        "metadata",
        "session",
        "version",
        "auth",
        "input",
        "errors",
        "method",
        "concurrency",
        "schema",
        "any",
    ]
    assert "conformance" not in result.stdout.str()


def test_a_marker_expression_selects_a_level(run_here: Run) -> None:
    result = run_here("--checkout-mock", "--co", "-q", "-m", "checkout(level='must')", "--strict-markers")
    ids = collected(result)
    assert "checkout::success::test_exclusive" in ids
    assert "checkout::errors::test_body" in ids
    assert "checkout::success::test_clears" not in ids
    assert "checkout::update::test_idempotent" not in ids


def test_image_items_have_the_level_of_their_carrier(run_here: Run) -> None:
    everything = collected(run_here("--checkout-mock", "--co", "-q", "checkout::image"))
    must = collected(run_here("--checkout-mock", "--co", "-q", "checkout::image", "-m", "checkout(level='must')"))
    assert any("url-png" in id for id in must)
    assert any("data-png" in id for id in everything)
    assert not any("data-" in id for id in must)


def test_a_key_word_selects_by_name(run_here: Run) -> None:
    ids = collected(run_here("--checkout-mock", "--co", "-q", "-k", "success"))
    assert {"checkout::success::test_exclusive", "checkout::update::test_stores[success_url]"} <= set(ids)
    assert all("success" in id for id in ids)


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        (["checkout::success::test_exclusive"], ["checkout::success::test_exclusive"]),
        (["checkout::update::test_stores[title]"], ["checkout::update::test_stores[title]"]),
        (
            ["checkout::any", "checkout::errors::test_body"],
            ["checkout::errors::test_body", "checkout::any::test_no_server_error"],
        ),
        (
            ["checkout::success::test_alone"],
            ["checkout::success::test_alone[success_message]", "checkout::success::test_alone[success_url]"],
        ),
        (["--checkout-area=any", "--checkout-area=method"], None),
    ],
)
def test_pasted_ids_and_areas_select(run_here: Run, arguments: list[str], ids: list[str] | None) -> None:
    found = collected(run_here("--checkout-mock", "--co", "-q", *arguments))
    if ids is None:
        assert {id.split("::")[1] for id in found} == {"any", "method"}
    else:
        assert found == ids


def test_deselect_takes_one_away(run_here: Run) -> None:
    ids = collected(run_here(*SUCCESS, "--co", "-q", "--deselect", "checkout::success::test_exclusive"))
    assert ids
    assert "checkout::success::test_exclusive" not in ids


def test_nothing_selected_is_not_a_green_run(run: Run) -> None:
    result = run("--checkout-mock", "-k", "no_such_behaviour")
    assert result.ret == 5
    result.stdout.fnmatch_lines(["*nothing of the suite was selected*"])


def test_a_users_own_settings_stay_the_users_own(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeini(
        "[pytest]\npython_functions = check_*\npython_files = *_checks.py\npython_classes = Y\n"
        "addopts = --strict-markers --checkout-mock --checkout-area=success\nfilterwarnings = error\n"
    )
    pytester.path.joinpath("my_checks.py").write_text(
        "def check_it():\n    pass\n\n\ndef test_not_mine():\n    assert 0\n"
    )
    result = run("-p", "no:cacheprovider", "--assert=plain", "-v")
    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["my_checks.py::check_it PASSED*", "checkout::success::test_exclusive PASSED*"])


def test_optimised_python_judges_the_same(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONOPTIMIZE", "1")
    result = run("--checkout-fault=success.exclusive/ignored", "--checkout-area=success", "--tb=no")
    result.assert_outcomes(failed=1, passed=3, deselected=ALL - 4, warnings=1)


def test_a_real_folder_named_checkout_is_no_part_of_the_suite(run: Run, pytester: pytest.Pytester) -> None:
    pytester.mkdir("checkout").joinpath("test_basket.py").write_text("def test_basket():\n    pass\n")
    run("checkout").assert_outcomes(passed=1)
    result = run("checkout", "checkout::any", "--checkout-mock", "--co", "-q")
    assert collected(result) == ["checkout/test_basket.py::test_basket", "checkout::any::test_no_server_error"]


def test_the_first_failure_stops_and_the_last_failed_runs_again(
    run: Run, report: Callable[[], dict[str, Any]], broken: Callable[[], list[str]]
) -> None:
    fault = "--checkout-fault=success.exclusive/ignored"
    stopped = run(fault, "--checkout-area=success", "-x", "--tb=no", "--checkout-report=report.json")
    stopped.assert_outcomes(failed=1, deselected=ALL - 4)
    assert stopped.ret == 1
    assert broken() == ["success.exclusive"]
    assert {each["verdict"] for each in report()["behaviours"]} == {"broken", "not run"}
    again = run(fault, "--checkout-area=success", "--lf", "--tb=no")
    again.assert_outcomes(failed=1, deselected=ALL - 1)
    mended = run(*SUCCESS, "--lf")
    mended.assert_outcomes(passed=1, deselected=ALL - 1)


def test_a_level_below_must_is_expected_to_fail(run: Run, broken: Callable[[], list[str]]) -> None:
    arguments = ("checkout::update::test_idempotent", "--checkout-report=report.json", "--tb=no")
    fault = "--checkout-fault=update.idempotent/refused_the_second_time"
    red = run(fault, *arguments)
    assert red.ret == 1
    green = run(fault, *arguments, "--checkout-level=must", "-rx")
    assert green.ret == 0
    green.assert_outcomes(xfailed=1, deselected=ALL - 1)
    assert broken() == ["update.idempotent"]


@pytest.mark.parametrize("workers", ["0", "2"])
def test_junit_holds_each_verdict_as_properties(run: Run, pytester: pytest.Pytester, workers: str) -> None:
    run("--checkout-mock", "--checkout-area=method", "--checkout-area=any", "--junitxml=j.xml", "-n", workers)
    cases = ET.parse(pytester.path / "j.xml").iter("testcase")
    found = {
        properties["checkout_id"]: properties["checkout_verdict"]
        for case in cases
        if (properties := {each.get("name"): each.get("value") for each in case.iter("property")})
    }
    assert found == {"method.unnamed": "held", "method.allow": "held", "any.no_server_error": "held"}


@pytest.mark.parametrize("quiet", [[], ["-q"]])
def test_that_the_suite_does_not_run_is_said_loudly(run: Run, pytester: pytest.Pytester, quiet: list[str]) -> None:
    pytester.makepyfile("def test_mine(): pass")
    result = run("--checkout-mock", *quiet, str(pytester.path))
    assert result.ret == 0
    assert any("the suite does NOT run" in line and "checkout::" in line for line in result.outlines)
