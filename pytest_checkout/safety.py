"""What a run refuses to start with, unless it was asked to: live keys, and keys over a line that others can read."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from pytest_checkout.contract.model import Contract
from pytest_checkout.credentials import Keys
from pytest_checkout.errors import UsageProblem

#: With a live key, what these node ids start with stays off unless its area is asked for by name.
OFF_WHEN_LIVE = (
    "checkout::method::",
    "checkout::concurrency::",
    "checkout::image::test_refuses_large",
    "checkout::input::test_robust",
)


def check_transport(base_url: str, *, allow_http: bool, named: str = "--checkout-base-url") -> None:
    """Refuse plain http to another machine: the keys would travel in the clear.

    Args:
        base_url: the URL.
        allow_http: whether somebody allowed it.
        named: where the URL was given, as the error says.

    Raises:
        UsageProblem: the URL is http, its host is not this machine, and nobody allowed it.
    """
    url = urlsplit(base_url)
    if url.scheme == "https" or allow_http or is_loopback(url.hostname or ""):
        return
    raise UsageProblem(
        f"{named}: {base_url} is plain http to another machine, so that everybody on the way could read the "
        "keys. Give an https URL, or --checkout-allow-http if that is meant."
    )


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own (RFC 6761, section 6.3; RFC 1122, section 3.2.1.3).

    >>> is_loopback("localhost"), is_loopback("127.0.0.2"), is_loopback("::1"), is_loopback("api.example.com")
    (True, True, True, False)
    """
    if host.rstrip(".").lower() == "localhost" or host.lower().endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def live_keys(contract: Contract, keys: Keys) -> tuple[str, ...]:
    """The environment variables that hold a live key, as the contract's patterns tell."""
    security = contract.security
    if security is None:
        return ()
    kinds = [kind for kind in (security.secret, security.publishable) if kind is not None]
    return tuple(name for name, key in _named(keys).items() if key and any(kind.is_live(key) for kind in kinds))


def _named(keys: Keys) -> dict[str, str]:
    """The keys by the environment variables that hold them."""
    return {
        "CHECKOUT_API_KEY": keys.secret,
        "CHECKOUT_OTHER_API_KEY": keys.other,
        "CHECKOUT_PUBLISHABLE_KEY": keys.publishable,
    }


def check_keys(contract: Contract, keys: Keys, *, allow_live: bool) -> bool:
    """Refuse live keys unless they are allowed; return whether there are any.

    Raises:
        UsageProblem: a key is live, and nobody allowed it; or it holds what can't be sent.
    """
    for name, key in _named(keys).items():
        if not re.fullmatch(r"[!-~]*", key):
            raise UsageProblem(
                f"{name} has white space in it, a control character, or one that is not ASCII: no key has that. A line "
                "break at its end often comes from the file that it was read from."
            )
    names = live_keys(contract, keys)
    if names and not allow_live:
        raise UsageProblem(
            f"{' and '.join(names)} hold{'s' if len(names) == 1 else ''} a live key: the run creates and updates sessions "
            "on that account. Give a test key, or --checkout-allow-live if that is meant."
        )
    return bool(names)


def off_when_live(node_id: str, areas: tuple[str, ...]) -> bool:
    """Whether a behaviour stays off with a live key, as its area was not asked for.

    >>> off_when_live("checkout::method::test_unnamed", ()), off_when_live("checkout::method::test_unnamed", ("method",))
    (True, False)
    """
    return node_id.startswith(OFF_WHEN_LIVE) and node_id.split("::")[1] not in areas
