"""Without a target the plugin is not there: no items, no output, no imports of weight."""

from collections.abc import Callable

import pytest
from counted import ALL

Run = Callable[..., pytest.RunResult]
HEAVY = [
    "hypothesis",
    "schemathesis",
    "requests",
    "jsonschema",
    "werkzeug",
    "yaml",
    "urllib3",
    "openapi_spec_validator",
]


def test_nothing_is_imported_said_or_collected(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("CHECKOUT_BASE_URL", "http://127.0.0.1:1")
    pytester.makepyfile(f"import sys\n\n\ndef test_own():\n    assert not set({HEAVY!r}) & set(sys.modules)\n")
    result = pytester.runpytest_subprocess("-p", "pytest_checkout.plugin", timeout=60)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*checkout:*")
    result.stdout.no_fnmatch_line("*conformance*")


def test_a_bare_run_in_an_empty_folder_collects_nothing(run_here: Run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncheckout_base_url = http://127.0.0.1:1\ncheckout_mock = true\n")
    result = run_here()
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.no_fnmatch_line("*checkout*conformance*")


def test_help_shows_every_option_in_one_group(run_here: Run) -> None:
    said = run_here("--help").stdout.str()
    group = said.partition("\ncheckout:")[2].partition("\n\n")[0]
    for name in [
        "base-url",
        "mock",
        "fault",
        "variant",
        "contract",
        "api-version",
        "level",
        "area",
        "seed",
        "header",
        "strict",
        "report",
        "image-host",
    ]:
        assert f"--checkout-{name}" in group
        assert f"\n  checkout_{name.replace('-', '_')} " in said


def test_one_marker_is_registered(run_here: Run) -> None:
    said = run_here("--markers").stdout.str()
    assert said.count("@pytest.mark.checkout") == 1


def test_the_hypothesis_profile_is_the_users_own(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from hypothesis import given, settings, strategies

        settings.register_profile("mine", max_examples=7)
        settings.load_profile("mine")
        drawn = []

        @given(strategies.integers())
        def test_drawn(value):
            drawn.append(value)

        def test_profile():
            assert settings().max_examples == 7
            assert settings.default.max_examples == 7
            assert len(drawn) <= 7
        """
    )
    run(".", "checkout::success::test_exclusive", "--checkout-mock").assert_outcomes(passed=3, deselected=ALL - 1)
