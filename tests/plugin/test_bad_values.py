"""Every option, with values that nobody should give: one line that names what is wrong, and nothing else happens."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pytest_checkout import load_contract
from pytest_checkout.errors import ContractError, UsageProblem
from pytest_checkout.options import read_settings
from pytest_checkout.report.writers import check_writable
from pytest_checkout.run import Run

RunHere = Callable[..., pytest.RunResult]

KEY = "sk_test_s3cr3tS3cr3t99"
API, MOCK = "--checkout-base-url=http://127.0.0.1:1", "--checkout-mock"
HUGE = "9" * 400
CONTROL = "a\x1b[31m\x07b"
NO_NUMBERS = ("", "x", "-1", "nan", "inf", "1e3", "0x7", " 7", "7\n", "7s", "1_000", "\u0663", HUGE)
LONG = "x" * 300

#: The option, the words that its error has, and values; what else is on the command line.
TABLE: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("base-url", "no http(s) URL", ("", " ", "x", "http://", "http:///x", "file:///etc/passwd", "\udcff", HUGE), ""),
    ("base-url", "no URL", ("http://[::1", "http://a:0x50", "http://a:-1", "http://a:99999"), ""),
    ("base-url", "no name", ("http://a..b", f"http://{LONG}.example", "http://\u202e.example"), ""),
    ("base-url", "control character", ("http://a b", "http://127.0.0.1:1/\x07", "http://127.0.0.1:1\n"), ""),
    ("base-url", "not ASCII", ("http://127.0.0.1:1/\xe9", "https://127.0.0.1:1/\u202e"), ""),
    ("base-url", "longer than 2,000 characters", ("http://127.0.0.1:1/" + "a" * 5_000,), ""),
    ("base-url", "query or fragment", ("http://127.0.0.1:1?x=1", "http://127.0.0.1:1#x"), ""),
    ("base-url", "user name or password", (f"http://{KEY}@127.0.0.1:1", f"http://a:{KEY}@127.0.0.1:1"), ""),
    ("fault", "has no fault", ("", "x", CONTROL, "*", HUGE, "success.exclusive/ignored\0"), ""),
    ("variant", "has no variant", ("", "x", CONTROL, "*", HUGE), ""),
    ("session", "no id", ("", "a b", CONTROL, "x" * 256, "\xe9"), API),
    ("session", "piece of a path", ("..", ".", "a/b", "../x", "a?b", "a#b", "a%2fb", "a\\b"), API),
    ("session", "a mock starts without any", ("cs_test_1",), MOCK),
    ("contract", "No contract has this name", ("", " ", "sped", "folder", "pipe", CONTROL, "a\0b", LONG), MOCK),
    ("contract", "This is no file", ("./folder", "./pipe", "/dev/null"), MOCK),
    ("contract", "loop.yaml", ("loop.yaml",), MOCK),
    ("contract", "not UTF-8", ("./bytes",), MOCK),
    ("contract", "no such file", ("missing.yaml", "missing/speed.yaml"), MOCK),
    ("api-version", "the contract lists no", ("", "x", CONTROL, HUGE, "2022-04-15\n"), MOCK),
    ("level", "there is no", ("", "MUST", "observe", "must,should", CONTROL, HUGE), MOCK),
    ("area", "there is no", ("", "x", "UPDATE", "any,update", CONTROL, HUGE), MOCK),
    ("effort", "there is no", ("", "x", "QUICK", CONTROL, HUGE), MOCK),
    ("seed", "no whole number", (*NO_NUMBERS, "1.5"), MOCK),
    ("header", "NAME: VALUE", ("", "x", f": {KEY}", f"a b: {KEY}", f"X-\xe9: {KEY}", f"X\r\nY: {KEY}"), MOCK),
    ("header", "line break", (f"X: {KEY}\r\nY: b", f"X: {KEY}\x07", f"X: {KEY}\0", f"X: {KEY}\u7d50\udcff"), MOCK),
    ("header", "of its own", ("Host: a", "content-length: 5", "Content-Type: a/b", "Transfer-Encoding: chunked"), MOCK),
    ("header", "of its own", (f"Authorization: Bearer {KEY}", "Speed-Version: 2022-04-15", "User-Agent: a"), MOCK),
    ("report", "names no format", ("report.txt", "report", ".json", "folder", "/dev/full"), MOCK),
    ("report", "wanted the path of a file", ("",), MOCK),
    ("report", "is a directory", ("folder.json",), MOCK),
    ("report", "make it first", ("missing/a.json", "bytes/a.json", "loop/a.json", "away.json"), MOCK),
    ("report", "no path of a file", ("a\0b.json",), MOCK),
    ("report", "File name too long", (f"{LONG}.json",), MOCK),
    ("report", "nothing can be written", ("/proc/a.json",), MOCK),
    ("report", "a device", ("full.json",), MOCK),
    ("baseline", "wanted the path of a file", ("",), MOCK),
    ("baseline", "can't be read", ("missing.yaml", "missing/a", "bytes/a", "loop.yaml", LONG), MOCK),
    ("baseline", "no file", ("folder", "pipe"), MOCK),
    ("baseline", "not YAML", ("bytes", "a\0b"), MOCK),
    ("ca-bundle", "no certificates", ("", "missing", "folder", "loop.yaml", "bytes", "pipe", "a\0b", LONG), API),
    ("proxy", "no http URL", ("", "x", "https://a:1", "http://", "http://a:1/x", "http://a:1?x", "socks5://a:1"), API),
    ("proxy", "no URL", ("http://[::1", "http://a:99999", "http://a:x"), API),
    ("proxy", "control character", ("http://a b:1", "http://a\x07:1"), API),
    ("proxy", "no name", ("http://a..b:1", f"http://{LONG}:1"), API),
    ("proxy", "user name or password", (f"http://a:{KEY}@b:1",), API),
    ("proxy", "through the proxy http://127.0.0.1:1", ("http://127.0.0.1:1",), API),
    (
        "rate-limit",
        "no rate",
        (*NO_NUMBERS, "0/s", "-1/s", "20", "20/h", "nan/s", "/s", "1e3/s", "0.9/m", " 2/s"),
        MOCK,
    ),
    ("request-timeout", "no number of seconds", (*NO_NUMBERS, "0", "0.0001"), MOCK),
    ("max-time", "no number of seconds", (*NO_NUMBERS, "0", "0.0001"), MOCK),
    ("image-host", "absolute URL", ("", "x", "ftp://a", "http://", "http://a:99999", "http://[::1"), MOCK),
    ("image-host", "can't hold", (f"http://a:{KEY}@b", "http://a?x", "http://a#x", "http://a b", "http://\xe9"), MOCK),
    (
        "image-bind",
        "HOST:PORT",
        ("", "x", ":", ":0", "a:b", "a:-1", "127.0.0.1:99999", "::1", "[::1:0", " a:0", "a\0b:0", "\u202e:0"),
        MOCK,
    ),
    ("image-bind", "can't listen on", ("256.1.1.1:0", "a..b:0", f"{LONG}:0"), MOCK),
)
#: The first value of each row ends a whole run; the others are refused in the same words, which is told sooner.
FIRST = [(name, values[0], words, base) for name, words, values, base in TABLE]
OTHERS = [(name, value, words, base) for name, words, values, base in TABLE for value in values[1:]]
Row = tuple[str, str, str, str]


@pytest.fixture
def folder(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with everything that is no file as it should be; a link that leads to itself is unreadable for root, too."""
    monkeypatch.setenv("CHECKOUT_API_KEY", KEY)
    place = pytester.path
    (place / "bytes").write_bytes(bytes(range(256)))
    for name in ("folder", "folder.json"):
        (place / name).mkdir()
    for name, to in {"loop": "loop", "loop.yaml": "loop.yaml", "full.json": "/dev/full", "away.json": "no/a"}.items():
        (place / name).symlink_to(to)
    os.mkfifo(place / "pipe")
    return place


