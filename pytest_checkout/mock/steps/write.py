"""Step 8: how the answer is written."""

# A step takes what those need who override it.
# ruff: noqa: ARG002

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from email.utils import formatdate
from typing import Any

from pytest_checkout.mock.messages import Answer, Call, Refusal, Request
from pytest_checkout.mock.steps.base import Steps

TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    429: "rate_limit_error",
    500: "api_error",
    501: "method_not_implemented",
}


class Writing(Steps):
    """Write answers."""

    def success_status(self, call: Call) -> int:
        """The status of a request that was taken."""
        return self.status_of_create(call) if call.role == "create" else 200

    def status_of_create(self, call: Call) -> int:
        """The documented status of a create, 200 where several are."""
        documented = call.operation.responses if call.operation is not None else {}
        wanted = str(self.CREATED)
        return self.CREATED if wanted in documented or "201" not in documented else 201

    def error_body(self, call: Call, refusal: Refusal) -> Any:
        """The body of a failure, in the contract's shape."""
        words = {"{type}": TYPES.get(refusal.status, "invalid_request_error"), "{message}": refusal.message}
        shape = self.contract.error
        return _filled(shape.template if shape is not None else {"error": "{message}"}, words)

    def write(self, call: Call, status: int, value: Any, *, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        """Put the value into an answer."""
        return Answer(
            status=status,
            headers=[("Content-Type", self.media_type(call, status)), ("Date", formatdate(usegmt=True)), *headers],
            body=self.dump(value),
        )

    def media_type(self, call: Call, status: int) -> str:
        """The media type of every body."""
        return "application/json"

    def dump(self, value: Any) -> bytes:
        """Spell the value as JSON; a lone surrogate, which UTF-8 can't hold, becomes its escape."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8", "backslashreplace")

    def transport_refusal(self, status: int) -> Answer:
        """The answer to what is no readable HTTP request."""
        call = Call(request=Request(method="", target=""))
        return self.write(call, status, self.error_body(call, Refusal(status, "The request can't be read.")))

    def broken(self) -> Answer:
        """The answer where the mock itself fails; nothing of the failure shows."""
        with contextlib.suppress(Exception):
            return self.transport_refusal(500)
        return Answer(status=500)


def _filled(template: Any, words: Mapping[str, str]) -> Any:
    if isinstance(template, dict):
        return {key: _filled(value, words) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, words) for value in template]
    return words.get(template, template) if isinstance(template, str) else template
