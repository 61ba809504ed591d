"""Who may do what: keys, near misses of keys, other accounts, and ids that name no session."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from pytest_checkout.credentials import CREDENTIALS
from pytest_checkout.effort import Effort
from pytest_checkout.errors import Inapplicable, Untried
from pytest_checkout.example import Part, Step, Trace
from pytest_checkout.identifiers import HOSTILE, NEAR, identifier
from pytest_checkout.perform import Ground, Walk
from pytest_checkout.scenarios.images import Sized, image_limit, small
from pytest_checkout.scenarios.updates import any_version, full, plain_names
from pytest_checkout.strategies.bodies import a_value, compatible

UNAUTHORIZED: tuple[int, ...] = (401,)
OUT_OF_REACH = (403, 404)
MALFORMED: tuple[int, ...] = (400, 401, 431)

_NO_SUCH = "1999-01-01"
_FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
MISSING = ("none", "empty_key")
WRONG = ("wrong_key",)
NEAR_MISSES = (
    "swapped_case",
    "upper_case",
    "lower_case",
    "without_last",
    "without_first",
    "half",
    "prefix_only",
    "without_prefix",
    "other_mode",
    "one_more",
    "doubled",
    "last_changed",
    "first_changed",
    "middle_changed",
    "with_space",
    "with_newline",
    "wildcard",
    "wildcard_percent",
)


#: With these credentials a session is read, too.
READ_WITHOUT = frozenset({"none", "wrong_key", "without_last", "one_more", "swapped_case"})
#: The turn in which a body holds metadata alone.
METADATA_ALONE = 3


def body(ground: Ground, turn: int) -> dict[str, Any]:
    """A body that is well, another one each turn: a field and metadata, metadata alone, or one of all fields alone."""
    contract = ground.contract
    names = plain_names(contract)
    pairs = {field.name: {"note": f"turn {turn}"} for field in contract.of_kind("metadata")}
    if turn % 5 == METADATA_ALONE and pairs:
        return pairs
    if turn % 5 > METADATA_ALONE:
        name = names[turn // 5 % len(names)]
        return {name: a_value(contract.fields[name], turn)}
    return {names[0]: a_value(contract.fields[names[0]], turn), **pairs}


def unauthenticated(ground: Ground) -> Sequence[Trace]:
    """Updates and retrieves without credentials, with a wrong key, and with ones that are almost right."""
    walk = full(ground, name="credentials that are not the key", read=False)
    walk.update(body(ground, 0))
    knock(walk, NEAR_MISSES)
    walk.read()
    if "deactivate" in ground.contract.operations and ground.existing is None:
        walk.take(Step(part="deactivate", credentials="none", claim="auth.required", statuses=UNAUTHORIZED))
        walk.read()
    return [walk.trace]


def knock(walk: Walk, near_misses: Sequence[str], *, read: Collection[str] = READ_WITHOUT) -> None:
    """Update and, with some, retrieve: without credentials, with a wrong key, and with these near misses of the key."""
    ground = walk.ground
    for turn, name in enumerate((*MISSING, *WRONG, *near_misses)):
        if not _usable(ground, name):
            continue
        claim = "auth.required" if name in MISSING else "auth.wrong_key" if name in WRONG else "auth.near_miss"
        step = Step(part="update", body=body(ground, turn + 1), credentials=name, claim=claim, statuses=UNAUTHORIZED)
        walk.take(step.but(version=any_version(ground, turn)))
        if ground.readable and name in read:
            walk.take(Step(part="retrieve", credentials=name, claim=claim, statuses=UNAUTHORIZED))


def _usable(ground: Ground, name: str) -> bool:
    credential = CREDENTIALS.get(name)
    security = ground.contract.security
    return (
        credential is not None
        and security is not None
        and credential.applies(security)
        and credential.available(ground.keys)
        and credential.differs(ground.keys)
        and not credential.authenticates(security)
    )


def unauthorized(ground: Ground) -> Sequence[Trace]:
    """Without the key: with another defect, at a session that exists and at none, by other schemes and odd headers.

    Whatever else is wrong with a request, it is unauthorized first of all.
    """
    walk = full(ground, turn=1, name="without the key, and something else")
    for credentials in ("none", "wrong_key"):
        knock_with_a_defect(walk, credentials)
    walk.read()
    knock_here_and_there(walk, "none")
    knock_here_and_there(walk, "without_last", parts=("update",))
    knock_oddly(walk)
    walk.read()
    knock_in_lower_case(walk)
    return [walk.trace]


def knock_with_a_defect(walk: Walk, credentials: str) -> None:
    """Update without the key where something else is wrong, too."""
    claim = "auth.required" if credentials == "none" else "auth.wrong_key"
    for step in (
        Step(part="update", body={next(iter(walk.ground.contract.fields)): 7}),
        Step(part="update", raw=b"{"),
        Step(part="update", body={}),
        Step(part="update", body=body(walk.ground, 1), id="unknown"),
        *(
            Step(part="update", body=body(walk.ground, 1), version=_NO_SUCH, headers=_FORM)
            for _ in walk.ground.offered[:1]
        ),
    ):
        walk.take(step.but(credentials=credentials, claim=claim, statuses=UNAUTHORIZED))


def knock_here_and_there(walk: Walk, credentials: str, *, parts: Sequence[Part] = ("update", "retrieve")) -> None:
    """Send the same to a session that exists and to one that does not, without the key."""
    for part in parts if walk.ground.readable else ("update",):
        sent: dict[str, Any] = {"body": body(walk.ground, 2)} if part == "update" else {}
        claim: dict[str, Any] = {"claim": "auth.hides_sessions", "statuses": UNAUTHORIZED}
        for id in ("", "", "unknown", "", "unknown", "unknown"):
            walk.take(Step(part=part, credentials=credentials, id=id, **claim, **sent))


def knock_oddly(walk: Walk, among: Collection[str] = CREDENTIALS) -> None:
    """Update with another scheme and a wrong key, and with headers that are malformed, as far as they are among these."""
    ground = walk.ground
    for turn, name in enumerate(among):
        if not _usable(ground, name):
            continue
        if name == "other_scheme_wrong":
            claim, statuses = "auth.scheme", UNAUTHORIZED
        elif name == "empty_header" or name.startswith("malformed"):
            claim, statuses = "auth.malformed", MALFORMED
        else:
            continue
        walk.take(Step(part="update", body=body(ground, turn), credentials=name, claim=claim, statuses=statuses))


def knock_in_lower_case(walk: Walk) -> None:
    """Update with the key and the scheme's name in lower case, which is as good (RFC 9110, section 11.1)."""
    security = walk.ground.contract.security
    if security is not None and CREDENTIALS["scheme_lower"].applies(security):
        step = Step(part="update", body=body(walk.ground, 1), credentials="scheme_lower", claim="auth.scheme")
        walk.take(step.but(statuses=(200,)))


