"""Every example in a docstring runs."""

import doctest
import importlib

import pytest

MODULES = ("again", "compare", "zones", "identifiers", "strategies", "strategies.bodies", "strategies.texts")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"pytest_checkout.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
