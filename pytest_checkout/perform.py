"""Running an example: its steps become requests, and what comes back makes the trace.

A :class:`Walk` takes one step after the other, so that a procedure can look at an answer before it goes on; what it did
is an example again. :func:`perform` runs a finished example on fresh sessions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from pytest_checkout.compare import condensed
from pytest_checkout.contract.model import Contract
from pytest_checkout.credentials import Keys
from pytest_checkout.effort import Effort
from pytest_checkout.errors import Untried
from pytest_checkout.example import AS_EXAMPLE, NO_VERSION, Example, ImageValue, Step, Taken, Trace
from pytest_checkout.exchange import ABSENT, Exchange
from pytest_checkout.existing import ExistingSessions, fitting
from pytest_checkout.identifiers import identifier
from pytest_checkout.images import NotImage, Picture

if TYPE_CHECKING:
    from pytest_checkout.api import Api
    from pytest_checkout.client import Outgoing

#: A retrieve shows an update within this time, in seconds.
SETTLE_S = 1.0
#: So long, in seconds, a run waits in all for an API that shows updates late: in a usual run, and in a quick one.
LATE_S, QUICK_LATE_S = 60, 20
#: How long the first wait between two readings is, and the longest.
_SOON_S, _POLL_S = 0.02, 0.1
_TRIES = 4
_AGAIN = "again"


class Host(Protocol):
    """Where pictures are published for APIs that fetch them."""

    def publish(self, content: Picture | NotImage, *, delay_s: float = 0.0) -> str:
        """Publish a picture and return its URL."""

    def asked(self, url: str) -> int:
        """How many times the URL was requested."""


@dataclass
class Lag:
    """Whether the API was seen to show updates late; from then on every reading waits for them.

    ``waited_s`` is how many seconds went by with that.
    """

    seen: bool = False
    waited_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What every example of a run stands on.

    ``create_bodies`` holds for each usable version (``None``: without the header) the body that makes the fullest session
    that the API takes. ``versions`` are those that examples are run under, in turn; ``offered`` are those of the contract
    that are judged. ``existing`` are sessions to judge on instead of fresh ones. ``live`` tells that the keys are live
    ones, and nobody asked for what could do harm. ``explains`` tells that a finding is made smaller, counted and bounded
    for a reader, not only confirmed. ``lag`` and ``still`` are what was learned on the way: whether retrieves lag behind,
    and which of a session's fields stand still by themselves.
    """

    api: Api
    host: Host | None
    versions: tuple[str | None, ...]
    create_bodies: Mapping[str | None, Any]
    keys: Keys
    offered: tuple[str, ...] = ()
    readable: bool = True
    existing: ExistingSessions | None = None
    live: bool = False
    explains: bool = True
    seed: int = 0
    effort: Effort = Effort.STANDARD
    lag: Lag = field(default_factory=Lag)
    still: dict[str, bool] = field(default_factory=dict)

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self.api.contract

    def version(self, turn: int) -> str | None:
        """The version for the example of this turn."""
        return self.versions[turn % len(self.versions)]


