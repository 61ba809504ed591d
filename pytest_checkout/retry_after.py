"""Whether an answer asks to come again later, and when that is."""

from __future__ import annotations

import math
import random
import time
from email.utils import parsedate_to_datetime

from pytest_checkout.exchange import Exchange

#: The first wait for a 429 that does not say how long; each further one is twice as long, up to the longest.
FIRST_BACKOFF_S = 0.25
LONGEST_BACKOFF_S = 8.0
#: Clocks differ: a date is waited for a little longer than it says.
_CLOCKS_S = 1.0


def pause_before_retry(exchange: Exchange, attempt: int) -> float | None:
    """How long to wait before the same request is sent again, in seconds; ``None`` when the answer stands.

    A 429 without ``Retry-After`` is waited out with backoff and jitter (RFC 6585, section 4), a 503 without one stands.
    """
    if exchange.response is None or not exchange.deferred:
        return None
    asked = retry_after(exchange.response.header("retry-after"))
    if asked is None and exchange.status == 429:
        backoff = min(LONGEST_BACKOFF_S, FIRST_BACKOFF_S * 2.0**attempt)
        return backoff * random.uniform(0.8, 1.2)  # noqa: S311 - jitter, so that workers do not come back together
    return asked


def retry_after(value: str | None) -> float | None:
    """The seconds of a ``Retry-After`` header, or those until its date (RFC 9110, section 10.2.3); ``None`` if neither.

    >>> retry_after("2"), retry_after("soon"), retry_after("Wed, 21 Oct 2015 07:28:00 GMT")
    (2.02, None, 0.05)
    """
    if value is None:
        return None
    try:
        seconds = float(value) + 0.02
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time() + _CLOCKS_S
        except (ValueError, TypeError, OverflowError):
            return None
    return None if math.isnan(seconds) else max(0.05, seconds)
