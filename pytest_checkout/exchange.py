"""One request and its answer, as plain data.

An :class:`Exchange` never holds a key: its request names the credentials that were sent (``secret``, ``none``, ``secret
without its last character`` …), and what an answer echoes of a key was struck out before the exchange was made. So
exchanges can be printed, stored and sent between processes as they are.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

#: Bodies above this many bytes are kept as a recipe: how many bytes, and their sha256.
LARGE = 64 * 1024
#: The status by which a server says that it knows no such method (RFC 9110, section 15.6.2).
NOT_IMPLEMENTED = 501
_LARGEST_RUNS = 512 * 1024
_LARGE_PLAIN = 8 * 1024
#: As much of a redirect's address is told.
_SHOWN = 200
_SHORTEST_RUN = 256


#: How the problem of an answer begins that is text, and no JSON.
NOT_JSON = "the body is not JSON"


class Absent:
    """The type of :data:`ABSENT`."""

    def __repr__(self) -> str:
        return "absent"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        """Another process's copy is the one of this process: it is told by its identity."""
        return "ABSENT"


#: Stands for a value that is not there, where ``None`` would be JSON's ``null``.
ABSENT = Absent()


@dataclass(frozen=True, kw_only=True)
class Body:
    """The bytes of a message's body, or how they can be had again.

    ``data`` holds the bytes of a body up to :data:`LARGE`, and the beginning of a larger one. ``recipe`` says how a
    large generated body is made. ``{"json": …}`` is its JSON, where ``{"$image": {"format": "png", "bytes": 2097153,
    "carrier": "data"}}`` stands for a picture, and ``{"$image": {"no_image": "a web page", "carrier": "url"}}`` for
    what is none. ``{"runs": [["[", 1], ["x", 102400], ["]", 1]]}`` are texts, and how often each comes.
    """

    data: bytes
    size: int
    sha256: str = ""
    recipe: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, data: bytes, *, recipe: Mapping[str, Any] | None = None) -> Body:
        """Keep a small body whole, and of a large one its beginning, size and sha256."""
        if len(data) <= LARGE:
            return cls(data=data, size=len(data), recipe=recipe)
        made = recipe if recipe is not None else _runs(data)
        return cls(data=data[:1024], size=len(data), sha256=hashlib.sha256(data).hexdigest(), recipe=made)

    @property
    def whole(self) -> bool:
        """Whether ``data`` is all of the body."""
        return len(self.data) == self.size

    @property
    def text(self) -> str:
        """The kept bytes as text; what is not UTF-8 shows as U+FFFD."""
        return self.data.decode("utf-8", "replace")

    def as_dict(self) -> dict[str, Any]:
        """The body as JSON-ready data."""
        plain: dict[str, Any] = {"bytes": self.size}
        try:
            plain["text"] = self.data.decode("utf-8")
        except UnicodeDecodeError:
            plain["base64"] = base64.b64encode(self.data).decode("ascii")
        if not self.whole:
            plain["sha256"] = self.sha256
        if self.recipe is not None:
            plain["recipe"] = dict(self.recipe)
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Body:
        """The reverse of :meth:`as_dict`."""
        data = plain["text"].encode("utf-8") if "text" in plain else base64.b64decode(plain["base64"])
        return cls(data=data, size=plain["bytes"], sha256=plain.get("sha256", ""), recipe=plain.get("recipe"))


