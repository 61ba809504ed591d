"""Latitudes in who may do what, and which version holds."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG002

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.keys import basic_user
from pytest_checkout.mock.latitudes.taking import Taken, setting, take
from pytest_checkout.mock.messages import Call, Refusal


def variants(contract: Contract) -> Iterator[Taken]:
    """All variants of this kind."""
    yield from _credentials(contract)
    if contract.versions is not None:
        yield from _versions(contract)


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