def publishable(ground: Ground) -> Sequence[Trace]:
    """An update with the publishable key."""
    security = ground.contract.security
    if security is None or security.publishable is None:
        raise Inapplicable("the contract knows no publishable key")
    if not ground.keys.publishable:
        raise Untried("CHECKOUT_PUBLISHABLE_KEY is not set", red=False)
    walk = full(ground, name="the publishable key", read=False)
    walk.update(body(ground, 0))
    together = body(ground, 1)
    every = {
        name: a_value(ground.contract.fields[name], 2)
        for name in compatible(ground.contract, plain_names(ground.contract))
    }
    for field in ground.contract.of_kind("image"):
        every[field.name] = small(Sized(field.name, "data", image_limit(field).formats[0]))
    for turn, sent in enumerate((together, *({name: value} for name, value in together.items()), every)):
        step = Step(part="update", body=sent, credentials="publishable", claim="auth.publishable")
        walk.take(step.but(statuses=(401, 403), version=any_version(ground, turn)))
    if ground.effort is not Effort.QUICK:
        walk.take(Step(part="update", body={}, credentials="publishable", claim="auth.publishable"))
    walk.read()
    return [walk.trace]


def other_account(ground: Ground) -> Sequence[Trace]:
    """A session of this account updated and read with another account's key, and the reverse.

    Then the other account reads its own session before and after an update of this one's.
    """
    if not ground.keys.other:
        raise Untried("CHECKOUT_OTHER_API_KEY is not set", red=False)
    walk = full(ground, name="another account", read=False)
    walk.update(body(ground, 0))
    claim: dict[str, Any] = {"claim": "session.other_account", "statuses": OUT_OF_REACH}
    for turn in (1, METADATA_ALONE)[: ground.effort.times(2, quick=1)]:
        walk.take(Step(part="update", body=body(ground, turn), credentials="other", **claim))
    if ground.readable:
        walk.take(Step(part="retrieve", credentials="other", **claim))
        walk.read()
    walk.take(Step(part="create", session="B", body=walk.full, credentials="other"))
    walk.take(Step(part="update", session="B", body=body(ground, 2), **claim))
    if ground.readable:
        walk.take(Step(part="retrieve", session="B", **claim))
    if ground.readable and ground.effort is not Effort.QUICK:
        walk.take(Step(part="retrieve", session="B", credentials="other"))
        walk.update(body(ground, METADATA_ALONE), read=False)
        walk.update({name: a_value(ground.contract.fields[name], 4) for name in _addressed(ground)}, read=False)
        walk.take(Step(part="retrieve", session="B", credentials="other"))
    if "deactivate" in ground.contract.operations:
        walk.take(Step(part="deactivate", credentials="other", **claim))
        walk.read()
        if ground.existing is None:
            # A session that is closed is another account's as much as before.
            walk.take(Step(part="deactivate"))
            walk.take(Step(part="update", body=body(ground, 2), credentials="other", **claim))
    return [walk.trace]


