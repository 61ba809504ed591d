"""Area *errors*: statements about every exchange of the run; they are judged last."""

from collections.abc import Callable

import pytest


@pytest.mark.checkout(level="must", universal=True)
def test_body(checkout_universal: Callable[[], None]) -> None:
    """Each refusal has the contract's error body.

    Sent: nothing of its own: every refusal of the run is looked at.

    Wanted: a JSON media type, and the contract's error body with all that it requires.

    Granted: more members, any text; answers that an HTTP front end gives by itself, and HEAD, are left out.
    """
    checkout_universal()


@pytest.mark.checkout(level="must", universal=True)
def test_no_leak(checkout_universal: Callable[[], None]) -> None:
    """No answer holds a stack trace, a source path, or an API key that the request did not itself carry as text.

    Sent: nothing of its own: every answer of the run is looked at, headers too.

    Wanted: no stack trace of the common stacks, no path of a source file, no API key.

    Granted: what the request itself carried as text.
    """
    checkout_universal()


@pytest.mark.checkout(level="must", universal=True)
def test_no_errors_in_success(checkout_universal: Callable[[], None]) -> None:
    """No successful answer says that something failed.

    Sent: nothing of its own: every successful answer is looked at.

    Wanted: an error member that is missing or empty.
    """
    checkout_universal()
