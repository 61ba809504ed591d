"""Combinations of the mock's variants in which every pair that may stand together does so at least once."""

from __future__ import annotations

import random
from collections.abc import Sequence
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
    excluded = {variant.name: set(variant.excludes) for variant in variants}
    names = list(excluded)

    def together(one: str, other: str) -> bool:
        return other not in excluded[one] and one not in excluded[other]

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
