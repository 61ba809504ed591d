"""The wire: the only room that opens a connection to the API.

Every exchange of a run leaves through :meth:`Client.send`. There the credentials are put on, keys are struck out of what
comes back, rate limits are waited out, and the universal statements get to see the exchange.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from pytest_checkout.contract.model import Security
from pytest_checkout.credentials import CREDENTIALS, Keys
from pytest_checkout.errors import ApiGone, TimeSpent, Untried
from pytest_checkout.exchange import LARGE, Body, Exchange, Request, Response
from pytest_checkout.pace import Pace
from pytest_checkout.redaction import Redactor
from pytest_checkout.retry_after import pause_before_retry
from pytest_checkout.wire import Answer, Connection, Endless, NoAnswer, Unreachable, Way, parsed

#: How long one request waits, in seconds and in all, for a rate limit to pass.
LONGEST_WAIT_S = 60.0
#: After so many requests in a row to one operation without a whole answer, or past its rate limit, the run ends.
IN_A_ROW = 3
#: An API that was there and can't be connected to is given this long to come back, in seconds.
COMES_BACK_S = 3.0
USER_AGENT = "pytest-checkout"
_TIME_SPENT = "the time of --checkout-max-time is spent"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A request that is about to be sent; ``credentials`` is a name from :mod:`pytest_checkout.credentials`.

    ``generated`` says that the suite made the body by itself, so that no key is in it.
    """

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    recipe: dict[str, Any] | None = None
    generated: bool = False
    credentials: str = "secret"
    role: str = ""
    session: str = ""
    purpose: str = ""


