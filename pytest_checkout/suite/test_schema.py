"""Area *schema*: what Schemathesis sends, and what it says of the answers."""

import pytest

from pytest_checkout import checks, openapi_cases
from pytest_checkout.exchange import Exchange
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import generated, inputs


@pytest.mark.checkout(level="should")
def test_status_code(checkout_judge: Judge) -> None:
    """Updates that Schemathesis generates are answered with a status that the contract describes.

    Sent: bodies from Schemathesis's coverage phase and its generators, valid and invalid.

    Wanted: a status that the contract describes for the update.

    Granted: any status of a described range; server errors are a matter of any.no_server_error.
    """
    _judge(checkout_judge, "status_code")


@pytest.mark.checkout(level="should")
def test_content_type(checkout_judge: Judge) -> None:
    """Updates that Schemathesis generates are answered with a media type and headers that the contract describes.

    Sent: the same bodies.

    Wanted: a described media type, and described headers, in answers to accepted updates.

    Granted: parameters, and +json media types for JSON.
    """
    _judge(checkout_judge, "content_type")


@pytest.mark.checkout(level="should")
def test_body(checkout_judge: Judge) -> None:
    """Updates that Schemathesis generates and the API accepts are answered with a body that the contract describes.

    Sent: the same bodies.

    Wanted: answers to accepted updates hold against the contract's schema of a session.

    Granted: more fields, new values where the schema leaves room.
    """
    _judge(checkout_judge, "body")


def _judge(checkout_judge: Judge, check: str) -> None:
    contract = checkout_judge.contract

    def objection(exchange: Exchange) -> str:
        return openapi_cases.objection(contract, check, exchange)

    accepted = check != "status_code"
    checkout_judge(checks.described(objection, accepted=accepted), generated.by_schemathesis, inputs.typed)
