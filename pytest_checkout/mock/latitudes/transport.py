"""Latitudes in how answers are spelled and carried."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG001

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.latitudes.taking import Taken, setting, take
from pytest_checkout.mock.messages import Answer, Call, Refusal, Request

PER_SECOND = 60


def variants(contract: Contract) -> Iterator[Taken]:
    """All variants of this kind."""
    yield from _json()
    yield from _errors(contract)
    yield from _media_types()
    yield from _http()
    yield from _pace()


def _spelled(spell: Callable[[Any], str]) -> type[Api]:
    class Spelled(Api):
        def dump(self, value: Any) -> bytes:
            return spell(value).encode("utf-8", "backslashreplace")

    return Spelled


def _shuffled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shuffled(value[key]) for key in sorted(value, reverse=True)}
    return [_shuffled(item) for item in value] if isinstance(value, list) else value


def _json() -> Iterator[Taken]:
    class FinalNewline(Api):
        def dump(self, value: Any) -> bytes:
            return super().dump(value) + b"\r\n"

    class OtherOrder(Api):
        def dump(self, value: Any) -> bytes:
            return super().dump(_shuffled(value))

    class EscapedSlashes(Api):
        def dump(self, value: Any) -> bytes:
            return super().dump(value).replace(b"/", b"\\/")

    yield take("json.escaped", "Characters beyond ASCII are escaped.", _spelled(json.dumps))
    yield take(
        "json.indented",
        "There is much white space.",
        _spelled(lambda value: json.dumps(value, ensure_ascii=False, indent="\t")),
    )
    yield take("json.escaped_slashes", "Slashes are escaped.", EscapedSlashes)
    yield take("json.final_newline", "A body ends in a newline.", FinalNewline)
    yield take("json.other_order", "Keys come in another order.", OtherOrder)


def _errors(contract: Contract) -> Iterator[Taken]:
    def with_more(value: Any, more: Callable[[], dict[str, Any]]) -> Any:
        if isinstance(value, dict):
            return {**{key: with_more(item, more) for key, item in value.items()}, **more()}
        return [with_more(item, more) for item in value] if isinstance(value, list) else value

    class MoreKeys(Api):
        def error_body(self, call: Call, refusal: Refusal) -> Any:
            body = super().error_body(call, refusal)
            return with_more(body, lambda: {"request_id": f"req_{self.chance.getrandbits(40):010x}", "param": None})

    class Twice(Api):
        def error_body(self, call: Call, refusal: Refusal) -> Any:
            body = super().error_body(call, refusal)
            return {key: value * 2 if isinstance(value, list) else value for key, value in body.items()}

    class OtherWords(Api):
        def error_body(self, call: Call, refusal: Refusal) -> Any:
            return super().error_body(call, Refusal(refusal.status, f"Non ! \u00ab\u00a0{self.count}\u00a0\u00bb"))

    yield take("errors.more_keys", "Errors hold further keys.", MoreKeys)
    template = contract.error.template if contract.error is not None else None
    if isinstance(template, dict) and any(isinstance(value, list) for value in template.values()):
        yield take("errors.two_entries", "Errors come twice where there is a list of them.", Twice)
    yield take("errors.other_words", "Messages are in another language and differ each time.", OtherWords)


def _labelled(label: Callable[[str, int], str]) -> type[Api]:
    class Labelled(Api):
        def media_type(self, call: Call, status: int) -> str:
            return label(super().media_type(call, status), status)

    return Labelled


def _media_types() -> Iterator[Taken]:
    yield take(
        "media.charset",
        "The media type has parameters.",
        _labelled(lambda label, _: f'{label}; charset=utf-8; profile="a;b"'),
    )
    yield take(
        "media.vendor",
        "The media type is a vendor's +json.",
        _labelled(lambda *_: "application/vnd.checkout.v1+json"),
    )
    yield take("media.upper_case", "The media type is in capitals.", _labelled(lambda label, _: label.upper()))
    yield take(
        "media.problem",
        "Errors are application/problem+json.",
        _labelled(lambda label, status: "application/problem+json" if status >= 400 else label),
    )


def _carried(change: Callable[[Answer, Request], None]) -> type[Api]:
    class Carried(Api):
        def answer(self, request: Request) -> Answer:
            answer = super().answer(request)
            change(answer, request)
            return answer

    return Carried


def _zip(answer: Answer, request: Request) -> None:
    if "gzip" in (request.header("accept-encoding") or "") and answer.body:
        answer.body = gzip.compress(answer.body, compresslevel=1)
        answer.headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]


def _http() -> Iterator[Taken]:
    def put(**values: Any) -> Callable[[Answer, Request], None]:
        def change(answer: Answer, request: Request) -> None:
            for name, value in values.items():
                setattr(answer, name, value)

        return change

    def chunk(answer: Answer, request: Request) -> None:
        # Small enough to cut every word of a session, and large enough to get a picture of megabytes across in time.
        answer.chunk = 0 if answer.status == 204 else 7 if len(answer.body) < 100_000 else 4093

    def more(answer: Answer, request: Request) -> None:
        answer.headers += [("Set-Cookie", "a=b; Path=/"), ("Set-Cookie", "c=d"), ("Server", ""), ("X-Request-Id", "1")]

    yield take("http.gzip", "Answers are compressed for those who take it.", _carried(_zip))
    yield take("http.chunked", "Answers are chunked.", _carried(chunk))
    yield take("http.lower_case_headers", "Headers' names are in lower case.", _carried(put(spell=str.lower)))
    yield take("http.upper_case_headers", "Headers' names are in capitals.", _carried(put(spell=str.upper)))
    yield take("http.more_headers", "There are further headers, cookies among them.", _carried(more))
    yield take("http.connection_close", "Each answer closes its connection.", _carried(put(close=True)))
    yield take("http.until_close", "The end of the connection ends the body.", _carried(put(until_close=True)))
    yield take("http.version_1_0", "Answers are HTTP/1.0.", _carried(put(protocol="HTTP/1.0")))
    yield take("http.early_100", "A 100 comes before each answer.", _carried(put(early=(100,))))
    yield take("http.early_103", "A 102 and a 103 come before each answer.", _carried(put(early=(102, 103))))
    yield take("http.idle_dropped", "A connection that is idle for 50 ms is dropped.", setting(IDLE_S=0.05))


def _pace() -> Iterator[Taken]:
    class Slow(Api):
        def answer(self, request: Request) -> Answer:
            time.sleep(0.02)
            return super().answer(request)

    def limited(rest: str, *, status: int = 429) -> type[Api]:
        class Limited(Api):
            def answer(self, request: Request) -> Answer:
                if self.is_over():
                    call = Call(request=request)
                    return self.refuse(call, Refusal(status, "Too many requests.", headers=(("Retry-After", rest),)))
                return super().answer(request)

            def is_over(self) -> bool:
                memory = self.__dict__.setdefault("pace", {"lock": threading.Lock(), "second": 0, "count": 0})
                with memory["lock"]:
                    second = int(time.monotonic())
                    if memory["second"] != second:
                        memory.update(second=second, count=0)
                    memory["count"] += 1
                    return bool(memory["count"] > PER_SECOND)

        return Limited

    class Busy(Api):
        def answer(self, request: Request) -> Answer:
            if self.count % 100 == 99:
                self.count += 1
                headers = (("Retry-After", "0"),)
                return self.refuse(Call(request=request), Refusal(503, "Try again.", headers=headers))
            return super().answer(request)

    yield take("pace.latency", "Each answer takes 20 ms more.", Slow)
    yield take("pace.limited", f"More than {PER_SECOND} requests a second are 429, over all connections.", limited("1"))
    yield take("pace.busy", "Every hundredth request is 503 with Retry-After.", Busy)
