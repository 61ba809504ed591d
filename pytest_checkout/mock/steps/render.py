"""Step 7: what the answer shows of the session."""

from __future__ import annotations

from typing import Any

from pytest_checkout.mock.messages import Call
from pytest_checkout.mock.steps.base import Steps


class Rendering(Steps):
    """Show the session."""

    def render(self, call: Call) -> dict[str, Any]:
        """The session as the answer shows it."""
        return {name: self.shown(call, name, value) for name, value in self.readable(call).items()}

    def readable(self, call: Call) -> dict[str, Any]:
        """The values that the answer is made from."""
        return call.target.values

    def shown(self, call: Call, name: str, value: Any) -> Any:
        """One field as the answer shows it; a version shows only what it knows."""
        versions = self.contract.versions
        if versions is None or name != versions.field or not isinstance(value, list) or call.version is None:
            return value
        return self.known(call.version, value)

    def known(self, version: str, values: list[Any]) -> list[Any]:
        """Those of the values that the version knows."""
        versions = self.contract.versions
        shows = versions.shows.get(version) if versions is not None else None
        return values if shows is None else [value for value in values if value in shows]