def the_only_line(result: pytest.RunResult) -> str:
    said = result.stdout.str() + result.stderr.str()
    assert result.ret == 4, said
    assert "Traceback" not in said
    assert "INTERNALERROR" not in said
    assert KEY[8:] not in said
    (line,) = [line for line in said.splitlines() if line.startswith("ERROR:")]
    return line


def ids(rows: list[Row]) -> list[str]:
    return [f"{name}={value[:20]!a}" for name, value, _, _ in rows]


@pytest.mark.parametrize("row", FIRST, ids=ids(FIRST))
def test_it_is_one_line_and_nothing_is_written(run_here: RunHere, folder: Path, row: Row) -> None:
    name, value, words, base = row
    before = sorted(folder.rglob("*"))
    result = run_here("-p", "no:cacheprovider", *filter(None, [base]), f"--checkout-{name}={value}")
    line = the_only_line(result)
    assert words in line
    assert f"--checkout-{name}" in line or not name.startswith("image-")
    assert len(line) < 1_500
    assert sorted(folder.rglob("*")) == before


class Given:
    """What pytest makes of a command line, for as much as the settings ask of it."""

    def __init__(self, config: pytest.Config, *options: str) -> None:
        self.given = config._parser.parse_known_args(list(options))

    def getoption(self, name: str) -> Any:
        return getattr(self.given, name)

    def getini(self, _name: str) -> None:
        return None


def begin(given: Any) -> None:
    """What a run does before its first request."""
    settings = read_settings(given)
    for path in settings.reports:
        check_writable(path)
    Run(settings, load_contract(settings.contract)).stop()


