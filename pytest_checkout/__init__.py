"""A pytest plugin and conformance suite that tells which behaviours of a checkout API are broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_checkout.contract.load import load_contract

__all__ = ["load_contract"]


def __getattr__(name: str) -> object:
    # Every pytest run of every user imports this package, so a name is imported when it is first used.
    if name == "load_contract":
        from pytest_checkout.contract.load import load_contract

        return load_contract
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
