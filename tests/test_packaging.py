"""What is installed: the entry point, what goes into the wheel, and what the plugin can do without."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def test_pytest_finds_the_plugin_by_its_entry_point():
    found = {each.name: each.value for each in distribution("pytest-checkout").entry_points if each.group == "pytest11"}
    assert found == {"checkout": "pytest_checkout.plugin"}


def test_the_changelog_begins_with_this_version():
    assert re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[1] == PROJECT["version"]


def test_the_wheel_holds_the_contracts_and_schemas(tmp_path):
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "pytest_checkout/contracts/speed.yaml",
        "pytest_checkout/contract/vocabulary.schema.json",
        "pytest_checkout/report/report.schema.json",
        "pytest_checkout/py.typed",
        "pytest_checkout/suite/test_update.py",
    } <= names
    assert not [name for name in names if name.startswith("tests/")]


def test_the_suite_runs_where_pytest_xdist_is_not_installed(pytester):
    result = pytester.runpytest_subprocess("-p", "no:xdist", "--checkout-mock", "checkout::version")
    assert result.ret == 0
    assert result.parseoutcomes()["passed"] > 0


def test_a_run_without_a_target_says_nothing(pytester):
    pytester.makepyfile("def test_one(): pass")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)
    assert not [line for line in result.outlines if "checkout:" in line or "conformance" in line]
