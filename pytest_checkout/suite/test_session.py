"""Area *session*: which ids name a session, and for whom."""

import pytest

from pytest_checkout import checks
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import access


@pytest.mark.checkout(level="must")
def test_unknown(checkout_judge: Judge) -> None:
    """An unknown id is answered with 404, and nothing is created by it.

    Sent: real ids with letters replaced, of the same length and alphabet.

    Wanted: 404, and no session by that id afterwards.
    """
    checkout_judge(checks.claimed("session.unknown"), access.strangers)


@pytest.mark.checkout(level="should")
def test_near_miss(checkout_judge: Judge) -> None:
    """An id in another letter case, a part of one, and hostile text name no session.

    Sent: real ids in another letter case, cut, lengthened, escaped and in other digits, and hostile text, byte
    for byte.

    Wanted: 4xx or a redirect, never success or a server error.

    Granted: ids that URI normalisation or a slash turns into the real one are not sent.
    """
    check = checks.claimed(
        "session.near_miss", good=checks.refused_or_redirected, wanted="a refusal with 4xx, or a redirect"
    )
    checkout_judge(check, access.near_misses)


@pytest.mark.checkout(level="must")
def test_other_account(checkout_judge: Judge) -> None:
    """Another account's session is out of reach.

    Sent: an update, a retrieve and, where there is one, a deactivation with the key of another account.

    Wanted: 404 or 403, and the session as it was.
    """
    checkout_judge(checks.claimed("session.other_account"), access.other_account)
    check = checks.changes_nothing(checkout_judge.contract, when=lambda update: update.step.credentials == "other")
    checkout_judge(check, access.other_account)


@pytest.mark.checkout(level="observe")
def test_closed(checkout_judge: Judge) -> None:
    """What an update of a deactivated session does.

    Sent: an update of a deactivated session.

    Wanted: nothing: what the API does is put down.
    """
    checkout_judge.observed(checks.seen_statuses(checkout_judge.traces(access.closed)))
