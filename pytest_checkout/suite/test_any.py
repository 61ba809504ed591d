"""Area *any*: what holds for every request of the run; it is judged last."""

from collections.abc import Callable

import pytest


@pytest.mark.checkout(level="should", universal=True)
def test_no_server_error(checkout_universal: Callable[[], None]) -> None:
    """No request is answered with a fault of the server's own, and none is dropped."""
    checkout_universal()
