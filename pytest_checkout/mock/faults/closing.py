"""Faults that the closing of one session brings upon others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, plant, refusing
from pytest_checkout.mock.messages import Call
from pytest_checkout.mock.store import Session


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults in what becomes of other sessions."""
    if "deactivate" not in contract.operations:
        return
    yield plant(
        "update.isolated/as_created_once_another_is_closed",
        "When a session is deactivated, the account's others are as they were created.",
        _AsCreated,
        also=("update.keeps*", "session.*"),
    )
    yield plant(
        "update.combines/not_once_the_next_is_closed",
        "A session is not updated any more once the one created next is deactivated.",
        refusing(_next_is_closed),
        also=("update.accepts*", "session.*"),
    )


class _AsCreated(Api):
    def new_session(self, call: Call) -> Session:
        """Remember what it was created with."""
        session = super().new_session(call)
        session.memory["created"] = session.values
        return session

    def save(self, call: Call, values: dict[str, Any]) -> None:
        """Closing one takes the others back."""
        super().save(call, values)
        if call.role == "deactivate":
            for session in self.store.of(call.target.account):
                if session is not call.target:
                    session.values = session.memory["created"]


def _next_is_closed(api: Api, call: Call) -> bool:
    own = api.store.of(call.target.account)
    following = own[own.index(call.target) + 1 :][:1]
    operation = api.contract.operations["deactivate"]
    return any(session.values.items() >= dict(operation.effect).items() for session in following)
