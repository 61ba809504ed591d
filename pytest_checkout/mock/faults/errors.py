"""Faults in the body of a failure and in what answers give away."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG005

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, plant
from pytest_checkout.mock.messages import Answer, Call, Refusal

TRACES = {
    "python": 'Traceback (most recent call last):\n  File "/srv/app/views.py", line 42, in update\nKeyError: 1',
    "node": "TypeError: Cannot read properties of undefined\n    at update (/srv/app/routes/sessions.js:42:17)",
    "java": "java.lang.NullPointerException\n\tat com.shop.api.SessionController.update(SessionController.java:42)",
    "java_library": "com.shop.json.ParseException: Unexpected end\n\tat com.shop.json.Reader.read(Reader.java:42)",
    "go": "panic: out of range\n\ngoroutine 17 [running]:\nmain.update(0xc000010000)\n\t/srv/app/main.go:42 ",
    "php": "PHP Fatal error:  Uncaught TypeError in /var/www/html/app/Session.php:42\nStack trace:\n#0 {main}",
    "ruby": "NoMethodError: undefined method 'id' for nil\n/srv/app/controllers/sessions_controller.rb:42:in 'update'",
    "dotnet": "System.NullReferenceException: None\n   at Shop.Api.Sessions.Update() in C:\\src\\Sessions.cs:line 42",
}


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of the area *errors*."""
    if contract.error is not None:
        yield from _body(contract.error.member)
    yield from _no_leak(contract)
    yield from _no_errors_in_success(contract)


def saying(change: Callable[[Any], Any], *, statuses: tuple[int, ...] = ()) -> type[Api]:
    """Make another body of a failure, for these statuses or for all."""

    class Saying(Api):
        def error_body(self, call: Call, refusal: Refusal) -> Any:
            body = super().error_body(call, refusal)
            return change(body) if not statuses or refusal.status in statuses else body

    return Saying


def _answered(change: Callable[[Answer], None], *, statuses: tuple[int, ...] = ()) -> type[Api]:
    class Answered(Api):
        def refuse(self, call: Call, refusal: Refusal) -> Answer:
            answer = super().refuse(call, refusal)
            if not statuses or refusal.status in statuses:
                change(answer)
            return answer

    return Answered


def _each_text(body: Any, change: Callable[[str, str], Any]) -> Any:
    if isinstance(body, dict):
        return {
            key: change(key, value) if isinstance(value, str) else _each_text(value, change)
            for key, value in body.items()
            if not (isinstance(value, str) and change(key, value) is None)
        }
    return [_each_text(item, change) for item in body] if isinstance(body, list) else body


def _text_key(body: Any, place: int) -> str:
    """The key of the innermost text that comes first (0) or last (-1)."""
    key = ""
    while not isinstance(body, str) and body:
        key, body = list(body.items())[place] if isinstance(body, dict) else (key, body[place])
    return key


def _refusing_other_media(base: type[Api]) -> type[Api]:
    class RefusingOtherMedia(base):  # type: ignore[misc,valid-type]
        def parse(self, call: Call) -> None:
            if call.request.body and "json" not in (call.request.header("content-type") or ""):
                raise Refusal(415, "The body must be JSON.")
            super().parse(call)

    return RefusingOtherMedia


def _body(member: str) -> Iterator[Planted]:
    def emptied(answer: Answer) -> None:
        answer.body = b""

    def as_html(answer: Answer) -> None:
        answer.body = b"<!doctype html><title>Error</title><h1>Bad Request</h1>"
        answer.headers[0] = ("Content-Type", "text/html; charset=utf-8")

    def as_text(answer: Answer) -> None:
        answer.headers[0] = ("Content-Type", "text/plain; charset=utf-8")

    kinds: tuple[tuple[str, type[Api], str], ...] = (
        ("empty_body", _answered(emptied), "A refusal has no body."),
        ("html", _answered(as_html), "A refusal is a page of HTML."),
        ("text_plain", _answered(as_text), "A refusal's body is JSON under text/plain."),
        ("another_member", saying(lambda body: {"fault": body[member]}), f"A refusal has no {member}."),
        ("empty_member", saying(lambda body: {member: type(body[member])()}), f"A refusal's {member} is empty."),
        ("one_text", saying(lambda body: {member: "The request was refused."}), f"A refusal's {member} is a text."),
        (
            "message_empty",
            saying(lambda body: _each_text(body, lambda key, text: "" if key == _text_key(body, -1) else text)),
            "A refusal's last text is empty.",
        ),
        (
            "message_missing",
            saying(lambda body: _each_text(body, lambda key, text: None if key == _text_key(body, -1) else text)),
            "A refusal's last text is missing.",
        ),
        (
            "type_missing",
            saying(lambda body: _each_text(body, lambda key, text: None if key == _text_key(body, 0) else text)),
            "A refusal's first text is missing.",
        ),
        (
            "type_is_a_number",
            saying(lambda body: _each_text(body, lambda key, text: 400 if key == _text_key(body, 0) else text)),
            "A refusal's first text is a number.",
        ),
        ("html_for_404", _answered(as_html, statuses=(404,)), "A 404 is a page of HTML."),
        ("empty_body_for_401", _answered(emptied, statuses=(401, 403)), "A 401 has no body."),
        (
            "another_member_for_400",
            saying(lambda body: {"fault": body[member]}, statuses=(400,)),
            f"A 400 has no {member}.",
        ),
        (
            "empty_body_for_415",
            _refusing_other_media(_answered(emptied, statuses=(415,))),
            "Another media type is answered with 415 and no body.",
        ),
        ("empty_body_for_405", _answered(emptied, statuses=(405,)), "A 405 has no body."),
    )
    for what, api, summary in kinds:
        yield plant(f"errors.body/{what}", summary, api)


