"""Every behaviour is explained without an API."""

import subprocess
import sys
from pathlib import Path

import pytest

from pytest_checkout import load_contract
from pytest_checkout.claims import claims
from pytest_checkout.options import AREAS

ACME = Path(__file__).parent / "contracts" / "acme.yaml"


def explain(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest_checkout", "explain", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("contract", ["speed", str(ACME)])
def test_every_behaviour_says_what_is_sent_and_wanted(contract: str) -> None:
    for claim in claims(load_contract(contract), AREAS).values():
        labels = [paragraph.partition(": ")[0] for paragraph in claim.explanation.split("\n\n")]
        assert labels in (["Sent", "Wanted"], ["Sent", "Wanted", "Granted"]), claim.id
        assert claim.statement.endswith(".")
        assert "\n" not in claim.statement


def test_the_claims_are_those_of_a_run(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("-p", "no:schemathesis", "--checkout-mock", "--co", "-q")
    ids = [line for line in result.outlines if line.startswith("checkout::")]
    assert ids == list(claims(load_contract("speed"), AREAS))


def test_a_behaviour_is_explained_with_the_ways_to_silence_it() -> None:
    done = explain("success.exclusive")
    assert done.returncode == 0
    text = " ".join(done.stdout.split())
    for words in (
        "success.exclusive (must)",
        "Only one of success_message and success_url may be used in a request",
        "sent all of an excluded group",
        "wanted 4xx each time",
        "granted any 4xx",
        "pytest --checkout-base-url=URL 'checkout::success::test_exclusive'",
        "--checkout-baseline",
    ):
        assert words in text


def test_a_name_stands_for_all_its_fields_and_an_area_for_all_its_behaviours() -> None:
    assert explain("update.exact").stdout.count("(should)") == 7
    assert explain("auth").stdout.count("\nauth.") + 1 == 8
    assert explain("--all").stdout.count("  source") == len(claims(load_contract("speed"), AREAS))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["success.exklusive"], "Did you mean success.exclusive"),
        (["zzz"], "The areas are update, success"),
        ([], "name a behaviour"),
        (["auth", "--contract", "none"], "No contract has this name"),
    ],
)
def test_what_can_not_be_explained_is_one_error(arguments: list[str], words: str) -> None:
    done = explain(*arguments)
    assert (done.returncode, done.stdout) == (4, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
