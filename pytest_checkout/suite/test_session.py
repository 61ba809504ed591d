"""Area *session*: which ids name a session, and for whom."""

import pytest

from pytest_checkout import checks
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import access


@pytest.mark.checkout(level="must")
def test_unknown(checkout_judge: Judge) -> None:
    """An unknown id is answered with 404, and nothing is created by it."""
    checkout_judge(checks.claimed("session.unknown"), access.strangers)


@pytest.mark.checkout(level="should")
def test_near_miss(checkout_judge: Judge) -> None:
    """An id in another letter case, a part of one, and hostile text name no session."""
    checkout_judge(checks.claimed("session.near_miss", good=checks.refused_or_redirected), access.near_misses)


@pytest.mark.checkout(level="must")
def test_other_account(checkout_judge: Judge) -> None:
    """Another account's session is out of reach."""
    checkout_judge(checks.claimed("session.other_account"), access.other_account)
    check = checks.changes_nothing(checkout_judge.contract, when=lambda update: update.step.credentials == "other")
    checkout_judge(check, access.other_account)


@pytest.mark.checkout(level="observe")
def test_closed(checkout_judge: Judge) -> None:
    """What an update of a deactivated session does."""
    checkout_judge.observed(checks.seen_statuses(checkout_judge.traces(access.closed)))
