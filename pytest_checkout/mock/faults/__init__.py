"""The faults that a mock can be given: each statement of a contract broken in the ways in which people break it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.faults import (
    accepted,
    auth,
    closing,
    errors,
    image,
    input,
    kept,
    metadata,
    metadata_exact,
    method,
    outsiders,
    parallel,
    repeated,
    retrieved,
    schema,
    session,
    success,
    untouched,
    update,
    values,
    version,
)
from pytest_checkout.mock.faults.planting import Fault, Planted

__all__ = ["Fault", "Planted", "faults_of", "planted"]

AREAS = (
    accepted,
    values,
    update,
    repeated,
    retrieved,
    kept,
    untouched,
    closing,
    success,
    image,
    metadata,
    metadata_exact,
    session,
    version,
    auth,
    outsiders,
    input,
    errors,
    method,
    parallel,
    schema,
)


def planted(contract: Contract) -> Mapping[str, Planted]:
    """All faults that make sense for the contract, by name, in the order of the areas."""
    found: dict[str, Planted] = {}
    for item in _all(contract):
        if item.fault.name in found:
            raise LookupError(f"two faults are named {item.fault.name}")
        found[item.fault.name] = item
    return found


def faults_of(contract: Contract) -> tuple[Fault, ...]:
    """All faults that make sense for the contract, with what each breaks."""
    return tuple(item.fault for item in planted(contract).values())


def _all(contract: Contract) -> Iterator[Planted]:
    for area in AREAS:
        yield from area.faults(contract)
