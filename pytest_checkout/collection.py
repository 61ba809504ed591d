"""The suite inside pytest's collection: its areas as modules, its behaviours as items, ``checkout::…`` as arguments."""

from __future__ import annotations

import difflib
import importlib
import re
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from pytest_checkout.claims import PREFIX, claim_of, rows
from pytest_checkout.contract.model import Contract
from pytest_checkout.errors import UsageProblem
from pytest_checkout.judging import Claim
from pytest_checkout.options import AREAS
from pytest_checkout.safety import off_when_live

claim_key = pytest.StashKey[Claim]()


class Area(pytest.Module):
    """One area of the suite: a module with node ids of its own, and a filter that no ini value changes."""

    @classmethod
    def of(cls, session: pytest.Session, area: str) -> Area:
        """The area's module, below the session."""
        path = Path(__file__).parent / "suite" / f"test_{area}.py"
        made: Area = cls.from_parent(session, path=path, nodeid=f"{PREFIX}{area}", name=f"{PREFIX}{area}")
        return made

    def _getobj(self) -> ModuleType:
        return importlib.import_module(f"pytest_checkout.suite.{self.path.stem}")

    def funcnamefilter(self, name: str) -> bool:
        """Take the suite's functions, whatever the user's ``python_functions`` say."""
        return name.startswith("test_")

    def classnamefilter(self, name: str) -> bool:
        """Take no classes."""
        del name
        return False


def areas(session: pytest.Session) -> list[Area]:
    """All areas, in the order of a report."""
    return [Area.of(session, area) for area in AREAS]


def in_suite(item: pytest.Item) -> bool:
    """Whether an item is one of the suite's behaviours."""
    return isinstance(item.parent, Area)


def is_universal(item: pytest.Item) -> bool:
    """Whether an item is a statement about every exchange, which is judged when all others are done."""
    return in_suite(item) and any(mark.kwargs.get("universal") for mark in item.iter_markers("checkout"))


def parametrize(metafunc: pytest.Metafunc, contract: Contract) -> None:
    """Make an item for each field, image carrier or version that a behaviour of the suite speaks of."""
    mark = next(metafunc.definition.iter_markers("checkout"), None)
    kind = mark.kwargs.get("per") if mark is not None else None
    if kind is None:
        return
    argument, found = rows(contract, kind)
    values = [
        pytest.param(row.value, id=row.id, marks=[pytest.mark.checkout(level=row.level)] if row.level else [])
        for row in found
    ]
    metafunc.parametrize(argument, values)


def prepare(items: Sequence[pytest.Item], contract: Contract) -> None:
    """Give each item of the suite its claim, and a marker that ``-m`` selects it by."""
    for item in items:
        if in_suite(item):
            claim = _claim(item, contract)
            item.stash[claim_key] = claim
            item.add_marker(pytest.mark.checkout(id=claim.id, area=claim.area, level=claim.level), append=False)


def _claim(item: pytest.Item, contract: Contract) -> Claim:
    assert isinstance(item, pytest.Function)  # noqa: S101 - the suite holds functions only
    level, rule = "should", ""
    for mark in item.iter_markers("checkout"):
        level = mark.kwargs.get("level", level)
        rule = mark.kwargs.get("rule", rule)
    return claim_of(
        contract,
        area=item.nodeid.split("::")[1],
        name=item.originalname.removeprefix("test_"),
        inside=item.name[len(item.originalname) :],
        doc=item.function.__doc__ or "",
        level=level,
        rule=rule,
    )


def taken_out(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Arguments for pytest, and those that name a part of the suite (``checkout::success``)."""
    ours = [re.sub(r"^(?:\.\./)*", "", each) for each in arguments if re.match(r"(?:\.\./)*checkout::", each)]
    return [each for each in arguments if not re.match(r"(?:\.\./)*checkout::", each)], ours


def select(
    items: Sequence[pytest.Item], wanted: Sequence[str], areas: Sequence[str]
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Split items into those to run and those to deselect, by the arguments and the areas that were asked for.

    Raises:
        UsageProblem: an argument names nothing of the suite.
    """
    ids = [item.nodeid for item in items if in_suite(item)]
    for argument in wanted:
        if not any(_names(argument, id) for id in ids):
            parts = sorted(
                {"::".join(id.split("[")[0].split("::")[:2]) for id in ids}
                | {id.split("[")[0] for id in ids}
                | set(ids)
            )
            near = difflib.get_close_matches(argument, parts, n=3, cutoff=0.4)
            hint = f" Did you mean {' or '.join(near)}?" if near else ""
            raise UsageProblem(f"{argument} names nothing of the suite.{hint}")
    kept: list[pytest.Item] = []
    dropped: list[pytest.Item] = []
    for item in items:
        chosen = not in_suite(item) or (
            (not wanted or any(_names(argument, item.nodeid) for argument in wanted))
            and (not areas or item.nodeid.split("::")[1] in areas)
        )
        (kept if chosen else dropped).append(item)
    return kept, dropped


def without_harmful(
    items: Sequence[pytest.Item], areas: tuple[str, ...]
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Split items into those to run with live keys and those that stay off, as their areas were not asked for."""
    off = [item for item in items if in_suite(item) and off_when_live(item.nodeid, areas)]
    return [item for item in items if item not in off], off


def _names(argument: str, id: str) -> bool:
    return argument in ("checkout::", id) or id.startswith((f"{argument}::", f"{argument}["))
