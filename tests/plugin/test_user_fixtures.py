"""The fixtures in a user's own tests."""

from collections.abc import Callable
from typing import Any

import pytest
from counted import ALL

Run = Callable[..., pytest.RunResult]

USES = """
import pytest
from hypothesis import given, settings, strategies

def test_api(checkout_api):
    created = checkout_api.create()
    id = checkout_api.session_id(created)
    updated = checkout_api.update(id, {"title": "Basket"})
    assert updated.status == 200
    assert checkout_api.retrieve(id).value["title"] == "Basket"
    assert checkout_api.retrieve("cs_test_nobodys").status == 404

def test_session(checkout_session):
    test_session.id = checkout_session["id"]

def test_another_session(checkout_session):
    assert checkout_session["id"] != test_session.id

@settings(max_examples=5)
@given(title=strategies.sampled_from(["a", "b", "c"]))
def test_given(checkout_sessions, checkout_api, title):
    session = checkout_sessions(title=title)
    assert session["title"] == title
"""


def test_without_a_target_the_error_names_the_option(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_api(checkout_api):\n    pass\n\n\ndef test_session(checkout_session):\n    pass\n")
    result = run()
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*--checkout-base-url=URL*CHECKOUT_BASE_URL*"])
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize("workers", ["0", "2"])
def test_against_the_mock(run: Run, pytester: pytest.Pytester, workers: str) -> None:
    pytester.makepyfile(
        USES if workers == "0" else USES.replace("!= test_session.id", "").replace("test_session.id = ", "")
    )
    run(".", "--checkout-mock", "-n", workers, "--strict-markers").assert_outcomes(passed=4)


def test_the_environment_feeds_the_fixtures_only(
    run: Run, pytester: pytest.Pytester, speed_mock: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(USES)
    monkeypatch.setenv("CHECKOUT_BASE_URL", speed_mock().base_url)
    result = run()
    result.assert_outcomes(passed=4)
    result.stdout.no_fnmatch_line("*conformance*")


@pytest.mark.parametrize("workers", ["0", "2"])
def test_an_ini_value_feeds_the_fixtures_only(
    run: Run, pytester: pytest.Pytester, speed_mock: Callable[..., Any], workers: str
) -> None:
    pytester.makeini(f"[pytest]\ncheckout_base_url = {speed_mock().base_url}\n")
    pytester.makepyfile(
        "def test_session(checkout_session):\n    assert checkout_session['object'] == 'checkout_session'\n"
    )
    result = run("-n", workers)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*conformance*")


def test_an_ini_value_can_name_the_mock(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\ncheckout_mock = true\n")
    pytester.makepyfile(USES)
    run().assert_outcomes(passed=4)


def test_a_mock_needs_no_option(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import urllib.error
        import urllib.request

        def test_mock(checkout_mock, checkout_contract):
            assert checkout_contract.name == "speed"
            try:
                urllib.request.urlopen(checkout_mock.base_url + "/checkout-sessions/cs_test_x", timeout=5)
            except urllib.error.HTTPError as refused:
                assert refused.code == 401
            assert checkout_mock.requests == 1
        """
    )
    run().assert_outcomes(passed=1)


def test_an_overridden_address_is_used(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest

        @pytest.fixture(scope="session")
        def checkout_base_url(checkout_mock):
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("CHECKOUT_API_KEY", checkout_mock.secret_key)
                yield checkout_mock.base_url

        def test_session(checkout_session, checkout_mock):
            assert checkout_session["id"]
            assert checkout_mock.requests == 1
        """
    )
    run().assert_outcomes(passed=1)


OWN = """
import pytest

@pytest.mark.checkout("acme.rule", level="must")
def test_rule(checkout_api, checkout_session):
    '''Titles of ours are taken.'''
    assert checkout_api.update(checkout_session["id"], {"title": "Ours"}).status == 200
    assert checkout_api.update(checkout_session["id"], {"title": 7}).status == 400

@pytest.mark.checkout("acme.other", level="should")
def test_other():
    assert not "kept"
"""


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_users_own_behaviour_is_in_the_report_and_seen_by_the_universal_statements(
    run: Run, pytester: pytest.Pytester, report: Callable[[], dict[str, Any]], workers: str
) -> None:
    pytester.makepyfile(test_own=OWN)
    result = run(
        "test_own.py",
        "checkout::errors::test_body",
        "--checkout-fault=errors.body/message_missing",
        "--checkout-report=report.json",
        "--strict-markers",
        "--tb=no",
        "-n",
        workers,
    )
    result.assert_outcomes(passed=1, failed=2, deselected=ALL - 1 if workers == "0" else 0)
    said = {each["id"]: each for each in report()["behaviours"]}
    assert said["acme.rule"]["verdict"] == "held"
    assert said["acme.rule"]["statement"] == "Titles of ours are taken."
    assert said["acme.rule"]["level"] == "must"
    assert said["acme.rule"]["node_ids"] == ["test_own.py::test_rule"]
    assert said["acme.other"]["verdict"] == "broken"
    assert said["errors.body"]["verdict"] == "broken"


CREATES = """
def test_api(checkout_api):
    assert checkout_api.create().ok

def test_session(checkout_session):
    assert checkout_session["id"]

def test_fails(checkout_session):
    assert not checkout_session["id"]
"""
OVERRIDDEN = """
import pytest

@pytest.fixture(scope="session")
def checkout_base_url():
    return {base_url!r}
"""


@pytest.mark.parametrize(
    "case", ["an ini value", "a fixture", "a fixture beside an API that is judged", "an ini value, with workers"]
)
def test_sessions_are_deactivated_at_the_end_whatever_named_the_target(
    run: Run, pytester: pytest.Pytester, speed_mock: Callable[..., Any], case: str
) -> None:
    judged, mock = speed_mock(), speed_mock()
    if "ini value" in case:
        pytester.makeini(f"[pytest]\ncheckout_base_url = {mock.base_url}\n")
    else:
        pytester.makeconftest(OVERRIDDEN.format(base_url=mock.base_url))
    pytester.makepyfile(CREATES)
    options = ["--checkout-base-url", judged.base_url, "."] if "judged" in case else []
    result = run(*options, "-W", "error", "-n", "2" if "workers" in case else "0")
    result.assert_outcomes(passed=2, failed=1)
    assert [each.values["status"] for each in mock._api.store.all()] == ["deactivated"] * 3


def test_sessions_that_are_left_are_told(run: Run, pytester: pytest.Pytester, serve: Callable[..., str]) -> None:
    def answer(_method: str, path: str, _key: str) -> tuple[int, Any]:
        session = {"id": "cs_test_zZ9yY8xX7wW6vV5u", "object": "checkout_session"}
        return (500, {}) if path.endswith("/deactivate") else (200, session)

    pytester.makeini(f"[pytest]\ncheckout_base_url = {serve(answer)}\n")
    pytester.makepyfile("def test_session(checkout_session):\n    pass\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHECKOUT_API_KEY", "sk_test_aB3dE6gH9jK2mN5p")
        result = run()
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(
        ["*checkout: 1 of 1 sessions of these tests are left as they are: deactivate answered 500"]
    )
