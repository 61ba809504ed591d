"""What a run stands on, found out before anything is judged: the API answers, the key is taken, a session can be made.

What is found here is never a verdict on a behaviour. A version that the API refuses is left to the area ``version``; the
others are judged under the versions that work.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_checkout.api import Api
from pytest_checkout.contract.model import Contract
from pytest_checkout.credentials import Keys
from pytest_checkout.effort import Effort
from pytest_checkout.errors import ApiGone, SetupProblem, TimeSpent, Untried
from pytest_checkout.exchange import Exchange
from pytest_checkout.existing import ExistingSessions
from pytest_checkout.perform import Ground, Host

_TRIES = 4
_SHOWN = 300


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the probe found, as plain data that travels to pytest-xdist's workers.

    ``bodies`` are pairs of a version (``None``: without the header) and the fullest body that create takes under it;
    ``unreadable`` says why sessions can't be retrieved, and is empty where they can.
    """

    bodies: tuple[tuple[str | None, Any], ...]
    unreadable: str = ""
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON-ready data."""
        return {
            "bodies": [list(pair) for pair in self.bodies],
            "unreadable": self.unreadable,
            "notes": list(self.notes),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Found:
        """The reverse of :meth:`as_dict`."""
        return cls(
            bodies=tuple((version, body) for version, body in plain["bodies"]),
            unreadable=plain["unreadable"],
            notes=tuple(plain["notes"]),
        )


def offered(contract: Contract, chosen: str | None) -> tuple[str, ...]:
    """The versions that a run judges: the chosen one, or all that the contract lists."""
    if contract.versions is None:
        return ()
    return (chosen,) if chosen else contract.versions.names


def probe(api: Api, *, version: str | None = None, sessions: Sequence[str] = ()) -> Found:
    """Find out what a run can stand on.

    Args:
        api: the API.
        version: the version that was chosen, if one was.
        sessions: ids of existing sessions to judge on; without any, one is created.

    Raises:
        SetupProblem: what was sent, what came back, and what to try.
    """
    if sessions:
        return _probe_existing(api, sessions, version)
    if api.contract.create is None:
        raise SetupProblem(
            f"The contract {api.contract.name!r} has no create operation: name sessions to judge on with "
            "--checkout-session=ID, which repeats."
        )
    candidates: list[str | None] = list(offered(api.contract, version))
    if not version:
        candidates.append(None)
    bodies: list[tuple[str | None, Any]] = []
    created: Exchange | None = None
    refused: Exchange | None = None
    for candidate in candidates:
        for body in _bodies(api.contract):
            exchange = _created(api.under(candidate), body)
            if exchange.ok:
                bodies.append((candidate, body))
                created = created or exchange
                break
            refused = exchange
            if exchange.status in (401, 403, 404, 405):
                break
        if not bodies and refused is not None and refused.status in (401, 403, 404, 405):
            break
    if created is None:
        raise SetupProblem(_in_words(refused))
    notes = tuple(
        f"create was refused under version {candidate or '(no header)'}"
        for candidate in candidates
        if candidate not in dict(bodies)
    )
    return Found(bodies=tuple(bodies), unreadable=_unreadable(api, created, bodies[0][0]), notes=notes)


def _probe_existing(api: Api, sessions: Sequence[str], version: str | None) -> Found:
    """Read each of the sessions, under every version that can be read under."""
    if api.contract.retrieve is None:
        raise SetupProblem(
            f"--checkout-session: the contract {api.contract.name!r} has no retrieve operation, so what a session holds "
            "before it is updated can't be known."
        )
    candidates: list[str | None] = [*offered(api.contract, version), *([] if version else [None])]
    usable = [candidate for candidate in candidates if _read(api.under(candidate), sessions[0]).status == 200]
    for id in sessions:
        exchange = _read(api.under(usable[0] if usable else candidates[0]), id)
        if exchange.status != 200:
            hint = _HINTS.get(exchange.status, "Check --checkout-session, and that the account is the session's own.")
            raise SetupProblem(f"The session {id} can't be read: {_sent(exchange)} and got {_got(exchange)}. {hint}")
        if exchange.member(api.contract.session.id_field) != id:
            raise SetupProblem(
                f"{_sent(exchange)} and got {_got(exchange)}, which is not the session {id} of --checkout-session."
            )
    notes = tuple(
        f"retrieve was refused under version {candidate or '(no header)'}"
        for candidate in candidates
        if candidate not in usable
    )
    return Found(bodies=tuple((candidate, {}) for candidate in usable), notes=notes)


_HINTS = {
    401: "The key was refused: check CHECKOUT_API_KEY.",
    403: "The key may not read it: check that CHECKOUT_API_KEY is a secret key of the session's account.",
    429: "The API limits the rate and did not let up: try again later.",
}


def _read(api: Api, id: str) -> Exchange:
    """Read a session; a passing fault of the server's own is tried again."""
    for attempt in range(_TRIES):
        exchange = _reached(api, lambda: api.retrieve(id), "read a session")
        if not exchange.failed:
            break
        time.sleep(0.1 * attempt)
    return exchange


