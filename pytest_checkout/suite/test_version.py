"""Area *version*: the header that chooses the API version."""

import pytest

from pytest_checkout import checks
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import protocol


@pytest.mark.checkout(level="must", per="version or none")
def test_accepted(checkout_judge: Judge, version: str) -> None:
    """The version is accepted, and so is a request without the header."""
    checkout_judge(checks.claimed(f"version.accepted[{version}]"), protocol.accepted)


@pytest.mark.checkout(level="must", per="version")
def test_methods(checkout_judge: Judge, version: str) -> None:
    """A version shows what it knows, and nothing else."""
    checkout_judge(checks.version_shows(checkout_judge.contract, version), protocol.shown)


@pytest.mark.checkout(level="should", rule="version")
def test_unknown(checkout_judge: Judge) -> None:
    """An unknown version is refused."""
    checkout_judge(checks.claimed("version.unknown"), protocol.unknown)
