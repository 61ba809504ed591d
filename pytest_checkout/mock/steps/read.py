"""Steps 3 and 4: the version, and the body."""

# A step takes what those need who override it.
# ruff: noqa: ARG002

from __future__ import annotations

from typing import Any

from pytest_checkout.mock import validation
from pytest_checkout.mock.messages import Call, Refusal
from pytest_checkout.mock.steps.base import Steps


class Reading(Steps):
    """Read the version and the body."""

    def choose_version(self, call: Call) -> None:
        """Take the version that the header names, or the account's."""
        versions = self.contract.versions
        if versions is None:
            return
        named = call.request.header(versions.header)
        if named is None:
            call.version = self.pinned_version()
        elif named in versions.names:
            call.version = named
        else:
            self.meet_unknown_version(call)

    def pinned_version(self) -> str | None:
        """The version of a request that names none."""
        return self.contract.versions.default if self.contract.versions is not None else None

    def meet_unknown_version(self, call: Call) -> None:
        """A version that the contract does not list: refused."""
        raise Refusal(self.REFUSED, "This version is not known.")

    def parse(self, call: Call) -> None:
        """Read the body; it is a JSON object."""
        if not call.request.body.strip():
            self.meet_empty_body(call)
            return
        try:
            value = validation.read_json(call.request.body)
        except validation.NotJSONError as problem:
            self.meet_malformed_json(call, str(problem))
            return
        if isinstance(value, dict):
            call.body = value
        else:
            self.meet_no_object(call, value)

    def meet_empty_body(self, call: Call) -> None:
        """No body at all: refused."""
        raise Refusal(self.REFUSED, "A JSON object is needed.")

    def meet_malformed_json(self, call: Call, problem: str) -> None:
        """What can't be read: refused."""
        raise Refusal(self.REFUSED, f"The body can't be read: {problem}.")

    def meet_no_object(self, call: Call, value: Any) -> None:
        """JSON that is no object: refused."""
        raise Refusal(self.REFUSED, "The body must be a JSON object.")
