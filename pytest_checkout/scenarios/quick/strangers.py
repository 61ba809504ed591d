"""Requests without the key, with another one, with near misses of it, and with odd headers."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_checkout.example import Step, Trace
from pytest_checkout.perform import Ground
from pytest_checkout.scenarios import access
from pytest_checkout.scenarios.updates import full

#: The near misses of a key that mistakes of comparing make.
_NEAR_KEYS = (
    "swapped_case",
    "without_last",
    "without_first",
    "without_prefix",
    "prefix_only",
    "other_mode",
    "one_more",
    "last_changed",
    "with_space",
)
#: Another scheme with a wrong key, and headers that are malformed, each in another way.
_ODD = (
    "other_scheme_wrong",
    "empty_header",
    "malformed_scheme_only",
    "malformed_not_base64",
    "malformed_not_utf8",
)


def strangers(ground: Ground) -> Sequence[Trace]:
    """Knock with all of them at one session."""
    walk = full(ground, name="credentials that are not the key")
    access.knock(walk, _NEAR_KEYS, read=("none", "wrong_key"))
    access.knock_with_a_defect(walk, "none")
    access.knock_oddly(walk, _ODD)
    walk.read()
    access.knock_in_lower_case(walk)
    access.knock_here_and_there(walk, "none", parts=("update",))
    if "deactivate" in ground.contract.operations and ground.existing is None:
        walk.take(Step(part="deactivate", credentials="none", claim="auth.required", statuses=access.UNAUTHORIZED))
    return [walk.trace]
