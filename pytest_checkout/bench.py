"""What one pytest process judges with: a client, the ground, the evidence so far, and the witness."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from pytest_checkout.api import Api
from pytest_checkout.client import Client
from pytest_checkout.contract.model import Contract
from pytest_checkout.created import Journal
from pytest_checkout.effort import Effort
from pytest_checkout.ground import Found, standing_on
from pytest_checkout.perform import Ground, Host
from pytest_checkout.recording import Recorder
from pytest_checkout.scenarios import quick
from pytest_checkout.search.evidence import EvidenceStore, Scenario
from pytest_checkout.search.shared import SharedEvidence
from pytest_checkout.target import Target
from pytest_checkout.witness import Witness


class Bench:
    """Everything that items are judged with, made when the first of them needs it."""

    def __init__(
        self,
        contract: Contract,
        target: Target,
        found: Found | None,
        *,
        planned: Sequence[Scenario] = (),
        journal: bool = True,
    ) -> None:
        self.contract = contract
        self.planned = planned
        self.target = target
        journalled = journal and target.evidence
        self.witness = Witness(contract, journal=Journal(Path(target.evidence)) if journalled else None)
        self._recorder = Recorder(Path(target.recording)) if target.recording else None
        self.client = Client(
            way=target.way,
            security=contract.security,
            keys=target.keys,
            headers=target.headers,
            public=json.dumps(contract.document, default=str),
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

    @property
    def unrecorded(self) -> str:
        """Why some exchange was not written down; empty where all were, or where nobody asked for that."""
        return self._recorder.problem if self._recorder is not None else ""

    def close(self) -> None:
        """Close what is open."""
        self.client.close()
        if self._recorder is not None:
            self._recorder.close()
