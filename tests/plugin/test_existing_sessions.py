"""``--checkout-session``: judged on sessions that somebody else made."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from pytest_checkout import load_contract
from pytest_checkout.mock import Mock

ACME = load_contract(str(Path(__file__).parents[1] / "contracts" / "acme.yaml"))
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Mock]]:
    """Start Acme's mock, with faults or variants."""
    mocks: list[Mock] = []

    def start(**planted: Any) -> Mock:
        mocks.append(Mock(ACME, **planted).start())
        monkeypatch.setenv("CHECKOUT_API_KEY", mocks[-1].secret_key)
        monkeypatch.setenv("CHECKOUT_OTHER_API_KEY", mocks[-1].other_secret_key)
        return mocks[-1]

    yield start
    for mock in mocks:
        mock.stop()


def page(mock: Mock) -> str:
    """A page that is there before the run; its id."""
    url, key = f"{mock.base_url}/v2/payment-pages", {"Authorization": f"Bearer {mock.secret_key}"}
    made = requests.post(url, json={"total": "12.50", "country": "NO"}, headers=key, timeout=5)
    return made.json()["reference"]


def options(mock: Mock, contract: Path, *ids: str) -> list[str]:
    return [
        f"--checkout-base-url={mock.base_url}",
        f"--checkout-contract={contract}",
        "--checkout-seed=1",
        "--checkout-report=report.json",
        *(f"--checkout-session={id}" for id in ids),
    ]


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {each["id"]: each["verdict"] for each in report["behaviours"]}


def test_a_conforming_api_without_create_is_held_on_its_sessions(
    run: Run, acme: Callable[..., Mock], acme_without_create: Path, report: Callable[[], dict[str, Any]]
) -> None:
    mock = acme()
    result = run(*options(mock, acme_without_create, page(mock), page(mock)), "checkout::success")
    assert result.ret == 0
    assert "broken" not in verdicts(report()).values()
    assert verdicts(report())["success.exclusive"] == "held"
    assert report()["sessions"] == []
    assert len(mock._api.store.all()) == 2


def test_a_fault_is_shown_again_on_the_same_session_which_is_read_first(
    run: Run, acme: Callable[..., Mock], acme_without_create: Path, report: Callable[[], dict[str, Any]]
) -> None:
    mock = acme(faults=["success.exclusive/when_thanks_text_is_set"])
    ids = [page(mock), page(mock)]
    result = run(*options(mock, acme_without_create, *ids), "checkout::success::test_exclusive")
    assert result.ret == 1
    (broken,) = [each for each in report()["behaviours"] if each["verdict"] == "broken"]
    assert broken["frequency"] == "3 of 3"
    targets = {each["request"]["target"].rpartition("/")[2] for each in broken["evidence"]["example"]}
    assert len(targets) == 1
    assert targets <= set(ids)
    assert broken["evidence"]["example"][0]["request"]["method"] == "GET"
    assert f"--checkout-session={ids[0]} --checkout-session={ids[1]}" in result.stdout.str()


def test_a_behaviour_that_needs_more_sessions_is_untried_with_the_reason(
    run: Run, acme: Callable[..., Mock], acme_without_create: Path
) -> None:
    mock = acme()
    result = run(*options(mock, acme_without_create, page(mock)), "checkout::update::test_isolated")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["*it needs 2 sessions at once, and --checkout-session names 1 here*", "  update.isolated"]
    )


def test_a_session_that_the_run_did_not_create_is_not_deactivated(
    run: Run, speed_mock: Callable[..., Mock], report: Callable[[], dict[str, Any]]
) -> None:
    mock = speed_mock()
    url, key = f"{mock.base_url}/checkout-sessions", (mock.secret_key, "")
    id = requests.post(url, json={"amount": 200, "currency": "USD"}, auth=key, timeout=5).json()["id"]
    result = run(
        f"--checkout-base-url={mock.base_url}",
        f"--checkout-session={id}",
        "--checkout-report=report.json",
        "checkout::session::test_closed",
        "checkout::success",
    )
    assert result.ret == 0
    assert verdicts(report())["session.closed"] == "untried"
    assert requests.get(f"{url}/{id}", auth=key, timeout=5).json()["status"] == "active"
    assert len(mock._api.store.all()) == 1


def test_workers_have_sessions_of_their_own(run: Run, acme: Callable[..., Mock], acme_without_create: Path) -> None:
    mock = acme()
    result = run(*options(mock, acme_without_create, page(mock), page(mock)), "-n", "2", "checkout::success")
    assert result.ret == 0


def test_more_workers_than_sessions_end_in_one_line(
    run: Run, acme: Callable[..., Mock], acme_without_create: Path
) -> None:
    mock = acme()
    result = run(*options(mock, acme_without_create, page(mock)), "-n", "2", "checkout::success")
    assert result.ret == 4
    assert "ERROR: 2 workers need 2 sessions at least" in result.stderr.str()


def test_a_contract_without_create_needs_the_option(
    run: Run, acme: Callable[..., Mock], acme_without_create: Path
) -> None:
    result = run(*options(acme(), acme_without_create))
    assert result.ret == 4
    (line,) = [line for line in result.errlines if line.startswith("ERROR:")]
    assert "has no create operation: name sessions to judge on with --checkout-session=ID" in line


def test_a_session_that_is_not_there_ends_in_one_line(
    run: Run, acme: Callable[..., Mock], acme_without_create: Path
) -> None:
    mock = acme()
    result = run(*options(mock, acme_without_create, page(mock), "pp-none"))
    assert result.ret == 4
    (line,) = [line for line in result.errlines if line.startswith("ERROR:")]
    assert "The session pp-none can't be read: sent GET /v2/payment-pages/pp-none" in line
    assert "404" in line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--checkout-mock", "--checkout-session=cs_1"], "a mock starts without any"),
        (["--checkout-base-url=http://127.0.0.1:9", "--checkout-session=a b"], "'a b' is no id"),
        (["--checkout-base-url=http://127.0.0.1:9", "--checkout-session="], "'' is no id"),
    ],
)
def test_an_id_that_makes_no_sense_ends_in_one_line(run_here: Run, arguments: list[str], words: str) -> None:
    result = run_here(*arguments)
    assert result.ret == 4
    (line,) = [line for line in result.errlines if line.startswith("ERROR:")]
    assert words in line
