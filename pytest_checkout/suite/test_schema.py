"""Area *schema*: what Schemathesis sends, and what it says of the answers."""

import pytest

from pytest_checkout import checks, openapi_cases
from pytest_checkout.exchange import Exchange
from pytest_checkout.judging import Judge
from pytest_checkout.scenarios import generated


@pytest.mark.checkout(level="should")
def test_status_code(checkout_judge: Judge) -> None:
    """Updates that Schemathesis generates are answered with a status that the contract describes."""
    _judge(checkout_judge, "status_code")


@pytest.mark.checkout(level="should")
def test_content_type(checkout_judge: Judge) -> None:
    """Updates that Schemathesis generates are answered with a media type and headers that the contract describes."""
    _judge(checkout_judge, "content_type")


@pytest.mark.checkout(level="should")
def test_body(checkout_judge: Judge) -> None:
    """Updates that Schemathesis generates and the API accepts are answered with a body that the contract describes."""
    _judge(checkout_judge, "body")


def _judge(checkout_judge: Judge, check: str) -> None:
    contract = checkout_judge.contract

    def objection(exchange: Exchange) -> str:
        return openapi_cases.objection(contract, check, exchange)

    accepted = check != "status_code"
    checkout_judge(checks.described(objection, accepted=accepted), generated.by_schemathesis)