def _no_leak(contract: Contract) -> Iterator[Planted]:
    def telling(text: Callable[[Api, Call], str], *, statuses: tuple[int, ...]) -> type[Api]:
        class Telling(Api):
            def error_body(self, call: Call, refusal: Refusal) -> Any:
                if refusal.status in statuses:
                    refusal = Refusal(refusal.status, f"{refusal.message} {text(self, call)}")
                return super().error_body(call, refusal)

        return Telling

    for what, trace in TRACES.items():
        api = telling(lambda *_, trace=trace: trace, statuses=(400,))
        yield plant(f"errors.no_leak/{what}_trace", f"A 400 tells a stack trace of {what}.", api)
    api = telling(lambda *_: "in /srv/app/src/sessions/update.py", statuses=(404,))
    yield plant("errors.no_leak/source_path", "A 404 tells a source path.", api)
    api = telling(lambda api, _: f"The key {api.keys.secret} is needed.", statuses=(401, 403))
    yield plant("errors.no_leak/secret_key", "A 401 tells the secret key.", api)
    if contract.security is not None and contract.security.publishable is not None:
        api = telling(lambda api, _: f"{api.keys.publishable} may not do this.", statuses=(403,))
        yield plant("errors.no_leak/publishable_key", "A 403 tells the publishable key.", api)
    api = telling(lambda api, _: f"Sent with {api.keys.secret}.", statuses=(400,))
    yield plant("errors.no_leak/key_echoed", "A 400 tells the key that was sent.", api)

    class InSuccess(Api):
        def perform(self, call: Call) -> Any:
            value = super().perform(call)
            return {**value, "debug": {"api_key": self.keys.secret}} if call.role == "update" else value

    yield plant("errors.no_leak/key_in_session", "The answer of an update holds the key.", InSuccess)

    class InHeader(Api):
        def write(self, call: Call, status: int, value: Any, *, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
            return super().write(
                call,
                status,
                value,
                headers=(*headers, ("X-Debug", 'File "/srv/app/views.py", line 42')),
            )

    yield plant("errors.no_leak/path_in_header", "A header tells a source path.", InHeader)


def _no_errors_in_success(contract: Contract) -> Iterator[Planted]:
    if contract.error is None:
        return
    member = contract.error.member

    def adding(when: Callable[[Api, Call], bool]) -> type[Api]:
        class Adding(Api):
            def perform(self, call: Call) -> Any:
                value = super().perform(call)
                if call.role == "update" and when(self, call):
                    return {**value, member: self.error_body(call, Refusal(400, "Nothing was done."))[member]}
                return value

        return Adding

    class Refused200(Api):
        def refuse(self, call: Call, refusal: Refusal) -> Answer:
            answer = super().refuse(call, refusal)
            if refusal.status == 400 and call.role == "update":
                answer.status = 200
            return answer

    name = "errors.no_errors_in_success"
    yield plant(f"{name}/always", f"An update that was taken has {member}.", adding(lambda *_: True))
    api = adding(lambda api, call: any(field.name in call.body for field in api.contract.of_kind("metadata")))
    yield plant(f"{name}/with_metadata", f"An update of metadata has {member}.", api)
    also = (
        "success.exclusive",
        "image.refuses*",
        "metadata.types",
        "input.*",
        "version.unknown",
        "errors.body",
        "session.*",
        "update.*",
    )
    yield plant(f"{name}/refused_with_200", "What is refused is answered with 200.", Refused200, also=also)