def _runs(data: bytes) -> Mapping[str, Any] | None:
    """The recipe of a body that is large by repeating a character; ``None`` where that does not make it small."""
    if len(data) > _LARGEST_RUNS or not data.isascii():
        return None
    # A run that is long enough holds all of some piece; a pattern with a back reference would look at every character.
    piece = _SHORTEST_RUN // 2
    pieces = ((data[start : start + 1], data[start : start + piece]) for start in range(0, len(data), piece))
    repeated = {character for character, text in pieces if text == character * piece}
    if not repeated:
        return None
    runs: list[list[Any]] = []
    position = 0
    for found in re.finditer(b"|".join(re.escape(each) + b"{%d,}" % _SHORTEST_RUN for each in sorted(repeated)), data):
        runs += [[data[position : found.start()].decode(), 1]] if found.start() > position else []
        runs.append([found[0][:1].decode(), len(found[0])])
        position = found.end()
    runs += [[data[position:].decode(), 1]] if position < len(data) else []
    return {"runs": runs} if sum(len(text) for text, _ in runs) <= _LARGE_PLAIN else None


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was sent. ``credentials`` names them; the ``Authorization`` header itself is not among ``headers``."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: Body | None = None
    credentials: str = "secret"

    def header(self, name: str) -> str | None:
        """The value of the first header of this name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, kw_only=True)
class Response:
    """What came back.

    ``value`` is the body as JSON, or :data:`ABSENT` where it is none; ``problem`` then says why.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: Body
    value: Any = ABSENT
    problem: str = ""
    elapsed_s: float = 0.0

    def header(self, name: str) -> str | None:
        """The value of the first header of this name, in any case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @cached_property
    def media_type(self) -> str:
        """The media type without its parameters, in lower case; empty where there is none."""
        return (self.header("content-type") or "").split(";")[0].strip().lower()


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its answer.

    Either ``response`` is there, or ``failure`` says in words what came instead of one: ``no answer within 10 s``,
    ``the connection was closed before an answer``. ``role`` is the operation's part (``create``, ``retrieve``,
    ``update``, ``deactivate``) or empty, ``session`` the name of the session in its example (``A``, ``B``), and
    ``purpose`` a short remark such as ``before`` or ``control``. ``started`` is when the request was sent, in seconds
    since the epoch.
    """

    request: Request
    response: Response | None = None
    failure: str = ""
    role: str = ""
    session: str = ""
    purpose: str = ""
    waited: int = field(default=0, compare=False)
    started: float = field(default=0.0, compare=False)

    @property
    def status(self) -> int:
        """The status code; 0 where no answer came."""
        return self.response.status if self.response is not None else 0

    @property
    def ok(self) -> bool:
        """Whether the answer's status is 2xx."""
        return 200 <= self.status <= 299

    @property
    def refused(self) -> bool:
        """Whether the answer's status is 4xx."""
        return 400 <= self.status <= 499

    @property
    def failed(self) -> bool:
        """Whether no answer came, or one that is the server's own fault (RFC 9110, section 15.6)."""
        return self.response is None or self.status >= 500

    @property
    def deferred(self) -> bool:
        """Whether the answer asks to come again later: 429, and 503 with ``Retry-After`` (RFC 9110, section 15.6.4)."""
        if self.response is None:
            return False
        return self.status == 429 or (self.status == 503 and self.response.header("retry-after") is not None)

    @property
    def redirect(self) -> str:
        """What to say of a redirect (RFC 9110, section 15.4), behind its status; empty where the answer is none."""
        to = self.response.header("location") if self.response is not None else None
        if to is None or self.status not in (301, 302, 303, 307, 308):
            return ""
        return f", a redirect to {to[:_SHOWN]}{'…' if len(to) > _SHOWN else ''}, which is not followed"

    @property
    def value(self) -> Any:
        """The answer's body as JSON, or :data:`ABSENT`."""
        return self.response.value if self.response is not None else ABSENT

    def member(self, name: str) -> Any:
        """One member of an answer that is a JSON object, or :data:`ABSENT`."""
        return self.value.get(name, ABSENT) if isinstance(self.value, dict) else ABSENT

    def as_dict(self) -> dict[str, Any]:
        """The exchange as JSON-ready data, the form in which reports and workers' files hold it."""
        request: dict[str, Any] = {
            "method": self.request.method,
            "target": self.request.target,
            "headers": [list(pair) for pair in self.request.headers],
            "credentials": self.request.credentials,
        }
        if self.request.body is not None:
            request["body"] = self.request.body.as_dict()
        plain: dict[str, Any] = {
            "role": self.role,
            "session": self.session,
            "purpose": self.purpose,
            "request": request,
        }
        if self.response is not None:
            plain["response"] = {
                "status": self.response.status,
                "headers": [list(pair) for pair in self.response.headers],
                "body": self.response.body.as_dict(),
                "problem": self.response.problem,
                "elapsed_s": round(self.response.elapsed_s, 6),
            }
        if self.failure:
            plain["failure"] = self.failure
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Exchange:
        """The reverse of :meth:`as_dict`; the value of a large body is not restored."""
        request, response = plain["request"], plain.get("response")
        return cls(
            request=Request(
                method=request["method"],
                target=request["target"],
                headers=tuple((name, value) for name, value in request["headers"]),
                credentials=request["credentials"],
                body=Body.from_dict(request["body"]) if "body" in request else None,
            ),
            response=None if response is None else _response(response),
            failure=plain.get("failure", ""),
            role=plain["role"],
            session=plain["session"],
            purpose=plain["purpose"],
        )


def _response(plain: Mapping[str, Any]) -> Response:
    body = Body.from_dict(plain["body"])
    value: Any = ABSENT
    if body.whole and not plain["problem"]:
        value = _json(body.data)
    return Response(
        status=plain["status"],
        headers=tuple((name, value) for name, value in plain["headers"]),
        body=body,
        value=value,
        problem=plain["problem"],
        elapsed_s=plain["elapsed_s"],
    )


def _json(data: bytes) -> Any:
    """A body that was read as JSON before; a number of thousands of digits is a float, as it was then."""
    try:
        return json.loads(data)
    except ValueError:
        return json.loads(data.decode("utf-8-sig"), parse_int=float)
