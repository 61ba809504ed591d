"""What one pytest process judges with: a client, the ground, the evidence so far, and the witness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_checkout.api import Api
from pytest_checkout.client import Client
from pytest_checkout.contract.model import Contract
from pytest_checkout.created import Journal
from pytest_checkout.credentials import Keys
from pytest_checkout.effort import Effort
from pytest_checkout.ground import Found, standing_on
from pytest_checkout.pace import Pace
from pytest_checkout.perform import Ground, Host
from pytest_checkout.recording import Recorder
from pytest_checkout.scenarios import quick
from pytest_checkout.search.evidence import EvidenceStore, Scenario
from pytest_checkout.search.shared import SharedEvidence
from pytest_checkout.wire import Way
from pytest_checkout.witness import Witness


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

    @property
    def way(self) -> Way:
        """How the API is reached."""
        return Way(base_url=self.base_url, timeout_s=self.timeout_s, ca_bundle=self.ca_bundle, proxy=self.proxy)

    def pace(self) -> Pace | None:
        """How fast requests may go out; with workers, all of them together."""
        if self.rate_limit is None:
            return None
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


class Bench:
    """Everything that items are judged with, made when the first of them needs it."""

    def __init__(
        self, contract: Contract, target: Target, found: Found | None, *, planned: Sequence[Scenario] = ()
    ) -> None:
        self.contract = contract
        self.planned = planned
        self.target = target
        self.witness = Witness(contract, journal=Journal(Path(target.evidence)) if target.evidence else None)
        self._recorder = Recorder(Path(target.recording)) if target.recording else None
        self.client = Client(
            way=target.way,
            security=contract.security,
            keys=target.keys,
            headers=target.headers,
            pace=target.pace(),
            ends=target.ends,
            witness=self.witness.see,
            record=self._recorder.record if self._recorder is not None else None,
        )
        self.api = Api(contract, self.client, version=target.version)
        self.found = found
        self._store: EvidenceStore | None = None

    @property
    def store(self) -> EvidenceStore:
        """The evidence of this process."""
        if self._store is None:
            shared = SharedEvidence(Path(self.target.evidence)) if self.target.evidence else None
            stands_in = quick.stands_in if self.target.effort is Effort.QUICK else None
            self._store = EvidenceStore(self._ground(), shared=shared, planned=self.planned, stands_in=stands_in)
        return self._store

    def _ground(self) -> Ground:
        assert self.found is not None  # noqa: S101 - the suite runs behind the probe only
        host: Host | None = None
        if self.target.host_control:
            from pytest_checkout.image_host import RemoteImageHost

            host = RemoteImageHost(self.target.host_control)
        return standing_on(
            self.found,
            api=self.api,
            host=host,
            keys=self.target.keys,
            seed=self.target.seed,
            version=self.target.version,
            live=self.target.gentle,
            effort=self.target.effort,
            explains=self.target.explains,
            sessions=self.target.sessions,
        )

    def close(self) -> None:
        """Close what is open."""
        self.client.close()
        if self._recorder is not None:
            self._recorder.close()
