"""The README: its examples run, and its tables are complete."""

import doctest
import re
import shlex
from pathlib import Path

import pytest

from pytest_checkout.options import _OPTIONS

README = (Path(__file__).parents[1] / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
FILES = {block.splitlines()[0].removeprefix("# "): block for block in BLOCKS if block.startswith("# test_")}
SESSIONS = [block for block in BLOCKS if block.startswith(">>>")]
SELECTING = re.findall(r"^\$ pytest --checkout-mock (.*)$", README, re.MULTILINE)


def test_every_python_block_is_run():
    assert len(FILES) + len(SESSIONS) == len(BLOCKS) > 4


@pytest.mark.parametrize("name", FILES)
def test_an_example_passes_on_the_mock(pytester, name):
    pytester.makepyfile(**{name.removesuffix(".py"): FILES[name]})
    result = pytester.runpytest_subprocess("--checkout-mock", name)
    tests = FILES[name].count("def test_")
    result.assert_outcomes(passed=tests)


@pytest.mark.parametrize("block", SESSIONS)
def test_a_session_prints_what_it_says(block):
    test = doctest.DocTestParser().get_doctest(block, {}, "README.md", "README.md", 0)
    assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


@pytest.mark.parametrize("arguments", SELECTING)
def test_a_selection_selects_some_behaviours(pytester, arguments):
    result = pytester.runpytest_subprocess("--checkout-mock", *shlex.split(arguments), "--co", "-q")
    assert result.ret == 0
    assert any(line.startswith("checkout::") for line in result.outlines)


def test_every_option_has_its_line():
    described = re.findall(r"^\| `--checkout-([a-z-]+)", README, re.MULTILINE)
    assert described == [option[0] for option in _OPTIONS]


def test_every_link_leads_to_a_file():
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (Path(__file__).parents[1] / link).exists()] == []
