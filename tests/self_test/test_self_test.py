"""``pytest --checkout-self-test`` as a user starts it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_checkout import load_contract
from pytest_checkout.mock import faults_of
from pytest_checkout.self_test import items
from pytest_checkout.self_test.proof import Outcome

ACME = Path(__file__).parents[1] / "contracts" / "acme.yaml"
OF_ACME, OF_SPEED = (
    len(faults_of(load_contract(each))) for each in (ACME, "speed")
)  # one more item judges the mock as it is
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run_here(pytester: pytest.Pytester) -> Run:
    options = ("-p", "no:schemathesis", "-p", "no:cacheprovider", "--checkout-self-test", "--checkout-seed=1")
    return lambda *arguments: pytester.runpytest_inprocess(*options, *arguments)


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A suite that sees nothing."""
    monkeypatch.setattr(items, "of_fault", lambda *_, **__: Outcome(requests=7))


def test_a_fault_that_is_caught_passes_and_its_rule_is_named(run_here: Run) -> None:
    result = run_here(f"--checkout-contract={ACME}", "checkout-self-test::input.type[logo]")
    result.assert_outcomes(passed=1, deselected=OF_ACME)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "*checkout self-test*",
            "contract  acme",
            "seed      1",
            f"planted   1 of {OF_ACME} faults, *",
            "rules of the contract",
            "  not run *type*note*its faults were not run",
            "  caught *type*logo*1 of 1 faults caught",
        ]
    )


@pytest.mark.usefixtures("blind")
def test_a_fault_that_is_missed_turns_the_run_red(run_here: Run) -> None:
    result = run_here("checkout-self-test::input.type[title]")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "not reported: input.type?title?",
            "with the requests: pytest --checkout-fault='input.type?title?/*' --checkout-seed=1 *",
            "  NOT CAUGHT *type?title?*0 of 1 faults caught; missed: input.type?title?/*",
        ]
    )


@pytest.mark.usefixtures("blind")
def test_an_area_and_an_expression_select(run_here: Run) -> None:
    result = run_here("--checkout-area=success", "-k", "exclusive and server_error", "--co", "-q")
    assert [line for line in result.outlines if "::" in line] == [
        "checkout-self-test::success.exclusive/server_error",
    ]


@pytest.mark.usefixtures("blind")
def test_the_projects_own_tests_are_not_collected(run_here: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_own():\n    pass\n")
    result = run_here("--co", "-q", "checkout-self-test::conforming")
    assert [line for line in result.outlines if "::" in line] == ["checkout-self-test::conforming"]


def test_workers_share_the_faults(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_subprocess(
        "-p",
        "no:schemathesis",
        "--checkout-self-test",
        "-n",
        "2",
        "checkout-self-test::input.url[cancel_url]",
        timeout=120,
    )
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(
        [f"planted   6 of {OF_SPEED} faults, *", "  caught *url*cancel_url*6 of 6 faults caught"]
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tests"], ["takes no paths", "'tests'", "checkout-self-test::AREA"]),
        (["--checkout-mock"], ["--checkout-mock has no part in it"]),
        (["--checkout-fault=update.empty/cleared"], ["--checkout-fault has no part in it"]),
        (["--checkout-report=r.json"], ["--checkout-report has no part in it"]),
        (["checkout-self-test::success.exclusiv"], ["names nothing", "Did you mean", "success.exclusive"]),
        (["--checkout-contract=sped"], ["Did you mean speed"]),
    ],
)
def test_what_makes_no_sense_ends_in_one_line(run_here: Run, arguments: list[str], words: list[str]) -> None:
    result = run_here(*arguments)
    assert result.ret == 4
    (line,) = [line for line in result.errlines if line.startswith("ERROR:")]
    assert all(word in line for word in words), line


def test_a_contract_without_a_create_operation_has_no_mock_to_plant_in(
    run_here: Run, acme_without_create: Path
) -> None:
    result = run_here(f"--checkout-contract={acme_without_create}")
    assert result.ret == 4
    assert "ERROR: --checkout-self-test: the contract acme has no create operation" in "\n".join(result.errlines)
