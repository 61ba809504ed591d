"""Area *method*: methods that the contract does not name for the update's path."""

import pytest

from pytest_checkout import checks
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import protocol


@pytest.mark.checkout(level="should")
def test_unnamed(checkout_judge: Judge) -> None:
    """A method that the contract does not name never succeeds, gives no server error but 501, and changes nothing.

    Sent: methods that the contract does not name for the update's path, with the update's body.

    Wanted: no success, no server error but 501, and the session as it was.

    Granted: 404, 405 and 501; HEAD and OPTIONS are left out.
    """
    refused = checks.claimed(
        "method.unnamed", good=checks.method_refused, wanted="a refusal with 4xx or 501, or a redirect"
    )
    checkout_judge(refused, protocol.unnamed_methods)
    check = checks.changes_nothing(
        checkout_judge.contract, when=lambda update: bool(update.step.method) and not update.exchange.ok
    )
    checkout_judge(check, protocol.unnamed_methods)


@pytest.mark.checkout(level="should")
def test_allow(checkout_judge: Judge) -> None:
    """An answer 405 names the methods that are allowed.

    Sent: the same requests.

    Wanted: an answer 405 names the contract's methods in Allow (RFC 9110, section 15.5.6).

    Granted: another status than 405 needs no Allow.
    """
    checkout_judge(checks.names_allowed(checkout_judge.contract), protocol.unnamed_methods)