@pytest.mark.parametrize("row", OTHERS, ids=ids(OTHERS))
def test_others_are_refused_in_the_same_words(pytestconfig: pytest.Config, folder: Path, row: Row) -> None:
    name, value, words, base = row
    before = sorted(folder.rglob("*"))
    given: Any = Given(pytestconfig, *filter(None, [base]), f"--checkout-{name}={value}")
    with pytest.raises((UsageProblem, ContractError)) as refused:
        begin(given)
    assert words in str(refused.value)
    assert f"--checkout-{name}" in str(refused.value) or not name.startswith("image-")
    assert len(str(refused.value)) < 1_500
    assert len(str(refused.value).splitlines()) == 1
    assert KEY[8:] not in str(refused.value)
    assert sorted(folder.rglob("*")) == before


FLAGS = ("mock", "strict", "self-test", "allow-live", "allow-http", "baseline-update")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("flag", FLAGS)
def test_a_flag_takes_no_value(run_here: RunHere, flag: str) -> None:
    result = run_here(f"--checkout-{flag}=yes")
    assert result.ret == 4
    assert "Traceback" not in result.stderr.str()
    result.stderr.fnmatch_lines([f"*error: argument --checkout-{flag}: ignored explicit argument 'yes'*"])


INI = {
    "a flag that is no truth value": ("checkout_strict = maybe", "checkout_strict: invalid truth value 'maybe'"),
    "a seed in words": ("checkout_seed = seven", "--checkout-seed: 'seven'"),
    "an unknown area among known ones": ("checkout_area =\n    update\n    sucess", "Did you mean success"),
    "an empty line is no header": ("checkout_header =\n    X: a\n    nonsense", "NAME: VALUE"),
    "a report in no format": ("checkout_report = report.txt", "names no format"),
    "a baseline that is not there": ("checkout_baseline = missing.yaml", "can't be read"),
    "a contract that is not there": ("checkout_contract = missing.yaml", "no such file"),
    "a time in words": ("checkout_max_time = soon", "--checkout-max-time: 'soon'"),
    "a rate without its unit": ("checkout_rate_limit = 20", "--checkout-rate-limit: '20'"),
}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("case", INI)
def test_an_ini_value_is_held_to_the_same(run_here: RunHere, pytester: pytest.Pytester, case: str) -> None:
    line, words = INI[case]
    pytester.makeini(f"[pytest]\n{line}\n")
    assert words in the_only_line(run_here(MOCK))


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("case", ["a flag that is no truth value", "a seed in words", "a contract that is not there"])
def test_a_fixture_that_meets_one_says_it_in_a_line(run_here: RunHere, pytester: pytest.Pytester, case: str) -> None:
    line, words = INI[case]
    pytester.makeini(f"[pytest]\n{line}\ncheckout_mock = true\n")
    pytester.makepyfile("def test_session(checkout_session):\n    pass\n")
    result = run_here()
    result.assert_outcomes(errors=1)
    assert words in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


EMPTY = (
    "base_url",
    "contract",
    "api_version",
    "level",
    "effort",
    "seed",
    "baseline",
    "proxy",
    "max_time",
    "image_bind",
)


def test_an_ini_value_that_is_empty_is_none(run_here: RunHere, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\n" + "".join(f"checkout_{name} =\n" for name in EMPTY))
    assert run_here(MOCK, "--co", "-q", "checkout::success").ret == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--checkout-baseline=a.json", "--checkout-report=b.html", "--checkout-report=a.json"), "--checkout-baseline"),
        (("--checkout-contract=./a.json", "--checkout-report=a.json"), "--checkout-contract"),
    ],
)
def test_a_report_never_replaces_what_the_run_reads(
    run_here: RunHere, folder: Path, options: tuple[str, ...], words: str
) -> None:
    (folder / "a.json").write_text("[]")
    assert f"{words} and --checkout-report name the same file, a.json" in the_only_line(run_here(MOCK, *options))
    assert (folder / "a.json").read_text() == "[]"


@pytest.mark.usefixtures("folder")
def test_what_is_named_twice_is_taken_once(run_here: RunHere) -> None:
    fault = "--checkout-fault=success.exclusive/ignored"
    result = run_here(fault, fault, *["--checkout-area=success"] * 2, *["--checkout-report=a.json"] * 2, "--co", "-q")
    assert result.ret == 0


KEYS = ("CHECKOUT_API_KEY", "CHECKOUT_OTHER_API_KEY", "CHECKOUT_PUBLISHABLE_KEY")


@pytest.mark.parametrize("name", KEYS)
@pytest.mark.parametrize("key", [f"{KEY}\n", f" {KEY}", f"{KEY}\x1b", f"{KEY}\xe9", f"{KEY}\udcff"], ids=ascii)
@pytest.mark.usefixtures("folder")
def test_a_key_that_no_header_can_hold_is_named_and_not_shown(
    run_here: RunHere, monkeypatch: pytest.MonkeyPatch, name: str, key: str
) -> None:
    monkeypatch.setenv(name, key)
    assert f"{name} has white space in it" in the_only_line(run_here(API))
