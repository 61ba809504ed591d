"""Sessions that were there before the run, for contracts and accounts that can't create any."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.errors import Untried
from pytest_checkout.zones import Zone, zone_of_value


@dataclass
class ExistingSessions:
    """Ids of sessions, which examples take in turn.

    One process has them for itself, and its examples run one after the other, so no session is in two hands.
    """

    ids: tuple[str, ...]
    _turn: int = 0

    def take(self, wanted: str, used: Collection[str]) -> str:
        """The id that is wanted, where it is one of these; else the next one that the example does not use yet.

        Raises:
            Untried: there are not enough.
        """
        if wanted in self.ids:
            return wanted
        free = [id for id in (*self.ids[self._turn :], *self.ids[: self._turn]) if id not in used]
        if not free:
            needed = "1 session" if not used else f"{len(used) + 1} sessions"
            raise Untried(f"it needs {needed} at once, and --checkout-session names {len(self.ids)} here", red=False)
        self._turn = (self.ids.index(free[0]) + 1) % len(self.ids)
        return free[0]


def fitting(contract: Contract, body: Any, held: Mapping[str, Any]) -> Any:
    """A body without the pairs for which an existing session has no room.

    Pairs that merge stay for good, and an API may refuse more of them than the contract is sure of. So pairs that may be
    refused anyway fill half of the room at most, and those that must be taken the rest.

    Args:
        contract: says which fields merge, and how many pairs are sure to be taken.
        body: what is to be sent.
        held: what the session holds.
    """
    if not isinstance(body, dict):
        return body
    return {name: _fitting(contract.fields.get(name), value, held.get(name)) for name, value in body.items()}


def _fitting(field: Field | None, value: Any, held: Any) -> Any:
    most = (field.accept or {}).get("maxProperties") if field is not None and field.merges else None
    if field is None or not isinstance(most, int) or not isinstance(value, dict):
        return value
    known = held if isinstance(held, dict) else {}
    most = most if zone_of_value(field, value).zone is Zone.ACCEPT else most // 2
    new = [key for key in value if key not in known][: max(0, most - len(known))]
    return {key: item for key, item in value.items() if key in known or key in new}
