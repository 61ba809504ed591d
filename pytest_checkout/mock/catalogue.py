"""The faults and variants of a contract by name, and the API that has those which were asked for."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.errors import UsageProblem
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults import faults_of, planted
from pytest_checkout.mock.variants import taken, variants_of

__all__ = ["build", "fault_names", "faults_of", "variant_names", "variants_of"]


def fault_names(contract: Contract) -> tuple[str, ...]:
    """The names of all faults that a mock of the contract can be given."""
    return tuple(fault.name for fault in faults_of(contract))


def variant_names(contract: Contract) -> tuple[str, ...]:
    """The names of all latitudes that a mock of the contract can take."""
    return tuple(variant.name for variant in variants_of(contract))


def build(contract: Contract, *, faults: Sequence[str], variants: Sequence[str]) -> type[Api]:
    """Put an API together that has these faults and takes these latitudes.

    Args:
        contract: What the API offers.
        faults: Names of faults.
        variants: Names of variants.

    Returns:
        A subclass of :class:`Api`; a fault goes before a variant where both change the same step.

    Raises:
        UsageProblem: A name is not there, or two variants exclude each other.

    """
    parts: list[type[Api]] = []
    if faults:
        parts += [item.api for item in _chosen("fault", faults, planted(contract), contract)]
    if variants:
        chosen = _chosen("variant", variants, taken(contract), contract)
        for item in chosen:
            for other in set(variants) & set(item.variant.excludes):
                raise UsageProblem(f"the variants {item.variant.name} and {other} exclude each other; take one of them")
        parts += [item.api for item in chosen]
    return type("PlantedApi", (*parts, Api), {}) if parts else Api


def _chosen(kind: str, names: Iterable[str], known: Mapping[str, Any], contract: Contract) -> list[Any]:
    found = []
    for name in dict.fromkeys(names):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
            near += [other for other in known if name.partition("/")[0] in other and other not in near][: 3 - len(near)]
            hint = f"did you mean {' or '.join(near)}?" if near else "no name comes near it."
            raise UsageProblem(
                f"the mock of {contract.name} has no {kind} {name!r}; {hint} "
                f"`python -m pytest_checkout mock --list` prints all of them",
            )
        found.append(known[name])
    return found
