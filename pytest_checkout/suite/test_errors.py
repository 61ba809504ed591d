"""Area *errors*: statements about every exchange of the run; they are judged last."""

from collections.abc import Callable

import pytest


@pytest.mark.checkout(level="must", universal=True)
def test_body(checkout_universal: Callable[[], None]) -> None:
    """Each refusal has the contract's error body."""
    checkout_universal()


@pytest.mark.checkout(level="must", universal=True)
def test_no_leak(checkout_universal: Callable[[], None]) -> None:
    """No answer holds a stack trace, a source path, or an API key that the request did not itself carry as text."""
    checkout_universal()


@pytest.mark.checkout(level="must", universal=True)
def test_no_errors_in_success(checkout_universal: Callable[[], None]) -> None:
    """No successful answer says that something failed."""
    checkout_universal()
