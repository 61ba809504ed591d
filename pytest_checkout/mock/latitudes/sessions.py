"""Latitudes in sessions: what is shown, who may, which version."""

# An overridden step takes what the step takes, needed or not; the numbers of a bug are its own.
# ruff: noqa: ARG002

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Iterator
from typing import Any

from pytest_checkout.contract.model import Contract, SessionField
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.keys import basic_user
from pytest_checkout.mock.latitudes.taking import Taken, setting, take
from pytest_checkout.mock.messages import Call, Refusal
from pytest_checkout.mock.store import Session


def variants(contract: Contract) -> Iterator[Taken]:
    """All variants of this kind."""
    yield from _shown(contract)
    yield from _states(contract)
    yield from _credentials(contract)
    if contract.versions is not None:
        yield from _versions(contract)


def _shown(contract: Contract) -> Iterator[Taken]:
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


def _states(contract: Contract) -> Iterator[Taken]:
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


def _credentials(contract: Contract) -> Iterator[Taken]:
    class Foreign403(Api):
        def meet_foreign_session(self, call: Call) -> None:
            raise Refusal(403, "This session is not yours.")

    class NoChallenge(Api):
        def unauthorized(self, status: int, message: str) -> Refusal:
            return Refusal(status, message)

    class PasswordRefused(Api):
        def key_of(self, call: Call) -> str:
            key = super().key_of(call)
            credentials = (call.request.header("authorization") or "").strip().partition(" ")[2].strip()
            if self.password(credentials, key):
                raise self.unauthorized(401, "The password must be empty.")
            return key

        def password(self, credentials: str, key: str) -> bool:
            return base64.b64decode(credentials) != key.encode("latin-1") + b":"

    class ColonLeftOut(Api):
        def meet_malformed_credentials(self, credentials: str) -> str:
            with_colon = credentials and basic_user(base64.b64encode(_decoded(credentials) + b":").decode())
            return with_colon or super().meet_malformed_credentials(credentials)

    yield take("auth.foreign_403", "Another account's session is 403.", Foreign403)
    if contract.security is None:
        return
    yield take("auth.no_challenge", "A 401 has no WWW-Authenticate.", NoChallenge)
    if contract.security.publishable is not None:
        yield take("auth.publishable_401", "A publishable key is answered with 401.", setting(PUBLISHABLE=401))
    if contract.security.scheme == "basic":
        yield take(
            "auth.malformed_400",
            "Credentials that can't be read are answered with 400.",
            setting(MALFORMED_CREDENTIALS=400),
        )
        yield take("auth.password_refused", "A password that is not empty is refused.", PasswordRefused)
        yield take("auth.colon_left_out", "The key in base64 without the colon is taken.", ColonLeftOut)


def _decoded(credentials: str) -> bytes:
    try:
        return base64.b64decode(credentials.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _versions(contract: Contract) -> Iterator[Taken]:
    versions = contract.versions
    if versions is None:
        return
    names, field = versions.names, versions.field

    class PinnedToTheLast(Api):
        def pinned_version(self) -> str | None:
            return max(names)

    class UnknownMethodsRefused(Api):
        def check(self, call: Call, name: str, value: Any) -> Any:
            checked = super().check(call, name, value)
            if name == field and call.version is not None and self.known(call.version, checked) != checked:
                raise Refusal(self.REFUSED, f"{name} holds what this version does not know.")
            return checked

    class ListLeftOut(Api):
        def render(self, call: Call) -> dict[str, Any]:
            shown = super().render(call)
            if call.version == min(names) and field is not None:
                shown.pop(field, None)
            return shown

    yield take("version.pinned_to_the_last", "Without a header the last version holds.", PinnedToTheLast)
    if field is not None:
        yield take(
            "version.create_refuses_unknown",
            "A create with what the version does not know is refused.",
            UnknownMethodsRefused,
        )
        yield take("version.first_leaves_list_out", "The first version shows no list at all.", ListLeftOut)
