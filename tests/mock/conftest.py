import sys
from pathlib import Path

import pytest
from providers import CONTRACTS

from pytest_checkout.contract.model import Contract

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(params=CONTRACTS)
def contract(request: pytest.FixtureRequest) -> Contract:
    return CONTRACTS[request.param]


@pytest.fixture
def speed() -> Contract:
    return CONTRACTS["speed"]


@pytest.fixture
def acme() -> Contract:
    return CONTRACTS["acme"]