def _bodies(contract: Contract) -> Iterator[Any]:
    """Bodies for create from the contract's examples, the fullest first."""
    create = contract.create
    assert create is not None  # noqa: S101 - probe looked
    examples = dict(create.examples)
    full = examples.get("full")
    field = contract.versions.field if contract.versions is not None else None
    if isinstance(full, dict):
        yield full
        if field in full:
            yield {**full, field: full[field][:1]}
            yield {key: value for key, value in full.items() if key != field}
    if "minimal" in examples:
        yield examples["minimal"]
    elif full is None:
        yield next(iter(examples.values()), {})


def _created(api: Api, body: Any) -> Exchange:
    """Create a session; a passing fault of the server's own is tried again."""
    for attempt in range(_TRIES):
        exchange = _reached(api, lambda: api.create(body), "create a session")
        if not exchange.failed:
            break
        api.client.sent_again += 1
        time.sleep(0.1 * attempt)
    if exchange.ok:
        id = exchange.member(api.contract.session.id_field)
        if not isinstance(id, str) or not id:
            raise SetupProblem(_without_id(api, exchange))
    return exchange


def _reached(api: Api, send: Callable[[], Exchange], what: str) -> Exchange:
    try:
        return send()
    except ApiGone as gone:
        hint = "Check --checkout-base-url, and that the API is up and can be reached from here."
        if "CERTIFICATE" in str(gone):
            hint = "If the certificate is one of your own, name those to trust with --checkout-ca-bundle."
        raise SetupProblem(f"{gone}. The run asked {api.client.base_url} to {what}. {hint}") from None
    except Untried as cause:
        hint = "" if isinstance(cause, TimeSpent) else " The API limits the rate and did not let up: try again later."
        raise SetupProblem(f"The run could not {what}: {cause}.{hint}") from None


def _without_id(api: Api, exchange: Exchange) -> str:
    why = f"{api.contract.session.id_field!r} is not a text in it"
    if exchange.response is not None and exchange.response.problem:
        why = exchange.response.problem
    return (
        f"A create answered with no session: {_sent(exchange)} and got {_got(exchange)} ({why}). Check that {api.client.base_url} is the API of the contract {api.contract.name!r} "
        f"({api.contract.path.name})."
    )


def _in_words(exchange: Exchange | None) -> str:
    assert exchange is not None  # noqa: S101 - at least one body was tried
    hints = {
        401: "The key was refused: check CHECKOUT_API_KEY.",
        403: "The key may not create sessions: check that CHECKOUT_API_KEY is a secret key.",
        404: "There is no create operation at that address: check --checkout-base-url and its path.",
        405: "The address does not take the contract's method: check --checkout-base-url and --checkout-contract.",
    }
    hint = hints.get(exchange.status, "A run needs sessions of its own: check the contract's examples and the account.")
    if exchange.redirect:
        hint = "The API is at another address: check --checkout-base-url."
    return f"No session can be created: {_sent(exchange)} and got {_got(exchange)}. {hint}"


def _sent(exchange: Exchange) -> str:
    body = exchange.request.body.text[:_SHOWN] if exchange.request.body is not None else "no body"
    return f"sent {exchange.request.method} {exchange.request.target} with {body}"


def _got(exchange: Exchange) -> str:
    if exchange.response is None:
        return exchange.failure
    text = " ".join(exchange.response.body.text.split())[:_SHOWN]
    text = f"{exchange.status}{exchange.redirect} {text}".strip()
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _unreadable(api: Api, created: Exchange, version: str | None) -> str:
    """Why sessions can't be retrieved; empty where they can. A new session is given a second to show."""
    if api.contract.retrieve is None:
        return "the contract has no retrieve operation"
    id = api.session_id(created)
    deadline = time.monotonic() + 1.0
    while True:
        try:
            exchange = api.under(version).retrieve(id)
        except Untried as cause:
            return f"a new session could not be retrieved: {cause}"
        if exchange.status == 200:
            break
        if time.monotonic() > deadline:
            return f"a retrieve of a new session answered {_got(exchange)}"
        time.sleep(0.1)
    if exchange.member(api.contract.session.id_field) != id:
        raise SetupProblem(
            f"A new session can't be retrieved: {_sent(exchange)} and got {_got(exchange)}, which is not the session {id}."
        )
    return ""


def standing_on(
    found: Found,
    *,
    api: Api,
    host: Host | None,
    keys: Keys,
    seed: int,
    version: str | None = None,
    live: bool = False,
    effort: Effort = Effort.STANDARD,
    explains: bool = True,
    sessions: Sequence[str] = (),
) -> Ground:
    """The ground of the examples, from what the probe found."""
    return Ground(
        api=api,
        host=host,
        keys=keys,
        versions=tuple(candidate for candidate, _ in found.bodies),
        create_bodies=dict(found.bodies),
        offered=offered(api.contract, version),
        readable=not found.unreadable,
        seed=seed,
        live=live,
        effort=effort,
        explains=explains,
        existing=ExistingSessions(tuple(sessions)) if sessions else None,
    )


__all__ = ["Found", "offered", "probe", "standing_on"]
