"""What stops a run before anything is judged: exit status 4 and one line."""

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., pytest.RunResult]


def the_error(result: pytest.RunResult) -> str:
    """The one line that says what is wrong."""
    said = "\n".join([*result.outlines, *result.errlines])
    assert result.ret == 4, said
    assert "Traceback" not in said
    assert "INTERNALERROR" not in said
    assert "checkout conformance" not in said
    (line,) = [line for line in said.splitlines() if line.startswith("ERROR:")]
    return line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--checkout-base-url="], ["--checkout-base-url", "''", "https://api.example.com"]),
        (["--checkout-base-url=nonsense"], ["--checkout-base-url", "'nonsense'"]),
        (["--checkout-base-url=ftp://api.example.com"], ["--checkout-base-url", "no http(s) URL"]),
        (["--checkout-base-url=http://a.example:99999"], ["--checkout-base-url", "no URL"]),
        (["--checkout-base-url=http://a.example/?b=c"], ["--checkout-base-url", "query"]),
        (["--checkout-base-url=http://a.example/#b"], ["--checkout-base-url", "fragment"]),
        (["--checkout-base-url=http://a.example/b c"], ["--checkout-base-url", "white space"]),
        (["--checkout-base-url=http://a.example"], ["CHECKOUT_API_KEY is not set"]),
        (["--checkout-mock", "--checkout-base-url=http://a.example"], ["--checkout-base-url", "exclude each other"]),
        (["--checkout-fault=x", "--checkout-base-url=http://a.example"], ["--checkout-base-url", "exclude each other"]),
        (["--checkout-mock", "--checkout-area=sucess"], ["--checkout-area", "'sucess'", "Did you mean success"]),
        (["--checkout-mock", "--checkout-level=muts"], ["--checkout-level", "'muts'", "Did you mean must"]),
        (["--checkout-fault=success.exclusive/ignore"], ["did you mean", "success.exclusive/ignored"]),
        (["--checkout-variant=nothing_like_it"], ["'nothing_like_it'", "--list"]),
        (["--checkout-mock", "--checkout-contract=sped"], ["sped", "Did you mean speed"]),
        (["--checkout-mock", "--checkout-contract=./there_is_none.yaml"], ["there_is_none.yaml", "no such file"]),
        (["--checkout-mock", "--checkout-api-version=2022-10-16"], ["'2022-10-16'", "2022-04-15, 2022-10-15"]),
        (["--checkout-mock", "--checkout-seed=seven"], ["--checkout-seed", "'seven'"]),
        (["--checkout-mock", "--checkout-seed=-1"], ["--checkout-seed", "'-1'"]),
        (["--checkout-mock", "--checkout-report=nowhere/report.json"], ["--checkout-report", "does not exist"]),
        (["--checkout-mock", "--checkout-report=report.txt"], ["--checkout-report", "'.txt'", ".json"]),
        (["--checkout-mock", "--checkout-report=report"], ["--checkout-report", "no suffix"]),
        (["--checkout-mock", "--checkout-image-bind=zz"], ["'zz'", "HOST:PORT"]),
        (["checkout::success"], ["checkout::", "--checkout-base-url=URL", "--checkout-mock"]),
        (["checkout::"], ["checkout::", "needs a target"]),
        (
            ["--checkout-mock", "checkout::success::test_exclusiv"],
            ["checkout::success::test_exclusiv names nothing", "checkout::success::test_exclusive"],
        ),
        (["--checkout-mock", "checkout::update::test_stores[titel]"], ["checkout::update::test_stores[title]"]),
        (["--checkout-mock", "checkout::sucess"], ["checkout::success"]),
    ],
    ids=lambda value: " ".join(value) if value[0].startswith(("--", "checkout::")) else "",
)
def test_a_wrong_argument_ends_the_run_with_one_line_that_says_what_to_do(
    run_here: Run, arguments: list[str], words: list[str]
) -> None:
    line = the_error(run_here(*arguments))
    for word in words:
        assert word in line


def test_a_password_in_the_url_is_refused_and_not_repeated(run_here: Run) -> None:
    result = run_here("--checkout-base-url=http://somebody:hunter2222@a.example:99999")
    assert "CHECKOUT_API_KEY" in the_error(result) or "no URL" in the_error(result)
    result = run_here("--checkout-base-url=http://somebody:hunter2222@a.example")
    assert "CHECKOUT_API_KEY" in the_error(result)
    assert "hunter2222" not in result.stdout.str() + result.stderr.str()


@pytest.mark.parametrize("text", ["no-colon-s3cr3t", "a name: s3cr3t", ": s3cr3t", "X-A: s3cr3t\r\nX-B: c"])
def test_a_bad_header_is_refused_and_not_repeated(run_here: Run, text: str) -> None:
    result = run_here("--checkout-mock", f"--checkout-header={text}")
    assert "--checkout-header" in the_error(result)
    assert "s3cr3t" not in result.stdout.str() + result.stderr.str()


def test_a_defect_of_the_contract_names_file_and_line(run_here: Run, pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("api.yaml").write_text("openapi: 3.1.0\ninfo: {title: x, version: '1'}\npaths: 7\n")
    assert "api.yaml:3" in the_error(run_here("--checkout-mock", "--checkout-contract=api.yaml"))


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_mistyped_id_ends_the_run_with_workers_too(run: Run, workers: str) -> None:
    line = the_error(run("--checkout-mock", "checkout::success::test_exclusiv", "-n", workers))
    assert "checkout::success::test_exclusive" in line


SERVERS: dict[str, Any] = {
    "answers 404 to everything": lambda *_: (404, {}),
    "answers 200 {} to everything": lambda *_: (200, {}),
    "answers 200 with text": lambda *_: (200, "hello"),
    "answers 200 with an id alone": lambda *_: (200, {"id": 7}),
    "answers 500 to everything": lambda *_: (500, {"errors": []}),
}


@pytest.mark.parametrize("kind", SERVERS)
def test_an_api_that_gives_no_session_is_one_clear_error(
    run_here: Run, serve: Callable[[Any], str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("CHECKOUT_API_KEY", "sk_test_abcdefgh12345678")
    line = the_error(run_here(f"--checkout-base-url={serve(SERVERS[kind])}"))
    assert "POST /checkout-sessions" in line
    assert "check" in line.lower()


@pytest.mark.parametrize("kind", ["nothing listens", "answers 404 to everything", "answers 200 {} to everything"])
def test_the_same_error_comes_with_workers(
    run: Run, serve: Callable[[Any], str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("CHECKOUT_API_KEY", "sk_test_abcdefgh12345678")
    base_url = serve(SERVERS[kind]) if kind in SERVERS else "http://127.0.0.1:1"
    assert base_url in the_error(run(f"--checkout-base-url={base_url}", "-n", "2")) or kind.startswith("answers 404")


def test_nothing_listens(run_here: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKOUT_API_KEY", "sk_test_abcdefgh12345678")
    line = the_error(run_here("--checkout-base-url=http://127.0.0.1:1"))
    assert "no connection to http://127.0.0.1:1" in line
    assert "--checkout-base-url" in line


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_wrong_key_is_named_and_not_shown(
    run: Run, speed_mock: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, workers: str
) -> None:
    base_url = speed_mock().base_url
    monkeypatch.setenv("CHECKOUT_API_KEY", "sk_test_nobodysK3yAtAll00")
    result = run(f"--checkout-base-url={base_url}", "-n", workers)
    assert "CHECKOUT_API_KEY" in the_error(result)
    assert "nobodysK" not in result.stdout.str() + result.stderr.str()
