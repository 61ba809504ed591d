"""A stateful, conforming API made from a contract, with faults and latitudes by name.

The mock reads the contract and nothing of the strategies, checks and statements that judge an API.
"""

from __future__ import annotations

from pytest_checkout.mock.mock import Mock

__all__ = ["Mock"]
