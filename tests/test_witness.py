"""What is remembered of the sessions that a run created."""

import pytest

from pytest_checkout import load_contract
from pytest_checkout.created import CreatedSession
from pytest_checkout.exchange import Body, Exchange, Request, Response
from pytest_checkout.witness import Witness

SPEED = load_contract("speed")


def exchange(
    role: str, id: str, *, status: int = 200, target: str = "/checkout-sessions/cs_test_1/deactivate"
) -> Exchange:
    return Exchange(
        request=Request(method="POST", target="/checkout-sessions" if role == "create" else target),
        response=Response(status=status, body=Body.of(b"{}"), value={"id": id}),
        role=role,
    )


@pytest.mark.parametrize(
    ("closing", "closed"),
    [
        (exchange("deactivate", "cs_test_1"), True),
        (exchange("deactivate", "cs_test_1", status=403), False),
        (exchange("deactivate", "cs_test_2"), False),
        (exchange("deactivate", "cs_test_1", target="/checkout-sessions/cs_test_2/deactivate"), False),
        (exchange("update", "cs_test_1"), False),
    ],
)
def test_a_session_that_was_deactivated_is_known_to_be_closed(closing: Exchange, closed: bool) -> None:  # noqa: FBT001
    witness = Witness(SPEED)
    witness.see(exchange("create", "cs_test_1"))
    witness.see(closing)
    assert witness.take_sessions() == [CreatedSession(id="cs_test_1", credentials="secret", closed=closed)]
    assert witness.take_sessions() == []
