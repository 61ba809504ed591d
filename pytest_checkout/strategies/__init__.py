"""Contract → payloads: Hypothesis strategies and edge cases, each value with its zone.

The four public strategies are for a user's own ``@given`` tests as much as for the suite:

>>> from pytest_checkout import load_contract
>>> contract = load_contract("speed")
>>> sorted(contract.rules, key=lambda rule: rule.name)[0].name
'exclusive[success_message+success_url]'
>>> broken = broken_updates(contract, "exclusive[success_message+success_url]")
"""

from pytest_checkout.strategies.generated import broken_updates, images, metadata, updates

__all__ = ["broken_updates", "images", "metadata", "updates"]
