"""No answer shows how its server works inside, or an API key."""

from dataclasses import replace

import pytest
from exchanges import SPEED, exchange

from pytest_checkout.exchange import Exchange, Request
from pytest_checkout.redaction import MARKERS
from pytest_checkout.statements import HOLDS, LEAKS, Finding, no_leak

#: Each way in which a stack shows itself.
LEAKING = {
    "Python traceback": (
        "Traceback (most recent call last)",
        'File "app.py", line 3',
        '{"detail": "File \\"/x/app.py\\", line 31, in f"}',
    ),
    "Node.js stack trace": (
        "    at Session.update (/x/session.js:12:7)",
        "at async Promise.all (x/session.mjs:1:2)",
        "at file:///x/index.ts:3:4",
        "at x.cjs:3:14",
        "at node:internal/process",
    ),
    "Java stack trace": (
        "    at com.example.Sessions.update(Sessions.java:42)",
        "at com.example.Sessions$1.update(Sessions.kt:2)",
        "at a.b(C.scala:1)",
        "java.lang.NullPointerException",
        "java.util.NoSuchElementException",
        "java.io.IOError",
        "Caused by: com.example.SessionException",
    ),
    "Go stack trace": ("goroutine 7 [running]:", "panic: nil map", "/x/main.go:12"),
    "PHP stack trace": (
        "Stack trace:\n#0 {main}",
        '{"message": "Stack trace:\\n#0 {main}"}',
        "Stack trace: #0",
        "in /x/index.php on line 3",
        "in /x/index.php:3",
        "PHP Fatal error",
        "PHP Parse error",
        "Fatal error: no",
    ),
    "Ruby stack trace": ("sessions/update.rb:7:in `call'", "x.rb:7:in 'call'"),
    ".NET stack trace": (
        "at Shop.Sessions.Update(String id) in x\\Sessions.cs:line 4",
        "at Shop.<>c.Run() in x.fs:line 1",
        "at A.b() in x.vb:line 12",
        "System.NullReferenceException",
        "System.IO.FileNotFoundException",
        "--- End of inner exception stack trace ---",
    ),
    "source path": (
        *(
            f"/{root}/checkout/session.py"
            for root in ("usr", "home", "var", "app", "srv", "opt", "root", "src", "Users")
        ),
        *(f"/srv/x.{kind}" for kind in ("js", "ts", "mjs", "cjs", "java", "kt", "go", "php", "rb", "cs", "rs", "ex")),
        *(f"C:\\shop\\session.{kind}" for kind in ("py", "js", "ts", "java", "go", "php", "rb", "cs")),
        "D:\\\\shop\\\\session.py",
        "node_modules/express",
        "site-packages/flask",
        "vendor/bundle/ruby",
    ),
}
EACH = [(what, text) for what, texts in LEAKING.items() for text in texts]


def test_there_are_examples_of_every_leak() -> None:
    assert [leak.what for leak in LEAKS] == list(LEAKING)


@pytest.mark.parametrize(("what", "text"), EACH)
def test_a_leak_of_each_stack_is_found_and_named(what: str, text: str) -> None:
    found = no_leak(SPEED, exchange(400, text=f"oops {text} oops"))
    assert isinstance(found, Finding)
    assert found.wanted == f"an answer without a {what}"


@pytest.mark.parametrize("text", [texts[0] for texts in LEAKING.values()])
def test_what_the_request_itself_carried_is_no_leak(text: str) -> None:
    assert no_leak(SPEED, exchange(400, text=f"oops {text} oops", sent=text)) == HOLDS


@pytest.mark.parametrize(
    "text", ["Meet us at Example (2026): 12:30", "https://example.com/usr/a", "see https://docs.example.com/go", "a.py"]
)
def test_ordinary_text_is_no_leak(text: str) -> None:
    assert no_leak(SPEED, exchange(400, text=text)) == HOLDS


def test_without_an_answer_nothing_leaks() -> None:
    assert no_leak(SPEED, exchange(failure="no answer within 10 s")) is None


def _with_header(value: str, answer: Exchange) -> Exchange:
    assert answer.response is not None
    return replace(answer, response=replace(answer.response, headers=(("X-Debug", "no"), ("X-Trace", value))))


def test_a_leak_in_a_header_is_found() -> None:
    found = no_leak(SPEED, _with_header("goroutine 7 [running]", exchange(400)))
    assert found == Finding(wanted="an answer without a Go stack trace", got='400 with "goroutine 7 ["')


def test_a_leak_that_the_target_carried_is_none() -> None:
    trace = "goroutine 7 ["
    assert no_leak(SPEED, exchange(400, text=trace, target=f"/{trace}")) == HOLDS
    other = replace(exchange(400, text=trace), request=Request(method="GET", target="/x"))
    assert isinstance(no_leak(SPEED, other), Finding)
    assert no_leak(SPEED, replace(other, request=Request(method="GET", target=trace))) == HOLDS


def test_a_second_leak_is_found_beside_one_that_the_request_carried() -> None:
    found = no_leak(SPEED, exchange(400, text="panic: x\nsession.rb:7:in `call'", sent="panic: "))
    assert isinstance(found, Finding)
    assert found.wanted == "an answer without a Ruby stack trace"


SECRET, OTHER_KEY, PUBLISHABLE = MARKERS


@pytest.mark.parametrize("key", [SECRET, OTHER_KEY])
@pytest.mark.parametrize("credentials", ["secret", "none", "other", "publishable", "empty_header", "empty_key"])
def test_a_key_in_an_answer_is_found_in_body_and_headers(key: str, credentials: str) -> None:
    found = Finding(wanted="an answer without an API key", got=f"200 {key}")
    plain = replace(exchange().request, credentials=credentials)
    assert no_leak(SPEED, replace(exchange(text=key), request=plain)) == found
    header = no_leak(SPEED, replace(_with_header(key, exchange(text="ok")), request=plain))
    assert header == Finding(wanted="an answer without an API key", got="200 ok")


def test_a_key_that_the_request_carried_as_text_or_is_public_is_no_leak() -> None:
    assert no_leak(SPEED, exchange(text=SECRET, sent=SECRET)) == HOLDS
    assert no_leak(SPEED, exchange(text=SECRET, target=f"/{OTHER_KEY}")) == HOLDS
    assert no_leak(SPEED, exchange(text=PUBLISHABLE)) == HOLDS
    assert isinstance(no_leak(SPEED, exchange(403, text=PUBLISHABLE)), Finding)
    near = replace(exchange(text=SECRET), request=Request(method="POST", target="/", credentials="without_last"))
    assert no_leak(SPEED, near) == HOLDS


def test_a_key_in_the_answer_to_a_request_without_a_body_is_found() -> None:
    bare = replace(exchange(text=SECRET), request=Request(method="GET", target="/x"))
    assert isinstance(no_leak(SPEED, bare), Finding)
