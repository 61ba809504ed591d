"""Each hostile answer is told in words, in bounded time and memory."""

import json
import subprocess
import sys
import time

import pytest
import servers
from servers import CASES, KEY, OK, SESSION, sent, served, whole

from pytest_checkout.client import Client, Outgoing
from pytest_checkout.credentials import Keys
from pytest_checkout.wire import Way

TIMEOUT_S = 3.0
#: Above what an honest answer takes, in kilobytes.
MEMORY_KB = 256 * 1024


#: Sends one request in a process of its own, and says what came back and the most memory that it ever held.
ASK = """
import json, sys
from pytest_checkout.client import Client, Outgoing
from pytest_checkout.credentials import Keys
from pytest_checkout.exchange import ABSENT
from pytest_checkout.wire import Way
url, timeout_s, key = sys.argv[1], float(sys.argv[2]), sys.argv[3]
keys = Keys(secret=key, other="sk_test_pP9oO8iI7uU6yY5t", publishable="")
client = Client(way=Way(base_url=url, timeout_s=timeout_s), security=None, keys=keys)
exchange = client.send(Outgoing(method="POST", target="/checkout-sessions", body=b"{}", role="create"))
said = exchange.failure or exchange.response.problem
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([exchange.status, said, exchange.value is ABSENT, int(peak.split()[1])]))
"""


def ask(url: str) -> tuple[int, str, bool, int]:
    """The status, what is wrong in words, whether there is no JSON, and the peak memory in kilobytes."""
    command = [sys.executable, "-c", ASK, url, str(TIMEOUT_S), KEY]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    status, said, absent, peak = json.loads(done.stdout)
    return status, said, absent, peak


@pytest.fixture(scope="module")
def quiet_peak() -> int:
    """The memory that an honest answer takes."""
    with served(whole(SESSION)) as url:
        return ask(url)[3]


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_answer_is_told_in_words_and_costs_little(case: str, quiet_peak: int) -> None:
    answer, wanted, words = CASES[case]
    servers.zeros()
    with served(answer) as url:
        began = time.monotonic()
        status, said, absent, peak = ask(url)
        assert time.monotonic() - began < TIMEOUT_S + 60
    assert status == wanted
    assert any(each in said for each in words.split("|")), said
    assert absent == bool(words)
    assert peak - quiet_peak < MEMORY_KB


def test_the_next_request_is_not_answered_by_what_is_left_of_the_last() -> None:
    with served(sent(OK + b"Content-Length: 2\r\n\r\n{}HTTP/1.1 500 Gotcha\r\n\r\n")) as url:
        client = Client(
            way=Way(base_url=url, timeout_s=TIMEOUT_S), security=None, keys=Keys(secret="", other="", publishable="")
        )
        assert [client.send(Outgoing(method="GET", target="/")).status for _ in range(2)] == [200, 200]
        client.close()


RUNS = {
    "a byte now and then": "create gave no whole answer within 1 s, 3 times in a row",
    "a gzip bomb": "more than 16,777,216 bytes when decompressed",
    "100,000 levels": "nested too deeply",
    "HTML": "the body is not JSON",
    "what is no HTTP": "an answer that is no HTTP",
    "an empty 200": "the body is empty",
    "a redirect to another host": "302, a redirect to http://elsewhere.example/, which is not followed",
}


@pytest.mark.parametrize("case", RUNS)
def test_a_run_against_it_ends_soon_and_in_words(
    case: str, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    servers.zeros()
    monkeypatch.setenv("CHECKOUT_API_KEY", "sk_test_aB3dE6gH9jK2mN5p")
    with served(CASES[case][0]) as url:
        began = time.monotonic()
        options = (f"--checkout-base-url={url}", "--checkout-request-timeout=1")
        result = pytester.runpytest_subprocess("-p", "no:schemathesis", *options, timeout=120)
        assert time.monotonic() - began < 90
    said = " ".join([*result.outlines, *result.errlines])
    assert result.ret == 4
    assert RUNS[case] in said
    assert "Traceback" not in said
    assert len([line for line in result.errlines if line.startswith("ERROR")]) == 1
