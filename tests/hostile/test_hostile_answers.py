"""Each hostile answer is told in words, in bounded time and memory."""

import resource
import time

import pytest
import servers
from servers import OK, sent, served, whole

from pytest_checkout.client import Client, Outgoing
from pytest_checkout.credentials import Keys
from pytest_checkout.exchange import ABSENT, Exchange
from pytest_checkout.wire import Way

TIMEOUT_S = 1.0
#: Above what the process needs before the answer comes, in kilobytes.
MEMORY_KB = 256 * 1024

#: The answer, its status (0 where it is none), and the words that say what is wrong with it.
CASES = {
    "a body without end": (servers.without_end, 0, "no whole answer within 1 s|more than 33,554,432 bytes"),
    "a byte now and then": (servers.drip, 0, "no whole answer within 1 s"),
    "1 GB": (servers.gigabyte, 0, "more than 33,554,432 bytes|no whole answer within 1 s"),
    "a gzip bomb": (servers.bomb, 0, "more than 33,554,432 bytes when decompressed"),
    "headers without end": (servers.headers_without_end, 0, "no HTTP (got more than"),
    "a header line without end": (sent(OK + b"X: " + b"y" * 200_000), 0, "no HTTP (got more than"),
    "interim answers without end": (servers.interim_without_end, 0, "no whole answer within 1 s"),
    "no answer": (servers.silent, 0, "no whole answer within 1 s"),
    "a connection that closes": (sent(b""), 0, "dropped before a whole answer"),
    "what is no HTTP": (sent(b"SSH-2.0-OpenSSH_9.6\r\n"), 0, "no HTTP"),
    "a status that is none": (sent(b"HTTP/1.1 abc\r\n\r\n"), 0, "no HTTP"),
    "a length that is too long": (sent(OK + b"Content-Length: 100\r\n\r\n{}"), 0, "no HTTP (IncompleteRead"),
    "a length that is no number": (sent(OK + b"Content-Length: ten\r\n\r\n{}"), 200, ""),
    "a reset after half the body": (servers.reset, 0, "dropped before a whole answer|IncompleteRead"),
    "a wrong coding": (whole(b"{}", head=OK + b"Content-Encoding: gzip\r\n"), 0, "says it is gzip and is not"),
    "an unknown coding": (
        whole(b"{}", head=OK + b"Content-Encoding: br\r\n"),
        0,
        "content coding 'br', which was not asked",
    ),
    "an empty 200": (whole(b""), 200, "the body is empty"),
    "a length that is too short": (sent(OK + b'Content-Length: 3\r\n\r\n{"id": "x"}'), 200, "the body is not JSON"),
    "cut JSON": (whole(b'{"id": "cs_'), 200, "the body is not JSON"),
    "bytes that are not UTF-8": (whole(b'{"id": "\xff"}'), 200, "the body is not UTF-8 (byte 8)"),
    "100,000 levels": (whole(b"[" * 100_000 + b"]" * 100_000), 200, "nested too deeply"),
    "NaN": (whole(b'{"amount": NaN}'), 200, "NaN is no JSON number"),
    "HTML": (whole(b"<!doctype html><h1>Welcome</h1>"), 200, "the body is not JSON"),
    "the same key twice": (whole(b'{"id": "a", "id": "b"}'), 200, ""),
    "a huge number": (whole(b'{"amount": ' + b"9" * 10_000 + b"}"), 200, ""),
    "a huge exponent": (whole(b'{"amount": 1e999999}'), 200, ""),
    "HTTP/1.0": (sent(b'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"id": "a"}'), 200, ""),
    "a redirect to itself": (
        sent(b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"),
        302,
        "the body is empty",
    ),
    "a redirect to another host": (
        sent(b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/\r\nContent-Length: 0\r\n\r\n"),
        302,
        "the body is empty",
    ),
}


def ask(url: str, *, key: str = "sk_test_aB3dE6gH9jK2mN5p") -> Exchange:
    client = Client(
        way=Way(base_url=url, timeout_s=TIMEOUT_S), security=None, keys=Keys(secret=key, other="", publishable="")
    )
    try:
        return client.send(Outgoing(method="POST", target="/checkout-sessions", body=b"{}", role="create"))
    finally:
        client.close()


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_answer_is_told_in_words(case: str) -> None:
    answer, status, words = CASES[case]
    servers.zeros()
    with served(answer) as url:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.monotonic()
        exchange = ask(url)
        assert time.monotonic() - began < TIMEOUT_S + 5
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY_KB
    assert exchange.status == status
    said = exchange.failure or (exchange.response.problem if exchange.response is not None else "")
    assert any(each in said for each in words.split("|")), said
    assert (exchange.value is ABSENT) == bool(words)


def test_the_next_request_is_not_answered_by_what_is_left_of_the_last() -> None:
    with served(sent(OK + b"Content-Length: 2\r\n\r\n{}HTTP/1.1 500 Gotcha\r\n\r\n")) as url:
        client = Client(
            way=Way(base_url=url, timeout_s=TIMEOUT_S), security=None, keys=Keys(secret="", other="", publishable="")
        )
        assert [client.send(Outgoing(method="GET", target="/")).status for _ in range(2)] == [200, 200]
        client.close()


RUNS = {
    "a byte now and then": "create gave no whole answer within 1 s, 3 times in a row",
    "a gzip bomb": "more than 33,554,432 bytes when decompressed",
    "100,000 levels": "nested too deeply",
    "HTML": "the body is not JSON",
    "what is no HTTP": "an answer that is no HTTP",
    "an empty 200": "the body is empty",
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
        result = pytester.runpytest_subprocess("-p", "no:schemathesis", *options, timeout=60)
        assert time.monotonic() - began < 30
    said = " ".join([*result.outlines, *result.errlines])
    assert result.ret == 4
    assert RUNS[case] in said
    assert "Traceback" not in said
    assert len([line for line in result.errlines if line.startswith("ERROR")]) == 1
