"""An HTTP archive (HAR) of anybody's requests, held against the statements about every exchange."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pytest_checkout.claims import claims
from pytest_checkout.contract.model import Contract
from pytest_checkout.errors import UsageProblem
from pytest_checkout.exchange import Body, Exchange, Request, Response
from pytest_checkout.judging import universal_verdict
from pytest_checkout.redaction import Redactor
from pytest_checkout.statements import STATEMENTS
from pytest_checkout.verdict import Verdict
from pytest_checkout.wire import parsed
from pytest_checkout.witness import Tally


def read_archive(path: Path, contract: Contract) -> tuple[Exchange, ...]:
    """The exchanges of an archive with the contract's operations; requests to other addresses are left out.

    Keys that stand in the archive do not get into the exchanges: credentials are not taken over, and what looks like
    ``Authorization`` is struck out of the rest.

    Raises:
        UsageProblem: the file can't be read, or is no archive.
    """
    try:
        entries = json.loads(path.read_text("utf-8-sig"))["log"]["entries"]
        return tuple(_exchanges(entries, contract))
    except OSError as problem:
        raise UsageProblem(f"{path}: the file can't be read ({problem.strerror or problem})") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as problem:
        raise UsageProblem(
            f"{path}: this is no HTTP archive ({type(problem).__name__}: {str(problem)[:200]})"
        ) from None


def judged(contract: Contract, exchanges: Sequence[Exchange]) -> tuple[Verdict, ...]:
    """The verdicts on the universal statements, from these exchanges alone."""
    areas = dict.fromkeys(name.partition(".")[0] for name in STATEMENTS)
    known = {claim.id: claim for claim in claims(contract, areas).values()}
    verdicts = []
    for name, statement in STATEMENTS.items():
        tally = Tally()
        for exchange in exchanges:
            if (found := statement(contract, exchange)) is not None:
                tally.count(found, partial(tuple, (exchange,)))
        verdicts.append(universal_verdict(known[name], tally, red=True))
    return tuple(verdicts)


def _exchanges(entries: Sequence[Mapping[str, Any]], contract: Contract) -> Iterator[Exchange]:
    patterns = [
        (operation.method.upper(), re.compile(re.sub(r"\\\{[^/]*\\\}", "[^/]+", re.escape(operation.path)) + "$"), role)
        for role, operation in contract.operations.items()
    ]
    for entry in entries:
        asked = entry["request"]
        url = urlsplit(asked["url"])
        ours = [(method, role) for method, pattern, role in patterns if pattern.search(url.path)]
        if not ours:
            continue
        role = next((role for method, role in ours if method == asked["method"].upper()), "")
        target = url.path + (f"?{url.query}" if url.query else "")
        yield _exchange(entry, role, target)


def _exchange(entry: Mapping[str, Any], role: str, target: str) -> Exchange:
    asked, answered = entry["request"], entry["response"]
    redactor = Redactor(_keys(asked))
    posted = asked.get("postData", {}).get("text")
    request = Request(
        method=asked["method"],
        target=redactor.text(target),
        headers=tuple(
            (str(pair["name"]), redactor.text(str(pair["value"])))
            for pair in asked.get("headers", [])
            if str(pair["name"]).lower() not in ("authorization", "cookie", "proxy-authorization")
        ),
        body=Body.of(redactor.data(posted.encode())) if isinstance(posted, str) else None,
    )
    if not answered["status"]:
        failure = str(answered.get("_error") or "no answer was recorded")
        return Exchange(request=request, failure=redactor.text(failure), role=role)
    content = answered.get("content", {})
    text = content.get("text", "")
    data = base64.b64decode(text) if content.get("encoding") == "base64" else text.encode()
    data = redactor.data(data)
    value, problem = parsed(data)
    response = Response(
        status=int(answered["status"]),
        headers=tuple((str(p["name"]), redactor.text(str(p["value"]))) for p in answered.get("headers", [])),
        body=Body.of(data),
        value=value,
        problem=problem,
        elapsed_s=max(0.0, float(entry.get("time", 0)) / 1000),
    )
    return Exchange(request=request, response=response, role=role)


def _keys(asked: Mapping[str, Any]) -> tuple[str, ...]:
    """What a request carries as credentials, in the forms in which an answer may echo them."""
    found: list[str] = []
    for pair in asked.get("headers", []):
        if str(pair["name"]).lower() != "authorization":
            continue
        scheme, _, value = str(pair["value"]).strip().partition(" ")
        found.append(value or scheme)
        if scheme.lower() == "basic":
            try:
                found.append(base64.b64decode(value).decode().partition(":")[0])
            except ValueError:
                continue
    return tuple(key for key in found if key)
