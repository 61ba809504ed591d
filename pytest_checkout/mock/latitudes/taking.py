"""What a variant is."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_checkout.mock.api import Api


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One latitude that a conforming API may take; it can't be taken together with those that it ``excludes``."""

    name: str
    summary: str
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A variant, and the API that takes it."""

    variant: Variant
    api: type[Api]


def take(name: str, summary: str, api: type[Api], *, excludes: tuple[str, ...] = ()) -> Taken:
    """Name a latitude."""
    return Taken(variant=Variant(name=name, summary=summary, excludes=excludes), api=api)


def setting(**values: object) -> type[Api]:
    """Set the latitudes of an API that need no code."""
    return type("Setting", (Api,), dict(values))
