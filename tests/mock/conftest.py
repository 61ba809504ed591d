import sys
from pathlib import Path

import pytest

from pytest_checkout import load_contract
from pytest_checkout.contract.model import Contract

sys.path.insert(0, str(Path(__file__).parent))

ACME = Path(__file__).parents[1] / "contracts" / "acme.yaml"
CONTRACTS = {"speed": load_contract("speed"), "acme": load_contract(str(ACME))}


@pytest.fixture(params=CONTRACTS)
def contract(request: pytest.FixtureRequest) -> Contract:
    return CONTRACTS[request.param]


@pytest.fixture
def speed() -> Contract:
    return CONTRACTS["speed"]


@pytest.fixture
def acme() -> Contract:
    return CONTRACTS["acme"]
