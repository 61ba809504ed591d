"""Area *concurrency*: updates that are sent at the same time."""

import pytest

from pytest_checkout import checks
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import races


@pytest.mark.checkout(level="should")
def test_fields(checkout_judge: Judge) -> None:
    """Updates of different fields at the same time all take effect.

    Sent: updates of different fields of one session, and of two, at the same time, on a connection each, several times;
    and beside a picture.

    Wanted: each update that was answered with 200 shows in a retrieve.

    Granted: 409, 423 and 429 count as not made, and are sent again.
    """
    checkout_judge(
        checks.all_took_effect(checkout_judge.contract), races.fields, races.beside_a_picture, needs_reading=True
    )


@pytest.mark.checkout(level="should")
def test_metadata(checkout_judge: Judge) -> None:
    """Updates of different metadata keys at the same time all take effect.

    Sent: updates of different metadata keys at the same time, on a connection each, several times.

    Wanted: each pair that was answered with 200 shows in a retrieve.

    Granted: 409, 423 and 429 count as not made, and are sent again.
    """
    checkout_judge(checks.all_took_effect(checkout_judge.contract), races.metadata, needs_reading=True)


@pytest.mark.checkout(level="should")
def test_same_field(checkout_judge: Judge) -> None:
    """Of updates of the same field at the same time, one of the sent values stands.

    Sent: updates of one field at the same time, on a connection each, several times.

    Wanted: one of the sent values stands, whole.

    Granted: 409, 423 and 429 count as not made, and are sent again.
    """
    checkout_judge(checks.one_stands(), races.same_field, needs_reading=True)
