"""A stateful, conforming API made from a contract, with faults and latitudes by name.

The mock reads the contract and nothing of the strategies, checks and statements that judge an API.
"""

from __future__ import annotations

from pytest_checkout.mock.catalogue import fault_names, faults_of, variant_names, variants_of
from pytest_checkout.mock.faults import Fault
from pytest_checkout.mock.latitudes.taking import Variant
from pytest_checkout.mock.mock import Mock

__all__ = ["Fault", "Mock", "Variant", "fault_names", "faults_of", "variant_names", "variants_of"]
