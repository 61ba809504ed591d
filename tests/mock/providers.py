"""The contracts that the mock is tested with."""

from pathlib import Path

from pytest_checkout import load_contract

ACME = Path(__file__).parents[1] / "contracts" / "acme.yaml"
CONTRACTS = {"speed": load_contract("speed"), "acme": load_contract(str(ACME))}
