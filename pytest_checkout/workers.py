"""What the controller of pytest-xdist tells its workers, and how the two are told apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from pytest_checkout.errors import UsageProblem
from pytest_checkout.options import Settings
from pytest_checkout.target import Target

if TYPE_CHECKING:
    from pytest_checkout.baseline import Baseline
    from pytest_checkout.ground import Found

_KEY = "checkout"


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """What a worker goes by, whatever its own command line and environment say.

    ``contract`` is the path of the contract's file, and ``sound`` the digest that it had when it was checked. ``wanted``
    are the arguments that name a part of the suite, and ``suite`` tells whether the suite runs at all.
    """

    contract: str
    sound: str
    wanted: tuple[str, ...]
    suite: bool
    target: Target
    found: Found | None
    level: str
    strict: bool
    areas: tuple[str, ...]
    baseline: Baseline | None

    def over(self, settings: Settings) -> Settings:
        """A worker's own settings, with the controller's where they decide on a verdict."""
        return replace(settings, level=self.level, strict=self.strict, areas=self.areas, seed=self.target.seed)

    def as_dict(self) -> dict[str, Any]:
        """The same as data that pytest-xdist can send."""
        return {
            "contract": self.contract,
            "sound": self.sound,
            "wanted": list(self.wanted),
            "suite": self.suite,
            "target": self.target.as_dict(),
            "found": self.found.as_dict() if self.found is not None else None,
            "level": self.level,
            "strict": self.strict,
            "areas": list(self.areas),
            "baseline": self.baseline.as_dict() if self.baseline is not None else None,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Briefing:
        """The reverse of :meth:`as_dict`."""
        return cls(
            **{
                **plain,
                "wanted": tuple(plain["wanted"]),
                "target": Target.from_dict(plain["target"]),
                "found": _found(plain["found"]),
                "areas": tuple(plain["areas"]),
                "baseline": _baseline(plain["baseline"]),
            }
        )


def _found(plain: Mapping[str, Any] | None) -> Found | None:
    if plain is None:
        return None
    from pytest_checkout.ground import Found

    return Found.from_dict(plain)


def _baseline(plain: Mapping[str, Any] | None) -> Baseline | None:
    if plain is None:
        return None
    from pytest_checkout.baseline import Baseline

    return Baseline.from_dict(plain)


def brief(node: Any, briefing: Briefing) -> None:
    """Give a worker what it goes by."""
    node.workerinput[_KEY] = briefing.as_dict()


def briefing_of(config: pytest.Config) -> Briefing | None:
    """What this process was given, where it is a worker and the controller has a run."""
    plain = getattr(config, "workerinput", {}).get(_KEY)
    return Briefing.from_dict(plain) if plain else None


def answer(config: pytest.Config, plain: Mapping[str, Any]) -> None:
    """Leave for the controller what a worker says at its end."""
    config.workeroutput[_KEY] = dict(plain)  # type: ignore[attr-defined]


def answer_of(node: Any) -> Mapping[str, Any] | None:
    """What a worker said at its end; ``None`` where it did not get there."""
    plain: Mapping[str, Any] | None = getattr(node, "workeroutput", {}).get(_KEY)
    return plain


def with_workers(config: pytest.Config) -> bool:
    """Whether this process has workers run the items, be it by ``-n`` or by ``--dist`` and ``--tx``."""
    return config.getoption("dist", "no") != "no" and bool(config.getoption("tx", None))


def place_of(node: Any) -> int:
    """The number of a worker: gw3 is the third after the first."""
    digits = "".join(character for character in str(node.gateway.id) if character.isdigit())
    return int(digits or 0)


def check_enough(sessions: tuple[str, ...], config: pytest.Config) -> None:
    """Refuse more workers than there are existing sessions.

    Raises:
        UsageProblem: two workers would see each other's updates.
    """
    workers = len(getattr(config.option, "tx", None) or [])
    if sessions and workers > len(sessions):
        raise UsageProblem(
            f"{workers} workers need {workers} sessions at least, as two on one session would see each other's updates: "
            f"name more with --checkout-session, or take -n {len(sessions)}."
        )
