"""Latitudes in sessions: what is shown, and what a session's state allows."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG002

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from pytest_checkout.contract.model import Contract, SessionField
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.latitudes.taking import Taken, setting, take
from pytest_checkout.mock.messages import Call, Refusal
from pytest_checkout.mock.store import Session


def variants(contract: Contract) -> Iterator[Taken]:
    """All variants of this kind."""
    yield from _shown(contract)
    yield from _states(contract)


def _shown(contract: Contract) -> Iterator[Taken]:  # noqa: C901 - a list of small classes, not a decision
    required = set(contract.session.schema.get("required", ()))

    class UnsetLeftOut(Api):
        def render(self, call: Call) -> dict[str, Any]:
            shown = super().render(call)
            return {name: value for name, value in shown.items() if name in required or value not in (None, {})}

    class ExtraFields(Api):
        def render(self, call: Call) -> dict[str, Any]:
            return {**super().render(call), "x_region": "eu", "x_links": {"self": [1, None]}, "x_seen": self.count}

    class SignedUrl(Api):
        def shown(self, call: Call, name: str, value: Any) -> Any:
            template = self.contract.session.fields[name].template
            if isinstance(template, str) and "{id}" in template:
                return f"{value}?signature={self.chance.getrandbits(64):016x}"
            return super().shown(call, name, value)

    class CountingDown(Api):
        def shown(self, call: Call, name: str, value: Any) -> Any:
            if _counts(self.contract.session.fields[name]):
                return value - int((time.monotonic() - call.target.born) * 10)
            return super().shown(call, name, value)

    class NotBumped(Api):
        def moved(self, call: Call) -> dict[str, Any]:
            return {}

    class LongIds(Api):
        def new_session(self, call: Call) -> Session:
            session = super().new_session(call)
            id = session.id + "".join(self.chance.choices("0123456789abcdefghjkmnpqrstvwxyz", k=20))
            session.id = session.values[self.contract.session.id_field] = id
            return session

    fields = contract.session.fields.values()
    yield take("session.unset_left_out", "Fields that are not set are left out.", UnsetLeftOut)
    yield take("session.extra_fields", "Answers hold further fields.", ExtraFields)
    if any(isinstance(field.template, str) and "{id}" in field.template for field in fields):
        yield take("session.signed_url", "The page's URL has a new signature at each read.", SignedUrl)
    if any(_counts(field) for field in fields):
        yield take("session.ttl_counts_down", "The time to live counts down, ten a second.", CountingDown)
    if any(field.moves and field.template == "{now}" for field in fields):
        yield take("session.modified_not_bumped", "An update does not change the time of the last change.", NotBumped)
    yield take("session.long_ids", "Ids are longer.", LongIds)
    if contract.create is not None and {"200", "201"} <= contract.create.responses.keys():
        yield take("session.created_201", "A create is answered with 201.", setting(CREATED=201))


def _counts(field: SessionField) -> bool:
    return field.moves and isinstance(field.template, int) and not isinstance(field.template, bool)


def _states(contract: Contract) -> Iterator[Taken]:  # noqa: C901 - a list of small classes, not a decision
    def closed_refused(status: int) -> type[Api]:
        class ClosedRefused(Api):
            def apply(self, call: Call) -> None:
                effect = contract.operations["deactivate"].effect
                if call.role == "update" and all(
                    call.target.values.get(name) == value for name, value in effect.items()
                ):
                    raise Refusal(status, "The session is closed.")
                super().apply(call)

        return ClosedRefused

    def busy(status: int) -> type[Api]:
        class Busy(Api):
            def perform(self, call: Call) -> Any:
                if call.role != "update":
                    return super().perform(call)
                if not call.target.lock.acquire(blocking=False):
                    raise Refusal(status, "The session is busy.")
                try:
                    time.sleep(0.002)
                    return super().perform(call)
                finally:
                    call.target.lock.release()

        return Busy

    if "deactivate" in contract.operations:
        for status in (400, 409):
            summary = f"Updates of deactivated sessions are refused with {status}."
            yield take(f"session.closed_{status}", summary, closed_refused(status))
    for status in (409, 423):
        yield take(f"session.busy_{status}", f"A parallel update of a session is answered with {status}.", busy(status))
