"""Contract → payloads: Hypothesis strategies and edge cases, each value with its zone.

The four public strategies are for a user's own ``@given`` tests as much as for the suite:

>>> from pytest_checkout import load_contract
>>> contract = load_contract("speed")
>>> sorted(contract.rules, key=lambda rule: rule.name)[0].name
'exclusive[success_message+success_url]'
>>> from pytest_checkout.strategies import broken_updates
>>> broken = broken_updates(contract, "exclusive[success_message+success_url]")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_checkout.strategies.generated import broken_updates, images, metadata, updates

__all__ = ["broken_updates", "images", "metadata", "updates"]


def __getattr__(name: str) -> object:
    # The suite's edge cases live here, too, and need no Hypothesis: it is imported when something is drawn.
    if name in __all__:
        from pytest_checkout.strategies import generated

        return getattr(generated, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
