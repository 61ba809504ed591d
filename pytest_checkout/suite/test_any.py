"""Area *any*: what holds for every request of the run; it is judged last."""

from collections.abc import Callable

import pytest


@pytest.mark.checkout(level="should", universal=True)
def test_no_server_error(checkout_universal: Callable[[], None]) -> None:
    """No request is answered with a fault of the server's own, and none is dropped.

    Sent: nothing of its own: every request of the run is looked at.

    Wanted: an answer below 500, whole and in time.

    Granted: 429, and 503 with Retry-After, are waited out; 501 for a method that is not known.
    """
    checkout_universal()
