"""The mock's API keys and accounts, and the random texts that its contract's templates ask for."""

from __future__ import annotations

import base64
import binascii
import random
import re
import string
from dataclasses import dataclass

from pytest_checkout.contract.model import Security

ALPHABETS = (
    string.ascii_letters + string.digits,
    string.ascii_lowercase + string.digits,
    string.ascii_uppercase + string.digits,
    string.digits,
)


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who a key belongs to; a publishable key's account may not change anything."""

    name: str
    key: str
    publishable: bool = False


def fill_stars(template: str, chance: random.Random, *, pattern: str | None = None) -> str:
    """Replace each ``*`` by a letter or digit, such that the whole matches the pattern if any alphabet allows it."""
    filled = ""
    for alphabet in ALPHABETS:
        filled = "".join(chance.choice(alphabet) if letter == "*" else letter for letter in template)
        if pattern is None or re.search(pattern, filled):
            break
    return filled


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The keys of one mock: two accounts' secret keys, and a publishable one where the contract knows them."""

    secret: str
    other_secret: str
    publishable: str | None

    @classmethod
    def of(cls, security: Security | None, chance: random.Random) -> Keys:
        """Make keys in the shape that the contract gives them."""
        template = security.secret.template if security is not None else "key_****************"
        publishable = security.publishable if security is not None else None
        return cls(
            secret=fill_stars(template, chance),
            other_secret=fill_stars(template, chance),
            publishable=fill_stars(publishable.template, chance) if publishable is not None else None,
        )

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The accounts that the keys open."""
        own = (Account(name="own", key=self.secret), Account(name="other", key=self.other_secret))
        if self.publishable is None:
            return own
        return (*own, Account(name="own", key=self.publishable, publishable=True))


def basic_user(credentials: str) -> str | None:
    """The user name in the credentials of ``Basic`` (RFC 7617, 2), or ``None`` where they are malformed."""
    try:
        pair = base64.b64decode(credentials.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        return None
    user, colon, _password = pair.partition(b":")
    return user.decode("latin-1") if colon else None