def _addressed(ground: Ground) -> tuple[str, ...]:
    """The URL fields that may stand together."""
    return compatible(ground.contract, [field.name for field in ground.contract.of_kind("url")])


def strangers(ground: Ground) -> Sequence[Trace]:
    """An id that no session has: updated, read, and read again, as nothing is created by it."""
    walk = full(ground, name="an unknown id", read=False)
    walk.update(body(ground, 0))
    address_nobody(walk)
    walk.read()
    return [walk.trace]


def address_nobody(walk: Walk) -> None:
    """Update and retrieve by an id that no session has."""
    ground = walk.ground
    claim: dict[str, Any] = {"id": "unknown", "claim": "session.unknown", "statuses": (404,)}
    for turn in (0, 1, METADATA_ALONE) if ground.effort is not Effort.QUICK else (0, METADATA_ALONE):
        walk.take(Step(part="update", body=body(ground, turn), **claim))
        if ground.readable and turn < METADATA_ALONE:
            walk.take(Step(part="retrieve", **claim))
    walk.take(Step(part="update", body={}, id="unknown", claim="session.unknown"))


def near_misses(ground: Ground) -> Sequence[Trace]:
    """Ids near a real one, and hostile text, each in an update; a few in a retrieve, too."""
    walk = full(ground, name="ids that name no session", read=False)
    walk.update(body(ground, 0))
    for names in (NEAR, HOSTILE):
        address(walk, tuple(names))
        walk.read()
    return [walk.trace]


_READ = frozenset({"swapped_case", "without_last", "percent_wildcard", "proto", "nul"})


def address(walk: Walk, names: Sequence[str], *, read: Collection[str] = _READ) -> None:
    """Update sessions by these transformations of the real id, and retrieve some."""
    for place, name in enumerate(names):
        if identifier(name, walk.id()) == walk.id():
            continue
        claim: dict[str, Any] = {"id": name, "claim": "session.near_miss", "purpose": name}
        walk.take(Step(part="update", body=body(walk.ground, place), **claim))
        if walk.ground.readable and name in read:
            walk.take(Step(part="retrieve", **claim))


def closed(ground: Ground) -> Sequence[Trace]:
    """An update of a session that was deactivated."""
    if "deactivate" not in ground.contract.operations:
        raise Inapplicable("the contract has no deactivate operation")
    walk = full(ground, name="a deactivated session", read=False)
    walk.take(Step(part="deactivate"))
    walk.update(body(ground, 1), read=False)
    if ground.effort is not Effort.QUICK:
        walk.take(Step(part="deactivate"))
    return [walk.trace]
