"""What a run refuses to start with, and how it ends when its time is spent."""

import json
import threading
import time
from collections.abc import Callable

import pytest
import requests

from pytest_checkout import load_contract
from pytest_checkout.credentials import Keys
from pytest_checkout.errors import UsageProblem
from pytest_checkout.mock import Mock
from pytest_checkout.mock.messages import Answer, Request
from pytest_checkout.safety import check_keys, check_transport, off_when_live

Run = Callable[..., pytest.RunResult]


@pytest.mark.parametrize(
    ("variable", "key"),
    [
        ("CHECKOUT_API_KEY", "sk_live_aB3dE6gH9jK2mN5p"),
        ("CHECKOUT_API_KEY", "rk_live_aB3dE6gH9jK2mN5p"),
        ("CHECKOUT_OTHER_API_KEY", "sk_live_aB3dE6gH9jK2mN5p"),
        ("CHECKOUT_PUBLISHABLE_KEY", "pk_live_aB3dE6gH9jK2mN5p"),
    ],
)
def test_a_live_key_ends_the_run_before_the_first_request(
    run_here: Run, monkeypatch: pytest.MonkeyPatch, variable: str, key: str
) -> None:
    monkeypatch.setenv("CHECKOUT_API_KEY", "sk_test_aB3dE6gH9jK2mN5p")
    monkeypatch.setenv(variable, key)
    result = run_here("--checkout-base-url=https://127.0.0.1:1")
    said = "\n".join([*result.outlines, *result.errlines])
    assert result.ret == 4
    assert f"{variable} holds a live key" in said
    assert "--checkout-allow-live" in said
    assert key[8:] not in said


def test_live_keys_are_told_by_the_contract() -> None:
    contract, keys = load_contract("speed"), Keys(secret="sk_live_x", other="", publishable="pk_live_x")
    with pytest.raises(UsageProblem, match="CHECKOUT_API_KEY and CHECKOUT_PUBLISHABLE_KEY hold a live key"):
        check_keys(contract, keys, allow_live=False)
    assert check_keys(contract, keys, allow_live=True)
    assert not check_keys(contract, Keys(secret="sk_test_x", other="", publishable=""), allow_live=False)


