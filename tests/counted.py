"""How many behaviours the suite has under Speed's contract, for tests that deselect nearly all of them."""

from pytest_checkout import load_contract
from pytest_checkout.claims import claims
from pytest_checkout.options import AREAS

ALL = len(claims(load_contract("speed"), AREAS))
