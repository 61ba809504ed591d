"""The statement that an answer 405 names the methods that are allowed."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_checkout.checks.judgements import Check, Held, Judgement, at
from pytest_checkout.contract.model import Contract
from pytest_checkout.example import Trace

_NOT_ALLOWED = 405
#: Methods that a front end passes on; it may answer others by itself.
_COMMON = ("PUT", "PATCH", "DELETE", "POST", "GET")


def names_allowed(contract: Contract) -> Check:
    """An answer 405 has an ``Allow`` that names the contract's methods (RFC 9110, section 15.5.6)."""
    wanted = {item.method for item in contract.operations.values() if item.path == contract.update.path}

    def check(trace: Trace) -> Iterator[Judgement]:
        for index, item in enumerate(trace.taken):
            response = item.exchange.response
            if item.step.claim != "method.unnamed" or response is None or item.step.method not in _COMMON:
                continue
            allow = response.header("allow")
            named = {method.strip().upper() for method in (allow or "").split(",")}
            if response.status != _NOT_ALLOWED or wanted <= named:
                yield Held(index=index)
                continue
            yield at(
                index,
                reason="405 without the methods that are allowed",
                wanted=f"Allow: {', '.join(sorted(wanted))}",
                got=f"405 with {'no Allow' if allow is None else f'Allow: {allow}'}",
            )

    return check