@pytest.mark.parametrize(
    "base_url",
    ["https://api.example.com", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:80", "http://api.localhost"],
)
def test_keys_travel_over_https_or_stay_on_this_machine(base_url: str) -> None:
    check_transport(base_url, allow_http=False)


@pytest.mark.parametrize("base_url", ["http://api.example.com", "http://10.0.0.7", "http://localhost.example.com"])
def test_plain_http_to_another_machine_is_refused_unless_it_is_allowed(base_url: str) -> None:
    with pytest.raises(UsageProblem, match="plain http to another machine"):
        check_transport(base_url, allow_http=False)
    check_transport(base_url, allow_http=True)


def test_with_a_live_key_what_could_do_harm_stays_off_unless_its_area_is_asked_for() -> None:
    off = [
        "checkout::method::test_unnamed",
        "checkout::concurrency::test_fields",
        "checkout::image::test_refuses_large[url-png]",
        "checkout::input::test_robust",
    ]
    assert all(off_when_live(node_id, ()) for node_id in off)
    assert not any(off_when_live(node_id, ("method", "concurrency", "image", "input")) for node_id in off)
    assert not off_when_live("checkout::image::test_accepts[url-png]", ())


@pytest.fixture
def live_contract(pytester: pytest.Pytester) -> str:
    """Speed's contract, but that the mock's keys are live ones in it."""
    contract = pytester.path / "speed.yaml"
    text = load_contract("speed").path.read_text(encoding="utf-8")
    contract.write_text(text.replace("live: ^(sk|rk)_live_", "live: ^sk_test_"), encoding="utf-8")
    return str(contract)


class Observed:
    """What a mock is sent: methods, how large bodies are, and how many requests it serves at the same time."""

    def __init__(self, mock: Mock) -> None:
        self.methods: set[str] = set()
        self.largest = self.at_once = self._now = 0
        self._lock = threading.Lock()
        self._honest: Callable[[Request], Answer] = mock._api.answer
        mock._api.answer = self._answer  # type: ignore[method-assign]

    def _answer(self, request: Request) -> Answer:
        with self._lock:
            self._now += 1
            self.methods.add(request.method)
            self.largest = max(self.largest, len(request.body))
            self.at_once = max(self.at_once, self._now)
        try:
            return self._honest(request)
        finally:
            with self._lock:
                self._now -= 1


def test_an_allowed_live_key_is_judged_gently(
    run: Run, speed_mock: Callable[..., Mock], pytester: pytest.Pytester, live_contract: str
) -> None:
    mock = speed_mock()
    observed = Observed(mock)
    options = (f"--checkout-contract={live_contract}", "--checkout-allow-live", "--checkout-report=report.json")
    areas = ("image", "input", "method", "concurrency", "errors", "any")
    result = run(f"--checkout-base-url={mock.base_url}", *options, *(f"checkout::{area}" for area in areas))
    assert result.ret == 0, result.outlines
    report = json.loads(pytester.path.joinpath("report.json").read_text())
    verdicts = {each["id"]: each["verdict"] for each in report["behaviours"]}
    off = ["method.", "concurrency.", "image.refuses_large[", "input.robust"]
    for id, verdict in verdicts.items():
        if id.startswith(tuple(off)):
            assert verdict == "not run", id
    assert verdicts["image.accepts[data-png]"] == verdicts["input.json"] == verdicts["errors.body"] == "held"
    assert observed.methods == {"POST", "GET"}
    assert observed.at_once == 1
    assert observed.largest < 2_000_000 * 4 / 3 + 1000  # the limit that must be accepted, in base64
    (note,) = [note for note in report["notes"] if "the keys are live" in note]
    assert "behaviours stay off unless --checkout-area asks for their areas (" in note
    assert all(each in note for each in off)


def test_with_a_live_key_an_area_that_is_asked_for_is_judged_whole(
    run: Run, speed_mock: Callable[..., Mock], pytester: pytest.Pytester, live_contract: str
) -> None:
    result = run(
        f"--checkout-base-url={speed_mock().base_url}",
        f"--checkout-contract={live_contract}",
        "--checkout-allow-live",
        *(f"--checkout-area={area}" for area in ("image", "method", "concurrency")),
        "--checkout-report=report.json",
    )
    assert result.ret == 0, result.outlines
    report = json.loads(pytester.path.joinpath("report.json").read_text())
    verdicts = {each["id"]: each["verdict"] for each in report["behaviours"]}
    held = ("method.unnamed", "concurrency.fields", "image.accepts[url-png]", "image.refuses_large[data-png]")
    assert {verdicts[id] for id in held} == {"held"}
    assert not [note for note in report["notes"] if "live" in note]


@pytest.mark.parametrize(
    ("base_url", "key", "words"),
    [
        ("https://127.0.0.1:1", "sk_live_aB3dE6gH9jK2mN5p", "CHECKOUT_API_KEY holds a live key"),
        ("http://api.example.com", "sk_test_aB3dE6gH9jK2mN5p", "plain http to another machine"),
    ],
)
@pytest.mark.parametrize("overridden", [False, True])
def test_the_fixtures_refuse_the_same(  # noqa: PLR0917 - fixtures and parameters
    run_here: Run,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    base_url: str,
    key: str,
    words: str,
    overridden: bool,  # noqa: FBT001 - a parameter
) -> None:
    monkeypatch.setenv("CHECKOUT_API_KEY", key)
    if overridden:
        own = f"import pytest\n@pytest.fixture(scope='session')\ndef checkout_base_url():\n    return {base_url!r}\n"
        pytester.makeconftest(own)
    else:
        monkeypatch.setenv("CHECKOUT_BASE_URL", base_url)
    pytester.makepyfile("def test_mine(checkout_session):\n    pass\n")
    result = run_here()
    result.assert_outcomes(errors=1)
    said = "\n".join(result.outlines)
    assert words in said
    assert key[8:] not in said


def test_when_the_time_of_the_run_is_spent_the_rest_is_untried_and_the_report_is_written(
    run: Run, pytester: pytest.Pytester
) -> None:
    # Time enough for the probe on a busy machine, and too little for a run at 20 ms an answer.
    result = run("--checkout-variant=pace.latency", "--checkout-max-time=4", "--checkout-report=report.json")
    assert result.ret == 1
    report = json.loads(pytester.path.joinpath("report.json").read_text())
    untried = [each for each in report["behaviours"] if each["verdict"] == "untried"]
    assert untried
    reasons = {each["reason"] for each in untried if each["area"] not in ("errors", "any")}
    assert reasons == {"the time of --checkout-max-time is spent"}
    assert not [each for each in report["behaviours"] if each["verdict"] == "broken"]


def test_an_answer_that_takes_longer_than_allowed_is_broken_and_named(
    run: Run, serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKOUT_API_KEY", "sk_test_aB3dE6gH9jK2mN5p")

    def slow(method: str, path: str, authorization: str) -> tuple[int, object]:
        del authorization
        if method == "POST" and path != "/checkout-sessions":
            time.sleep(0.6)
        return 200, {"id": "cs_test_zZ9yY8xX7wW6vV5u", "object": "checkout_session", "amount": 200, "currency": "USD"}

    base_url = serve(slow)
    result = run(
        f"--checkout-base-url={base_url}", "--checkout-request-timeout=0.2", "checkout::version::test_accepted[absent]"
    )
    said = "\n".join(result.outlines)
    assert result.ret == 1, said
    assert "no whole answer within 0.2 s" in said


@pytest.mark.parametrize("option", ["--checkout-request-timeout", "--checkout-max-time"])
@pytest.mark.parametrize("value", ["0", "-1", "ten", "1e3", "inf"])
def test_a_time_that_is_no_number_of_seconds_is_one_error(run_here: Run, option: str, value: str) -> None:
    result = run_here("--checkout-mock", f"{option}={value}")
    said = "\n".join([*result.outlines, *result.errlines])
    assert result.ret == 4
    assert f"ERROR: {option}: {value!r} is no number of seconds above 0" in said


@pytest.mark.parametrize("workers", ["0", "2"])
def test_at_its_end_a_run_deactivates_the_sessions_that_it_created_and_no_others(
    run: Run, speed_mock: Callable[..., Mock], pytester: pytest.Pytester, workers: str
) -> None:
    mock = speed_mock()
    with requests.Session() as user:
        user.auth = (mock.secret_key, "")
        own = user.post(f"{mock.base_url}/checkout-sessions", json={"amount": 200, "currency": "USD"}).json()["id"]
        result = run(
            f"--checkout-base-url={mock.base_url}",
            "--checkout-area=session",
            "--checkout-area=concurrency",
            "--checkout-report=report.json",
            "-n",
            workers,
        )
        assert result.ret == 0, result.outlines
        sessions = json.loads(pytester.path.joinpath("report.json").read_text())["sessions"]
        assert len(sessions) > 5
        assert all(session["deactivated"] for session in sessions)
        assert own not in {session["id"] for session in sessions}
        assert user.get(f"{mock.base_url}/checkout-sessions/{own}").json()["status"] == "active"
        keys = {mock.secret_key, mock.other_secret_key}
        for session in sessions[:20]:
            answers = [
                requests.get(f"{mock.base_url}/checkout-sessions/{session['id']}", auth=(key, "")) for key in keys
            ]
            assert "deactivated" in {answer.json().get("status") for answer in answers}


def test_sessions_that_can_not_be_deactivated_are_named_once(
    run: Run, serve: Callable[..., str], monkeypatch: pytest.MonkeyPatch, pytester: pytest.Pytester
) -> None:
    monkeypatch.setenv("CHECKOUT_API_KEY", "sk_test_aB3dE6gH9jK2mN5p")

    def stubborn(method: str, path: str, authorization: str) -> tuple[int, object]:
        del method, authorization
        if path.endswith("/deactivate"):
            return 403, {"errors": [{"type": "forbidden", "message": "no"}]}
        return 200, {"id": "cs_test_zZ9yY8xX7wW6vV5u", "object": "checkout_session", "amount": 200, "currency": "USD"}

    result = run(f"--checkout-base-url={serve(stubborn)}", "checkout::method", "--checkout-report=report.json")
    report = json.loads(pytester.path.joinpath("report.json").read_text())
    assert report["sessions"] == [{"id": "cs_test_zZ9yY8xX7wW6vV5u", "deactivated": False}]
    assert report["notes"] == ["1 of 1 sessions of the run are left as they are: deactivate answered 403"]
    assert "left as they are" in "\n".join(result.outlines)