class Walk:
    """Steps taken one by one on sessions of the walk's own.

    Arguments:
        ground: what the run stands on.
        version: the API version of all steps.
        settle: after an update, read until the session shows it, up to :data:`SETTLE_S`.
        name: what reports call the example.
    """

    def __init__(self, ground: Ground, *, version: str | None = None, settle: bool = False, name: str = "") -> None:
        self.ground = ground
        self.version = version
        self._api = ground.api.under(version)
        self.settles = settle or ground.lag.seen
        self._longest_s = float("inf") if settle else ground.effort.times(LATE_S, quick=QUICK_LATE_S)
        self._name = name
        self._ids: dict[str, str] = {}
        self._held: dict[str, dict[str, Any]] = {}
        self._taken: list[Taken] = []

    @property
    def trace(self) -> Trace:
        """What was done so far."""
        return Trace(taken=tuple(self._taken), version=self.version, name=self._name, readable=self.ground.readable)

    def create(self, body: Any = ABSENT, *, session: str = "A") -> Exchange:
        """Create a session, by default the fullest that the API takes, and read it."""
        return self.take(Step(part="create", session=session, body=self.full if body is ABSENT else body))

    def offer(self, body: Any, *, session: str) -> bool:
        """Create a session if the API takes this body; one that it refuses leaves no step behind."""
        taken = len(self._taken)
        try:
            self.create(body, session=session)
        except Untried:
            del self._taken[taken:]
            return False
        return True

    @property
    def full(self) -> Any:
        """The body that makes the fullest session."""
        return self.ground.create_bodies.get(self.version, {})

    def read(self, session: str = "A") -> Exchange | None:
        """Read a session, where the contract can."""
        return self.take(Step(part="retrieve", session=session)) if self.ground.readable else None

    def update(self, body: Any, *, session: str = "A", read: bool = True, **step: Any) -> Exchange:
        """Update a session and, unless told otherwise, read it."""
        exchange = self.take(Step(part="update", session=session, body=body, **step))
        if read:
            self.read(session)
        return exchange

    def id(self, session: str = "A") -> str:
        """The real id of a session."""
        return self._ids[session]

    def take(self, step: Step) -> Exchange:
        """Take one step.

        Raises:
            Untried: a session could not be created, or the step is nothing to do to sessions that are not the run's own.
        """
        existing = self.ground.existing
        if existing is not None and step.part == "create":
            return self._take_existing(step, existing)
        if existing is not None and step.part == "deactivate":
            raise Untried("it would close a session that the run did not create", red=False)
        step = self._fitting(step)
        if step.part == "create" and not step.claim:
            return self._create(step)
        if step.part == "retrieve" and step.ordinary:
            return self._retrieve(step)
        return self._send(step)

    def take_together(self, steps: Sequence[Step]) -> list[Exchange]:
        """Take steps at the same time, each on a connection of its own."""
        steps = [self._fitting(step) for step in steps]
        sent = [self.resolved(step.body) for step in steps]  # once, as a picture gets another URL each time
        outgoings = list(map(self._outgoing, steps, sent))
        exchanges = self._api.client.send_together(outgoings, after_s=[step.after_s for step in steps])
        for step, exchange, body in zip(steps, exchanges, sent, strict=True):
            self._note(step, exchange, body)
        return exchanges

    def resolved(self, body: Any) -> Any:
        """A body with its images as text: published and named by URL, or written out as a ``data:`` URI."""
        if isinstance(body, ImageValue):
            return self._image(body)
        if isinstance(body, dict):
            return {key: self.resolved(value) for key, value in body.items()}
        return body

    def _image(self, value: ImageValue) -> str:
        if value.carrier == "data":
            return value.content.data_uri()
        if self.ground.host is None:
            raise Untried("there is no image host", red=False)
        return self.ground.host.publish(value.content, delay_s=value.delay_s) + value.query

    def _create(self, step: Step) -> Exchange:
        for attempt in range(_TRIES):
            exchange = self._send(step)
            if exchange.ok and isinstance(exchange.member(self.ground.contract.session.id_field), str):
                self._ids[step.session] = self._api.session_id(exchange)
                return exchange
            if exchange.refused:
                break
            del self._taken[-1]
            self._api.client.sent_again += 1
            time.sleep(0.05 * attempt)
        raise Untried(f"set-up refused: create answered {exchange.status or exchange.failure}")

    def _take_existing(self, step: Step, existing: ExistingSessions) -> Exchange:
        """Take a session that is there in the place of a fresh one; what it holds is read first."""
        if step.credentials != "secret":
            raise Untried("it needs a session of another account, and none is created", red=False)
        id = existing.take(step.given, self._ids.values())
        self._ids[step.session] = id
        exchange = self._retrieve(Step(part="retrieve", session=step.session))
        if not exchange.ok:
            raise Untried(f"the session {id} can't be read: {exchange.status or exchange.failure}")
        self._taken[-1] = replace(self._taken[-1], step=Step(part="create", session=step.session, body={}, given=id))
        return exchange

    def _fitting(self, step: Step) -> Step:
        """The step without what an existing session has no room for."""
        if self.ground.existing is None or step.part != "update":
            return step
        return step.but(body=fitting(self.ground.contract, step.body, self._held.get(step.session, {})))

    def _retrieve(self, step: Step) -> Exchange:
        exchange = self._send(step)
        for _ in range(_TRIES):
            if not exchange.failed:
                break
            del self._taken[-1]
            self._api.client.sent_again += 1
            exchange = self._send(step)
        return self._settled(step, exchange) if self.settles else exchange

    def _settled(self, step: Step, exchange: Exchange) -> Exchange:
        """Read again until the session shows its last update, or the time that an update has to show is over.

        Raises:
            Untried: the API shows updates late, and all the time that a run waits for that is spent.
        """
        started = time.monotonic()
        lag = self.ground.lag
        if lag.waited_s > self._longest_s:
            spent = f"{self._longest_s:g} s were spent waiting for them"
            raise Untried(f"the API shows updates late (see update.stores_at_once), and {spent}")
        if self._raced(step.session):
            time.sleep(SETTLE_S)  # what several updates at the same time leave behind is for the API to say
            exchange = self._send(step.but(purpose=_AGAIN))
        else:
            exchange = self._shown(step, exchange, deadline=started + SETTLE_S)
        lag.waited_s += time.monotonic() - started if lag.seen else 0.0
        return exchange

    def _shown(self, step: Step, exchange: Exchange, *, deadline: float) -> Exchange:
        wanted, pause = self._awaited(step.session), _SOON_S
        while time.monotonic() < deadline and not _shows(exchange, wanted):
            time.sleep(pause)
            pause = min(_POLL_S, pause * 2)
            exchange = self._send(step.but(purpose=_AGAIN))
        return exchange

    def _raced(self, session: str) -> bool:
        """Whether the last write of the session was one of several at the same time."""
        writes = [item.step for item in self._taken if item.step.session == session and item.step.part != "retrieve"]
        return bool(writes) and writes[-1].group > 0

    def _awaited(self, session: str) -> Mapping[str, Any]:
        """What the last accepted write of the session said that the session now holds."""
        for item in reversed(self._taken):
            if item.step.session == session and item.step.part in ("create", "update", "deactivate"):
                if not item.exchange.ok:
                    continue
                answer = item.exchange.value if isinstance(item.exchange.value, dict) else {}
                sent = item.sent if isinstance(item.sent, dict) else {}
                said = {**answer, **_texts(sent)}
                # What is no field of an update need never be shown: a wait for it would last to its end.
                return {key: value for key, value in said.items() if key in self.ground.contract.fields}
        return {}

    def _send(self, step: Step) -> Exchange:
        sent = self.resolved(step.body)
        exchange = self._api.client.send(self._outgoing(step, sent))
        self._note(step, exchange, sent)
        return exchange

    def _note(self, step: Step, exchange: Exchange, sent: Any) -> None:
        """Put a step into the trace, which holds large texts condensed: it is kept until the run ends."""
        if exchange.response is not None and not exchange.response.body.whole:
            response = replace(exchange.response, value=condensed(exchange.response.value))
            exchange = replace(exchange, response=response)
        if isinstance(exchange.value, dict) and exchange.ok:
            self._held.setdefault(step.session, {}).update(exchange.value)
        asked = self._asked(step, sent)
        self._taken.append(Taken(step=step, exchange=exchange, sent=condensed(sent), asked=asked))

    def _asked(self, step: Step, sent: Any) -> bool | None:
        """Whether the API asked the image host for what this step published; ``None`` where it published nothing."""
        if self.ground.host is None or not isinstance(step.body, dict):
            return None
        urls = [
            sent[name] for name, value in step.body.items() if isinstance(value, ImageValue) and value.carrier == "url"
        ]
        return self.ground.host.asked(urls[0]) > 0 if urls else None

    def _outgoing(self, step: Step, sent: Any) -> Outgoing:
        id = "" if step.part == "create" else identifier(step.id, self._ids[step.session])
        recipe = {"json": _as_recipe(step.body)} if _has_image(step.body) else None
        outgoing = self._api.outgoing(
            step.part,
            id,
            sent if step.raw is None else step.raw,
            credentials=step.credentials,
            headers=step.headers,
            method=step.method,
            version=None if step.version == AS_EXAMPLE else step.version,
            recipe=recipe,
            session=step.session,
            purpose=step.purpose or (f"parallel {step.group}" if step.group else ""),
            escaped=step.escaped,
        )
        return replace(outgoing, generated=True)


