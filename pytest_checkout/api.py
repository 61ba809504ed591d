"""The API by its operations: what a contract calls create, retrieve, update and deactivate, as methods.

This is what the ``checkout_api`` fixture gives to a user's own tests, and what the suite's examples are sent through.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_checkout.client import Client, Outgoing
from pytest_checkout.contract.model import Contract, Operation, Role
from pytest_checkout.errors import CheckoutError
from pytest_checkout.exchange import ABSENT, Exchange

JSON_MEDIA_TYPE = "application/json"


class Api:
    """A checkout API under a contract.

    Arguments:
        contract: says which requests the operations are.
        client: sends them.
        version: the API version to ask for; ``None`` sends no version header.
    """

    def __init__(self, contract: Contract, client: Client, *, version: str | None = None) -> None:
        self.contract = contract
        self.client = client
        self.version = version

    def under(self, version: str | None) -> Api:
        """The same API, asked for another version."""
        return Api(self.contract, self.client, version=version)

    def create(self, body: Any = ABSENT) -> Exchange:
        """Create a session; without a body, with the contract's smallest example."""
        operation = self._operation("create")
        if body is ABSENT:
            body = operation.examples.get("minimal", next(iter(operation.examples.values()), {}))
        return self.client.send(self.outgoing("create", "", body))

    def retrieve(self, id: str) -> Exchange:
        """Read a session."""
        return self.client.send(self.outgoing("retrieve", id))

    def update(
        self,
        id: str,
        body: Any,
        *,
        credentials: str = "secret",
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        """Update a session with a body of JSON, or of bytes that are sent as they are."""
        extra = tuple((headers or {}).items())
        return self.client.send(self.outgoing("update", id, body, credentials=credentials, headers=extra))

    def deactivate(self, id: str) -> Exchange:
        """Deactivate a session."""
        return self.client.send(self.outgoing("deactivate", id))

    def session_id(self, created: Exchange) -> str:
        """The id in the answer of a create.

        Raises:
            CheckoutError: the answer holds none.
        """
        id = created.member(self.contract.session.id_field)
        if not isinstance(id, str) or not id:
            raise CheckoutError(
                f"create answered {created.status or created.failure} without a usable {self.contract.session.id_field!r}"
            )
        return id

    def outgoing(
        self,
        role: Role,
        id: str,
        body: Any = ABSENT,
        *,
        credentials: str = "secret",
        headers: Sequence[tuple[str, str]] = (),
        method: str = "",
        version: str | None = None,
        recipe: dict[str, Any] | None = None,
        session: str = "",
        purpose: str = "",
        escaped: bool = False,
    ) -> Outgoing:
        """The request of an operation, ready to be sent.

        ``body`` is JSON, bytes that are sent as they are, or :data:`ABSENT`; ``version`` outweighs the API's own, and an
        empty one sends no version header. A header without a value is left out, also one that is sent otherwise, such as
        the media type. ``escaped`` spells the JSON in ASCII.
        """
        operation = self._operation(role)
        data: bytes | None = None
        if body is not ABSENT:
            data = body if isinstance(body, bytes) else encoded(body, escaped=escaped)
        pairs = list(self._version_header(version))
        if data is not None and not any(name.lower() == "content-type" for name, _ in headers):
            pairs.append(("Content-Type", JSON_MEDIA_TYPE))
        return Outgoing(
            method=method or operation.method,
            target=operation.path_for(id),
            headers=(*pairs, *(pair for pair in headers if pair[1])),
            body=data,
            recipe=recipe,
            credentials=credentials,
            role=role,
            session=session,
            purpose=purpose,
        )

    def _version_header(self, version: str | None) -> Sequence[tuple[str, str]]:
        wanted = self.version if version is None else version
        if self.contract.versions is None or not wanted:
            return ()
        return ((self.contract.versions.header, wanted),)

    def _operation(self, role: Role) -> Operation:
        operation = self.contract.operations.get(role)
        if operation is None:
            raise CheckoutError(f"the contract {self.contract.name!r} has no {role} operation")
        return operation


def encoded(body: Any, *, escaped: bool = False) -> bytes:
    """JSON as bytes: UTF-8, and escapes where they are asked for or UTF-8 has no form (a lone surrogate)."""
    try:
        return json.dumps(body, ensure_ascii=escaped, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(body, separators=(",", ":")).encode("ascii")
