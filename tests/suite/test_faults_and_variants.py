"""Runs as a user starts them: what is reported with its evidence, and what passes. All faults are in test_every_fault.py."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_checkout import load_contract
from pytest_checkout.mock import faults_of

FAULTS = (
    "update.stores[description]/cut_at_64",
    "success.exclusive/when_equal_to_stored",
    "auth.near_miss/without_case",
    "input.json/trailing_commas_taken",
    "concurrency.fields/lost_within_10_ms",
)
VARIANTS = ("image.url_only", "session.ttl_counts_down")


def judged(folder: Path, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--checkout-report=report.json"]
    done = subprocess.run(
        [*command, "--checkout-seed=1", *options], cwd=folder, capture_output=True, text=True, check=False, timeout=300
    )
    assert (folder / "report.json").exists(), done.stdout[-2000:]
    return json.loads((folder / "report.json").read_text())


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_reported_under_what_it_breaks(name: str, tmp_path: Path) -> None:
    fault = next(each for each in faults_of(load_contract("speed")) if each.name == name)
    areas = sorted({each.partition(".")[0] for each in fault.breaks})
    report = judged(tmp_path, f"--checkout-fault={name}", *(f"--checkout-area={area}" for area in areas))
    broken = {each["id"]: each for each in report["behaviours"] if each["verdict"] == "broken"}
    assert set(fault.breaks) <= set(broken)
    assert report["exit_status"] == 1
    for behaviour in fault.breaks:
        evidence = broken[behaviour]["evidence"]
        assert evidence["wanted"]
        assert evidence["got"]
        assert evidence["script"].startswith("#!/bin/sh")
        assert broken[behaviour]["node_ids"]


@pytest.mark.parametrize("name", VARIANTS)
def test_an_api_that_takes_a_latitude_passes_whole(name: str, tmp_path: Path) -> None:
    report = judged(tmp_path, f"--checkout-variant={name}")
    assert [each["id"] for each in report["behaviours"] if each["verdict"] == "broken"] == []
    assert report["exit_status"] == 0


def test_another_providers_contract_is_held_whole(tmp_path: Path) -> None:
    contract = Path(__file__).parents[1] / "contracts" / "acme.yaml"
    report = judged(tmp_path, "--checkout-mock", f"--checkout-contract={contract}")
    assert {each["verdict"] for each in report["behaviours"]} <= {"held", "observed", "inapplicable", "not run"}
    assert report["exit_status"] == 0


def test_the_boundary_is_said_in_words(tmp_path: Path) -> None:
    report = judged(
        tmp_path, "--checkout-fault=update.stores[description]/cut_at_64", "checkout::update::test_answers[description]"
    )
    broken = next(each for each in report["behaviours"] if each["verdict"] == "broken")
    assert broken["evidence"]["boundary"] == "description: 64 characters kept, 65 cut"
