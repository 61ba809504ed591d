"""Area *auth*: whose requests are taken."""

import pytest

from pytest_checkout import checks
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import access


@pytest.mark.checkout(level="must")
def test_required(checkout_judge: Judge) -> None:
    """A request without credentials, or with an empty key, is unauthorized whatever else is wrong with it.

    Sent: updates without credentials, with an empty header and with an empty key, some of them with other
    defects, too, and a deactivation without credentials.

    Wanted: 401.

    Granted: WWW-Authenticate may be there or not.
    """
    checkout_judge(checks.claimed("auth.required"), access.unauthenticated, access.unauthorized)


@pytest.mark.checkout(level="must")
def test_wrong_key(checkout_judge: Judge) -> None:
    """A wrong key is unauthorized.

    Sent: updates with a key of the right form that is nobody's.

    Wanted: 401.
    """
    checkout_judge(checks.claimed("auth.wrong_key"), access.unauthenticated, access.unauthorized)


@pytest.mark.checkout(level="must")
def test_near_miss(checkout_judge: Judge) -> None:
    """A key that is almost right is unauthorized.

    Sent: the real key with other letter case, cut at both ends, lengthened, with white space, doubled.

    Wanted: 401.

    Granted: a password that is not empty, and a missing colon, are not judged.
    """
    checkout_judge(checks.claimed("auth.near_miss"), access.unauthenticated)


@pytest.mark.checkout(level="must")
def test_publishable(checkout_judge: Judge) -> None:
    """A publishable key may not update.

    Sent: an update with the publishable key.

    Wanted: 401 or 403, and the session as it was.
    """
    checkout_judge(checks.claimed("auth.publishable"), access.publishable)
    check = checks.changes_nothing(
        checkout_judge.contract, when=lambda update: update.step.credentials == "publishable"
    )
    checkout_judge(check, access.publishable)


@pytest.mark.checkout(level="should")
def test_scheme(checkout_judge: Judge) -> None:
    """Another scheme with a wrong key is unauthorized; the scheme's name counts in any letter case.

    Sent: other schemes with a wrong key; the right scheme in other letter case with the right key.

    Wanted: 401 for the former, success for the latter (RFC 9110, section 11.1).
    """
    checkout_judge(checks.claimed("auth.scheme"), access.unauthorized)


@pytest.mark.checkout(level="should")
def test_malformed(checkout_judge: Judge) -> None:
    """A malformed header is refused, and never met by a server error.

    Sent: headers that can't be read: no base64, no space, odd bytes.

    Wanted: 401 or 400.

    Granted: any 4xx below 500 where the front end answers by itself.
    """
    checkout_judge(checks.claimed("auth.malformed"), access.unauthorized)


@pytest.mark.checkout(level="should")
def test_changes_nothing(checkout_judge: Judge) -> None:
    """A request that was not authenticated changes nothing.

    Sent: readings with the real key around every unauthenticated update.

    Wanted: the session as it was before.
    """
    real = ("secret", "other", "publishable", "scheme_lower")
    check = checks.changes_nothing(
        checkout_judge.contract,
        when=lambda update: update.step.credentials not in real and not update.exchange.ok,
    )
    checkout_judge(check, access.unauthenticated, access.unauthorized, needs_reading=True)


@pytest.mark.checkout(level="should")
def test_hides_sessions(checkout_judge: Judge) -> None:
    """A request that was not authenticated does not tell whether a session exists.

    Sent: the same unauthenticated update for a session that exists and for one that does not.

    Wanted: the same status, and the same words where the API repeats itself.
    """
    checkout_judge(checks.tells_no_difference("auth.hides_sessions"), access.unauthorized)
