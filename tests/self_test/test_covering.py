from itertools import combinations

from pytest_checkout import load_contract
from pytest_checkout.mock import Variant, variants_of
from pytest_checkout.self_test.covering import covering_array, each_once

VARIANTS = variants_of(load_contract("speed"))
EXCLUDED = {frozenset((each.name, other)) for each in VARIANTS for other in each.excludes}


def pairs(made: list[tuple[str, ...]]) -> set[frozenset[str]]:
    return {frozenset(pair) for names in made for pair in combinations(names, 2)}


def test_each_variant_stands_in_one_combination() -> None:
    names = [name for combination in each_once(VARIANTS) for name in combination]
    assert sorted(names) == sorted(each.name for each in VARIANTS)


def test_no_combination_holds_variants_that_exclude_each_other() -> None:
    assert not pairs(each_once(VARIANTS)) & EXCLUDED
    assert not pairs(covering_array(VARIANTS)) & EXCLUDED


def test_every_pair_that_may_stand_together_does_so_in_a_covering_array() -> None:
    few = VARIANTS[:15]
    every = {frozenset(pair) for pair in combinations([each.name for each in few], 2)} - EXCLUDED
    assert pairs(covering_array(few, most=5)) == every


def test_a_variant_that_fits_nowhere_stands_alone() -> None:
    made = [Variant(name=name, summary="", excludes=excludes) for name, excludes in (("a", ("b",)), ("b", ("a",)))]
    assert each_once(made) == [("a",), ("b",)]
