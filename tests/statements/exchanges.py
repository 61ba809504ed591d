"""Exchanges that are written out."""

import json
from typing import Any

from pytest_checkout import load_contract
from pytest_checkout.exchange import Body, Exchange, Request, Response

SPEED = load_contract("speed")


def exchange(
    status: int = 200,
    value: Any = None,
    *,
    text: str | None = None,
    media_type: str = "application/json",
    method: str = "POST",
    target: str = "/checkout-sessions/cs_test_1",
    sent: str = "{}",
    failure: str = "",
    role: str = "update",
    purpose: str = "",
) -> Exchange:
    body = json.dumps(value) if text is None else text
    headers = (("Content-Type", media_type),) if media_type else ()
    request = Request(method=method, target=target, body=Body.of(sent.encode()))
    response = Response(status=status, headers=headers, body=Body.of(body.encode()), value=value)
    return Exchange(
        request=request, response=None if failure else response, failure=failure, role=role, purpose=purpose
    )
