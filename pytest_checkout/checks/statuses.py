"""Whether the status of an answer is right, where too many are to name each."""

from __future__ import annotations

from pytest_checkout.exchange import NOT_IMPLEMENTED, Exchange


def refused_or_redirected(exchange: Exchange) -> bool:
    """Whether an answer names no session: 4xx, or a redirect that is not followed."""
    return 300 <= exchange.status <= 499


def no_server_error(exchange: Exchange) -> bool:
    """Whether an answer came, and is none of the server's own faults."""
    return not exchange.failed


def method_refused(exchange: Exchange) -> bool:
    """Whether a method did not succeed, and met no server error but 501 (RFC 9110, section 9.1)."""
    return 300 <= exchange.status <= 499 or exchange.status == NOT_IMPLEMENTED
