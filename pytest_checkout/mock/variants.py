"""The variants of a mock: each takes one latitude that an API has and still conforms."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.latitudes import access, bodies, fields, pairs, pictures, sessions, transport
from pytest_checkout.mock.latitudes.taking import Taken, Variant

KINDS = (bodies, fields, pictures, pairs, sessions, access, transport)


def taken(contract: Contract) -> Mapping[str, Taken]:
    """All variants that make sense for the contract, by name."""
    return {item.variant.name: item for kind in KINDS for item in kind.variants(contract)}


def variants_of(contract: Contract) -> tuple[Variant, ...]:
    """All variants that make sense for the contract, with what each does."""
    return tuple(item.variant for item in taken(contract).values())
