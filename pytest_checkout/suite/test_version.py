"""Area *version*: the header that chooses the API version."""

import pytest

from pytest_checkout import checks
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import protocol, updates


@pytest.mark.checkout(level="must", per="version or none")
def test_accepted(checkout_judge: Judge, version: str) -> None:
    """The version is accepted, and so is a request without the header.

    Sent: create, update and retrieve under the version, or without the header.

    Wanted: success.

    Granted: without the header, any of the versions may answer.
    """
    checkout_judge(checks.claimed(f"version.accepted[{version}]"), protocol.accepted, protocol.unknown)


@pytest.mark.checkout(level="must", per="version")
def test_methods(checkout_judge: Judge, version: str) -> None:
    """A version shows what it knows, and nothing else.

    Sent: sessions that were created for all that any version knows, read and updated under this one.

    Wanted: nothing that only another version knows; and all that the session was created for.

    Granted: new names, and no list at all where a version knows one thing only.
    """
    checkout_judge(checks.version_shows(checkout_judge.contract, version), protocol.shown, updates.alone)


@pytest.mark.checkout(level="should", rule="version")
def test_unknown(checkout_judge: Judge) -> None:
    """An unknown version is refused.

    Sent: versions that the contract does not list: other dates, text, near misses.

    Wanted: 4xx.
    """
    checkout_judge(checks.claimed("version.unknown"), protocol.unknown)
