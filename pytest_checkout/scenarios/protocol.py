"""Versions and methods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from pytest_checkout.contract.model import Versions
from pytest_checkout.effort import Effort
from pytest_checkout.errors import ApiGone, Inapplicable, TimeSpent, Untried
from pytest_checkout.example import NO_VERSION, Step, Trace
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.scenarios.access import body
from pytest_checkout.scenarios.updates import full

#: Versions that no contract lists.
STRANGE = ("1999-01-01", "2099-12-31", "latest", "v1", "0", "2022-10-15T00:00:00Z", "null")
UNNAMED = ("PUT", "PATCH", "DELETE", "POST", "GET", "TRACE", "REPORT")


def accepted(ground: Ground) -> Sequence[Trace]:
    """Create, retrieve and update under each version and without the header, on one session and across."""
    versions = ground.contract.versions
    if versions is None:
        raise Inapplicable("the contract has no version header")
    walk = full(ground, name="every version", read=False)
    for turn, version in enumerate((*ground.offered, NO_VERSION)):
        claim = f"version.accepted[{version or 'absent'}]"
        walk.take(Step(part="update", body=body(ground, turn), version=version, claim=claim, statuses=(200,)))
        if ground.readable and (ground.effort is not Effort.QUICK or version == NO_VERSION):
            walk.take(Step(part="retrieve", version=version, claim=claim, statuses=(200,)))
    return [walk.trace]


def shown(ground: Ground) -> Sequence[Trace]:
    """What each version shows of a session that was created for everything that a version knows."""
    versions = ground.contract.versions
    if versions is None or versions.field is None:
        raise Inapplicable("the contract does not say what a version shows")
    traces = []
    for version in ground.offered:
        made = _created_for(ground, version, versions.field, versions.shows.get(version, ()))
        if made is None:
            continue
        for other in ground.offered:
            made.take(Step(part="retrieve", version=other, claim=f"version.methods[{other}]", statuses=(200,)))
            step = Step(part="update", body=body(ground, 1), version=other, claim=f"version.methods[{other}]")
            made.take(step.but(statuses=(200,)))
        again = () if ground.effort is Effort.QUICK else reversed(ground.offered)
        for other in again:  # as the session was updated since
            made.take(Step(part="retrieve", version=other, claim=f"version.methods[{other}]", statuses=(200,)))
        traces.append(made.trace)
    if ground.offered and ground.effort is not Effort.QUICK:
        traces += _without_the_old(ground, versions)
    return traces


def _without_the_old(ground: Ground, versions: Versions) -> Iterator[Trace]:
    """A session that was created for nothing that the narrower version knows."""
    by_breadth = sorted(ground.offered, key=lambda name: len(versions.shows.get(name, ())))
    narrow, wide = by_breadth[0], by_breadth[-1]
    later = [value for value in versions.shows.get(wide, ()) if value not in versions.shows.get(narrow, ())]
    made = _created_for(ground, wide, str(versions.field), later) if later else None
    if made is not None:
        made.take(Step(part="retrieve", version=narrow, claim=f"version.methods[{narrow}]", statuses=(200,)))
        yield made.trace


def _created_for(ground: Ground, version: str, field: str, values: Sequence[str]) -> Walk | None:
    """A session created under a version for as many of its values as the API takes; the first two, if not all."""
    base = dict(ground.create_bodies.get(version) or {})
    for wanted in (list(values), list(values[:2])):
        walk = Walk(ground, version=version, name="what a version shows")
        try:
            walk.create({**base, field: wanted})
        except (ApiGone, TimeSpent):
            raise
        except Untried:
            continue
        return walk
    return None


def unknown(ground: Ground) -> Sequence[Trace]:
    """Versions that the contract does not list, one of them under the header's name in other letters, and then none.

    Names of headers count in any letter case (RFC 9110, section 5.1).
    """
    versions = ground.contract.versions
    if versions is None:
        raise Inapplicable("the contract has no version header")
    walk = full(ground, name="unknown versions", read=False)
    walk.update(body(ground, 0))
    for turn, version in enumerate(strange(versions)):
        step = Step(part="update", body=body(ground, turn), version=version, claim="version.unknown")
        if turn == 1:
            step = step.but(version=NO_VERSION, headers=((versions.header.title(), version),))
        walk.take(step)
    walk.read()
    absent = Step(part="update", body=body(ground, 1), version=NO_VERSION, claim="version.accepted[absent]")
    walk.take(absent.but(statuses=(200,)))
    return [walk.trace]


def strange(versions: Versions) -> Sequence[str]:
    """Versions that the contract does not list, some of them near one that it does."""
    names = versions.names
    near = (names[0][:-1], names[-1] + "x", names[0].replace("-", ""), *_between(names))
    return [version for version in (*STRANGE, *near) if version not in names]


def _between(names: Sequence[str]) -> Iterator[str]:
    """The day halfway between two versions that are dates."""
    with suppress(ValueError):
        first, *_, last = map(date.fromisoformat, sorted(names))
        yield (first + (last - first) / 2).isoformat()


def unnamed_methods(ground: Ground) -> Sequence[Trace]:
    """Methods that the contract does not name for the update's path."""
    walk = full(ground, turn=1, name="methods that the contract does not name")
    for step in unnamed(ground):
        walk.take(step)
    walk.read()
    for method in ("HEAD", "OPTIONS"):  # which may succeed, and are answered below 500 like any request
        walk.take(Step(part="update", method=method, purpose=method))
    return [walk.trace]


def unnamed(ground: Ground) -> Iterator[Step]:
    """The update's path with each method that the contract does not name for it."""
    contract = ground.contract
    named = {item.method for item in contract.operations.values() if item.path == contract.update.path}
    for turn, method in enumerate(name for name in UNNAMED if name not in named):
        sent: dict[str, Any] = {} if method in ("DELETE", "GET") else {"body": body(ground, turn)}
        yield Step(part="update", method=method, claim="method.unnamed", purpose=method, **sent)
