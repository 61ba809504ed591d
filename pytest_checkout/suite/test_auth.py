"""Area *auth*: whose requests are taken."""

import pytest

from pytest_checkout import checks
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import access


@pytest.mark.checkout(level="must")
def test_required(checkout_judge: Judge) -> None:
    """A request without credentials, or with an empty key, is unauthorized whatever else is wrong with it."""
    checkout_judge(checks.claimed("auth.required"), access.unauthenticated, access.first_of_all)


@pytest.mark.checkout(level="must")
def test_wrong_key(checkout_judge: Judge) -> None:
    """A wrong key is unauthorized."""
    checkout_judge(checks.claimed("auth.wrong_key"), access.unauthenticated, access.first_of_all)


@pytest.mark.checkout(level="must")
def test_near_miss(checkout_judge: Judge) -> None:
    """A key that is almost right is unauthorized."""
    checkout_judge(checks.claimed("auth.near_miss"), access.unauthenticated)


@pytest.mark.checkout(level="must")
def test_publishable(checkout_judge: Judge) -> None:
    """A publishable key may not update."""
    checkout_judge(checks.claimed("auth.publishable"), access.publishable)
    check = checks.changes_nothing(
        checkout_judge.contract, when=lambda update: update.step.credentials == "publishable"
    )
    checkout_judge(check, access.publishable)


@pytest.mark.checkout(level="should")
def test_scheme(checkout_judge: Judge) -> None:
    """Another scheme with a wrong key is unauthorized; the scheme's name counts in any letter case."""
    checkout_judge(checks.claimed("auth.scheme"), access.odd_headers)


@pytest.mark.checkout(level="should")
def test_malformed(checkout_judge: Judge) -> None:
    """A malformed header is refused, and never met by a server error."""
    checkout_judge(checks.claimed("auth.malformed"), access.odd_headers)


@pytest.mark.checkout(level="should")
def test_changes_nothing(checkout_judge: Judge) -> None:
    """A request that was not authenticated changes nothing."""
    real = ("secret", "other", "publishable", "scheme_lower")
    check = checks.changes_nothing(
        checkout_judge.contract,
        when=lambda update: update.step.credentials not in real and not update.exchange.ok,
    )
    checkout_judge(check, access.unauthenticated, access.first_of_all, access.odd_headers, needs_reading=True)


@pytest.mark.checkout(level="should")
def test_hides_sessions(checkout_judge: Judge) -> None:
    """A request that was not authenticated does not tell whether a session exists."""
    checkout_judge(checks.tells_no_difference("auth.hides_sessions"), access.told_apart)
