"""What all steps share: the contract, the keys, the sessions, and the latitudes that need no code."""

from __future__ import annotations

import random

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.keys import Keys
from pytest_checkout.mock.store import Store


class Steps:
    """What all steps share.

    The attributes in capitals are the latitudes that need no code: a variant sets them.
    """

    REFUSED = 400
    MALFORMED_CREDENTIALS = 401
    PUBLISHABLE = 403
    UNNAMED_METHOD = 405
    CREATED = 200
    IDLE_S = 60.0

    def __init__(self, contract: Contract, keys: Keys, chance: random.Random) -> None:
        self.contract = contract
        self.keys = keys
        self.chance = chance
        self.accounts = keys.accounts
        self.store = Store()
        self.count = 0
        self.base_url = ""
