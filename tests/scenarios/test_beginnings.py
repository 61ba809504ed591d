"""How the sessions of scenarios are created."""

from types import SimpleNamespace
from typing import Any

import pytest

from pytest_checkout import load_contract
from pytest_checkout.scenarios.updates import create_smallest

LEAST = {"amount": 200, "currency": "USD"}


class Walking:
    """A walk that only writes down what is created."""

    def __init__(self, *, takes: bool, contract: Any) -> None:
        self.takes, self.made = takes, []
        self.ground = SimpleNamespace(contract=contract)

    def offer(self, body: Any, *, session: str) -> bool:
        self.made.append((session, body))
        return self.takes

    def create(self, *, session: str) -> None:
        self.made.append((session, "what the probe found"))


@pytest.mark.parametrize(("takes", "then"), [(True, []), (False, [("B", "what the probe found")])])
def test_where_the_smallest_body_is_refused_the_one_that_the_probe_found_stands_in(
    takes: bool,  # noqa: FBT001
    then: list[Any],
) -> None:
    walk: Any = Walking(takes=takes, contract=load_contract("speed"))
    create_smallest(walk, session="B")
    assert walk.made == [("B", LEAST), *then]


def test_without_an_example_of_the_smallest_body_it_is_created_at_once() -> None:
    walk: Any = Walking(takes=True, contract=SimpleNamespace(create=None))
    create_smallest(walk)
    assert walk.made == [("A", "what the probe found")]
