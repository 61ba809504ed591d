"""The API of a run, and how it is to be treated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_checkout.credentials import Keys
from pytest_checkout.effort import Effort

if TYPE_CHECKING:
    from pytest_checkout.options import Settings
    from pytest_checkout.pace import Pace
    from pytest_checkout.wire import Way


@dataclass(frozen=True, kw_only=True)
class Target:
    """The API of a run, as plain data that travels to pytest-xdist's workers. The keys are hidden from any print.

    ``evidence`` is the folder in which workers share what their scenarios brought back; empty without workers.
    ``ends`` is when the run's time is spent, in seconds since the epoch. ``live`` tells that the keys are live ones, and
    ``gentle`` that therefore no pictures over the limit are sent.
    ``recording`` is the folder in which every exchange is written down; empty where nobody asked for that.
    ``rate_limit`` is how many requests a second all processes of the run may send together. ``explains`` tells that
    findings are made smaller for a reader. ``sessions`` are ids of existing ones to judge on; none for fresh ones.
    """

    base_url: str
    keys: Keys
    headers: tuple[tuple[str, str], ...] = ()
    version: str | None = None
    seed: int = 0
    host_control: str = ""
    setup: str = ""
    evidence: str = ""
    timeout_s: float = 10.0
    ends: float | None = None
    live: bool = False
    gentle: bool = False
    ca_bundle: str | None = None
    proxy: str | None = None
    rate_limit: float | None = None
    recording: str = ""
    effort: Effort = Effort.STANDARD
    explains: bool = True
    sessions: tuple[str, ...] = ()

    @classmethod
    def asked_for(cls, settings: Settings, *, base_url: str, keys: Keys) -> Target:
        """The API at an address, reached and asked as the options and ini values say."""
        return cls(
            base_url=base_url,
            keys=keys,
            headers=settings.headers,
            version=settings.api_version,
            seed=settings.seed,
            timeout_s=settings.request_timeout_s,
            ca_bundle=str(settings.ca_bundle) if settings.ca_bundle is not None else None,
            proxy=settings.proxy,
            rate_limit=settings.rate_limit,
        )

    @property
    def way(self) -> Way:
        """How the API is reached."""
        from pytest_checkout.wire import Way

        return Way(base_url=self.base_url, timeout_s=self.timeout_s, ca_bundle=self.ca_bundle, proxy=self.proxy)

    def pace(self) -> Pace | None:
        """How fast requests may go out; with workers, all of them together."""
        if self.rate_limit is None:
            return None
        from pytest_checkout.pace import Pace

        return Pace(per_second=self.rate_limit, folder=Path(self.evidence) if self.evidence else None)

    def as_dict(self) -> dict[str, Any]:
        """The same as data that pytest-xdist can send."""
        return {
            "base_url": self.base_url,
            "keys": [self.keys.secret, self.keys.other, self.keys.publishable],
            "headers": [list(pair) for pair in self.headers],
            "version": self.version,
            "seed": self.seed,
            "host_control": self.host_control,
            "setup": self.setup,
            "evidence": self.evidence,
            "timeout_s": self.timeout_s,
            "ends": self.ends,
            "live": self.live,
            "gentle": self.gentle,
            "ca_bundle": self.ca_bundle,
            "proxy": self.proxy,
            "rate_limit": self.rate_limit,
            "recording": self.recording,
            "effort": str(self.effort),
            "explains": self.explains,
            "sessions": list(self.sessions),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Target:
        """The reverse of :meth:`as_dict`."""
        secret, other, publishable = plain["keys"]
        keys = Keys(secret=secret, other=other, publishable=publishable)
        headers = tuple((name, value) for name, value in plain["headers"])
        sessions, effort = tuple(plain["sessions"]), Effort(plain["effort"])
        return cls(**{**plain, "keys": keys, "headers": headers, "sessions": sessions, "effort": effort})
