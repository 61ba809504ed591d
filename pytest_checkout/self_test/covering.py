"""Combinations of the mock's variants in which every pair that may stand together does so at least once."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from itertools import combinations

from pytest_checkout.mock import Variant

#: Candidates that are made for each combination; the one that covers most pairs is taken.
_CANDIDATES = 30


def covering_array(variants: Sequence[Variant], *, seed: int = 1, most: int = 30) -> list[tuple[str, ...]]:
    """Combinations of up to ``most`` variants that cover all pairs, made greedily.

    Args:
        variants: each says which others it excludes.
        seed: another one makes other combinations.
        most: how many variants one combination may have.
    """
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    names = [variant.name for variant in variants]
    together = _together(variants)
    left = {pair for pair in combinations(names, 2) if together(*pair)}
    made: list[tuple[str, ...]] = []
    while left:
        first = chance.choice(sorted(left))
        candidates = []
        for _ in range(_CANDIDATES):
            chosen = list(first)
            others = [name for name in names if name not in first]
            chance.shuffle(others)
            for name in others:
                if len(chosen) < most and all(together(name, other) for other in chosen):
                    chosen.append(name)
            candidates.append(tuple(name for name in names if name in chosen))
        best = max(candidates, key=lambda chosen: len(left & set(combinations(chosen, 2))))
        left -= set(combinations(best, 2))
        made.append(best)
    return made


def each_once(variants: Sequence[Variant], *, most: int = 12) -> list[tuple[str, ...]]:
    """Combinations of about ``most`` variants in which each variant stands once.

    Args:
        variants: each says which others it excludes.
        most: how many variants one combination has; the more, the more of them hide each other.
    """
    together = _together(variants)
    # Dealt out in turn, as neighbours are of a kind, and of one kind only the first would show.
    made: list[list[str]] = [[] for _ in range(math.ceil(len(variants) / most))]
    for variant in variants:
        fitting = (chosen for chosen in made if all(together(variant.name, other) for other in chosen))
        smallest = min(fitting, key=len, default=None)
        if smallest is None:
            made.append([variant.name])
        else:
            smallest.append(variant.name)
    return [tuple(chosen) for chosen in made]


def _together(variants: Sequence[Variant]) -> Callable[[str, str], bool]:
    """Whether two variants may stand together."""
    excluded = {variant.name: set(variant.excludes) for variant in variants}
    return lambda one, other: other not in excluded[one] and one not in excluded[other]
