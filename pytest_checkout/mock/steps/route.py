"""Step 2: which operation, and which session."""

# A step takes what those need who override it.
# ruff: noqa: ARG002

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

from pytest_checkout.contract.model import Operation
from pytest_checkout.mock.messages import Call, Refusal
from pytest_checkout.mock.steps.base import Steps
from pytest_checkout.mock.store import Session


class Routing(Steps):
    """Find the operation and the session."""

    def route(self, call: Call) -> bool:
        """Find the operation, and the session that the path names; true where only the options were asked for."""
        found = self.matching(call.request.path)
        if not found:
            raise Refusal(404, "There is no such resource.")
        method = self.method_of(call)
        chosen = next((item for item in found if item[0].method.upper() == method), None)
        if chosen is None:
            return self.meet_unnamed_method(call, method)
        call.operation, id = chosen
        if id is not None:
            call.session = self.find(call, id)
        return False

    def method_of(self, call: Call) -> str:
        """The method to look for: ``HEAD`` is a ``GET`` whose body is left away when it is written."""
        method = call.request.method
        return "GET" if method == "HEAD" else method

    def meet_unnamed_method(self, call: Call, method: str) -> bool:
        """A method that the contract does not name: refused with the list of those that are."""
        if method == "OPTIONS":
            return True
        allow = (("Allow", self.allowed(call.request.path)),)
        raise Refusal(self.UNNAMED_METHOD, "This method is not offered here.", headers=allow)

    def matching(self, path: str) -> list[tuple[Operation, str | None]]:
        """The operations whose path this is, each with the id in it."""
        segments = _segments(path)
        found: list[tuple[Operation, str | None]] = []
        for operation in self.contract.operations.values():
            template = _segments(operation.path)
            if len(template) != len(segments):
                continue
            id: str | None = None
            for wanted, got in zip(template, segments, strict=True):
                if wanted.startswith("{"):
                    id = self.decode_id(got)
                elif wanted != got:
                    break
            else:
                found.append((operation, id))
        return found

    def allowed(self, path: str) -> str:
        """The value of ``Allow`` for a path."""
        methods = [operation.method.upper() for operation, _ in self.matching(path)]
        return ", ".join([*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"])

    def decode_id(self, segment: str) -> str:
        """Percent-decode a path segment; bytes that are no UTF-8 stay distinct, so that no two ids fall together."""
        return unquote_to_bytes(segment.encode("latin-1")).decode("utf-8", "surrogateescape")

    def find(self, call: Call, id: str) -> Session:
        """The session of this id, if it belongs to the account."""
        session = self.look_up(id)
        if session is None:
            raise Refusal(404, "There is no such session.")
        if call.account is not None and session.account != call.account.name:
            self.meet_foreign_session(call)
        return session

    def look_up(self, id: str) -> Session | None:
        """The session of exactly this id."""
        return self.store.get(id)

    def meet_foreign_session(self, call: Call) -> None:
        """Another account's session does not exist."""
        raise Refusal(404, "There is no such session.")


def _segments(path: str) -> list[str]:
    return re.sub(r"^/", "", path).split("/")