def _texts(sent: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in sent.items() if isinstance(value, str) and len(value) < 1000}


def _shows(exchange: Exchange, wanted: Mapping[str, Any]) -> bool:
    return exchange.status == 200 and all(
        exchange.member(key) == value or (value is None and not exchange.member(key)) for key, value in wanted.items()
    )


def _has_image(body: Any) -> bool:
    return isinstance(body, dict) and any(isinstance(value, ImageValue) for value in body.values())


def _as_recipe(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.recipe() if isinstance(value, ImageValue) else value for key, value in body.items()}


def perform(ground: Ground, example: Example, *, settle: bool = False) -> Trace:
    """Run an example on fresh sessions.

    Raises:
        Untried: a session could not be created.
    """
    walk = Walk(ground, version=example.version, settle=settle, name=example.name)
    # Readings that only waited are made anew, as many as it takes.
    steps = [step for step in example.steps if not (walk.settles and step.purpose == _AGAIN)]
    while steps:
        step = steps.pop(0)
        if not step.group:
            walk.take(step)
            continue
        together = [step]
        while steps and steps[0].group == step.group:
            together.append(steps.pop(0))
        walk.take_together(together)
    return walk.trace


Procedure = Callable[[Ground], Sequence[Trace]]
"""A procedure of the suite: it walks, and returns the traces."""

__all__ = ["NO_VERSION", "Ground", "Host", "Procedure", "Walk", "perform"]