class Client:
    """Sends requests to one API.

    Arguments:
        way: how the API is reached, such as under ``https://api.example.com/v1``.
        security: how a key becomes credentials; ``None`` for an API without any.
        keys: the keys of the run.
        headers: sent with every request; their values are secrets.
        public: text of which no part is a secret, such as the contract.
        pace: how fast requests may go out; ``None`` for as fast as they are answered.
        ends: when the run's time is spent, in seconds since the epoch.
        witness: called with every exchange that is judged.
        record: called with every exchange, those that a rate limit stopped among them.
    """

    def __init__(
        self,
        *,
        way: Way,
        security: Security | None,
        keys: Keys,
        headers: Sequence[tuple[str, str]] = (),
        public: str = "",
        pace: Pace | None = None,
        ends: float | None = None,
        witness: Callable[[Exchange], None] | None = None,
        record: Callable[[Exchange], None] | None = None,
    ) -> None:
        self.base_url = way.base_url.rstrip("/")
        self.requests = 0
        #: Requests of set-up that were sent again, as a passing fault had met them.
        self.sent_again = 0
        self._prefix = urlsplit(self.base_url).path
        self._security = security
        self._keys = keys
        self._headers = tuple(headers)
        self._way = way
        self._pace = pace
        self._ends = ends
        self._witness = witness
        self._record = record
        secrets = [value for _, value in headers]
        self._redactor = Redactor((keys.secret, keys.other, keys.publishable), secrets=secrets, public=public)
        self._endless: Counter[str] = Counter()
        self._limited: Counter[str] = Counter()
        self._gone = ""
        self._answered = False
        self._lock = threading.Lock()
        self._threads = threading.local()
        self._connections: list[Connection] = []

    def close(self) -> None:
        """Close the connections."""
        for connection in self._connections:
            connection.close()
        if self._pace is not None:
            self._pace.close()

    def send(self, outgoing: Outgoing) -> Exchange:
        """Send one request on this thread's own connection, which stays open, and return the exchange.

        An answer 429, and 503 with ``Retry-After``, is waited out and not judged (RFC 6585, section 4; RFC 9110,
        section 10.2.3), up to :data:`LONGEST_WAIT_S`.

        Raises:
            Untried: the rate limit did not let up in that time.
            ApiGone: no connection to the API could be made, or an operation gave no answer several times in a row.
            TimeSpent: the run's time is over, or will be before the request can be sent.
        """
        return self._patiently(outgoing, self._own_connection())

    def send_together(
        self, outgoings: Sequence[Outgoing], *, after_s: Sequence[float] = (), wait: bool = False
    ) -> list[Exchange]:
        """Send requests at the same time, each on a connection of its own.

        ``after_s`` are the seconds by which each is held back. ``wait`` waits rate limits out; without it an answer 429
        comes back as it is.
        """
        connections = [self._connect() for _ in outgoings]
        self._wait(len(outgoings))
        for connection in connections:
            connection.open()  # a handshake each would take the requests apart again
        barrier = threading.Barrier(len(outgoings))
        results: list[Exchange | BaseException] = [ApiGone("not sent")] * len(outgoings)

        def run(index: int) -> None:
            try:
                barrier.wait(timeout=10)
                if after_s:
                    time.sleep(after_s[index])
                attempt = self._patiently if wait else self._once
                results[index] = attempt(outgoings[index], connections[index], paced=True)
            except BaseException as error:  # noqa: BLE001 - it is raised again in the calling thread
                results[index] = error

        threads = [threading.Thread(target=run, args=(index,), daemon=True) for index in range(len(outgoings))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for connection in connections:
            connection.close()
        exchanges = []
        for result in results:
            if isinstance(result, BaseException):
                raise result
            exchanges.append(result)
        return exchanges

    def _own_connection(self) -> Connection:
        own: Connection | None = getattr(self._threads, "connection", None)
        if own is None:
            own = self._threads.connection = self._connect()
            with self._lock:
                self._connections.append(own)
        return own

    def _connect(self) -> Connection:
        return Connection(self._way)

    def _wait(self, count: int = 1) -> None:
        """Wait until so many requests may go out together."""
        if self._pace is not None:
            self._sleep(self._pace.reserve(count))

    def _sleep(self, pause: float) -> None:
        """Wait, unless the run's time is over before that ends."""
        if self._ends is not None and time.time() + pause >= self._ends:
            raise TimeSpent(_TIME_SPENT)
        time.sleep(pause)

    def _patiently(self, outgoing: Outgoing, connection: Connection, *, paced: bool = False) -> Exchange:
        waited, attempt = 0.0, 0
        while True:
            exchange = self._once(outgoing, connection, witnessed=False, paced=paced and not attempt)
            pause = pause_before_retry(exchange, attempt)
            if pause is None:
                break
            if waited + pause > LONGEST_WAIT_S:
                raise self._let_go(outgoing, exchange)
            self._sleep(pause)
            waited, attempt = waited + pause, attempt + 1
        self._limited[outgoing.role] = 0
        exchange = replace(exchange, waited=attempt)
        if self._witness is not None:
            self._witness(exchange)
        return exchange

    def _once(
        self, outgoing: Outgoing, connection: Connection, *, witnessed: bool = True, paced: bool = False
    ) -> Exchange:
        if self._gone:
            raise ApiGone(self._gone)
        if not paced:
            self._wait()
        target = self._prefix + outgoing.target
        headers = [(name, value.encode("latin-1", "replace")) for name, value in (*outgoing.headers, *self._headers)]
        headers += [("Accept", b"application/json"), ("Accept-Encoding", b"gzip, deflate")]
        headers += [("User-Agent", USER_AGENT.encode())]
        if self._security is not None:
            authorization = CREDENTIALS[outgoing.credentials].authorization(self._security, self._keys)
            if authorization is not None:
                headers.append((self._security.header, authorization))
        with self._lock:
            self.requests += 1
        if self._ends is not None and time.time() >= self._ends:
            raise TimeSpent(_TIME_SPENT)
        request = self._request(outgoing)  # first, as an answer may echo what it allows
        failure, response = "", None
        started = time.time()
        try:
            answer = self._connected(lambda: connection.exchange(outgoing.method, target, headers, outgoing.body))
        except NoAnswer as nothing:
            failure = self._redactor.text(str(nothing))
            self._count_endless(outgoing, failure if isinstance(nothing, Endless) else "")
        else:
            response = self._response(answer)
            self._answered = True
            self._count_endless(outgoing, "")
        exchange = Exchange(
            request=request,
            response=response,
            failure=failure,
            role=outgoing.role,
            session=outgoing.session,
            purpose=outgoing.purpose,
            started=started,
        )
        if self._record is not None:
            with self._lock:
                self._record(exchange)
        if witnessed and self._witness is not None and not exchange.deferred:
            self._witness(exchange)
        return exchange

    def _connected(self, exchange: Callable[[], Answer]) -> Answer:
        """Give an API that was there before a little time to come back; then it is gone for the rest of the run."""
        ends = time.monotonic() + (COMES_BACK_S if self._answered else 0.0)
        while True:
            try:
                return exchange()
            except Unreachable as gone:
                if time.monotonic() >= ends:
                    self._gone = f"no connection to {self.base_url} ({gone})"
                    raise ApiGone(self._gone) from None
            time.sleep(0.2)

    def _count_endless(self, outgoing: Outgoing, failure: str) -> None:
        """An operation whose answers never end is let go: a run would wait for a thousand of them."""
        if not failure:
            self._endless[outgoing.role] = 0
        elif len(outgoing.body or b"") < LARGE:
            self._endless[outgoing.role] += 1
            if outgoing.role and self._endless[outgoing.role] >= IN_A_ROW:
                self._gone = f"{outgoing.role} gave {failure}, {IN_A_ROW} times in a row"

    def _let_go(self, outgoing: Outgoing, exchange: Exchange) -> Untried:
        """What to raise where a rate limit outlasts the wait; an operation that stays limited ends the run."""
        after = exchange.response.header("retry-after") if exchange.response is not None else None
        asked = f"; Retry-After is {after[:80]!r}" if after else ""
        said = f"{outgoing.role or 'the request'} was answered {exchange.status} for longer than {LONGEST_WAIT_S:g} s{asked}"
        self._limited[outgoing.role] += 1
        if self._limited[outgoing.role] < IN_A_ROW:
            return Untried(said)
        self._gone = f"{said}, {IN_A_ROW} times in a row"
        return ApiGone(self._gone)

    def _request(self, outgoing: Outgoing) -> Request:
        return Request(
            method=outgoing.method,
            target=self._redactor.text(outgoing.target),
            headers=tuple((name, self._redactor.text(value)) for name, value in outgoing.headers),
            body=self._body(outgoing),
            credentials=outgoing.credentials,
        )

    def _body(self, outgoing: Outgoing) -> Body | None:
        if outgoing.body is None:
            return None
        if not outgoing.generated:
            return Body.of(self._redactor.data(outgoing.body), recipe=outgoing.recipe)
        self._redactor.allow(outgoing.body)
        return Body.of(outgoing.body, recipe=outgoing.recipe)

    def redacted(self, text: str) -> str:
        """A text with every key of the run struck out."""
        return self._redactor.text(text)

    def _response(self, answer: Answer) -> Response:
        data = self._redactor.data(answer.body)
        value, problem = parsed(data)
        return Response(
            status=answer.status,
            headers=tuple((name, self._redactor.text(text)) for name, text in answer.headers),
            body=Body.of(data),
            value=value,
            problem=problem,
            elapsed_s=answer.elapsed_s,
        )
