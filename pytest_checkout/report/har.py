"""All exchanges of a run as an HTTP archive (HAR 1.2), which the developer tools of browsers open.

See http://www.softwareishard.com/blog/har-12-spec/.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pytest_checkout.verdict import RunSummary

SUFFIX = ".har"


def is_archive(path: Path) -> bool:
    """Whether a report is an archive, which is made from a run's exchanges, and those no other report holds."""
    return path.suffix.lower() == SUFFIX


def har_parts(summary: RunSummary, exchanges: Iterable[Mapping[str, Any]], *, origin: str) -> Iterator[str]:
    """The archive's text in parts, so that no more than one exchange is in memory at a time.

    Args:
        summary: what is said of the whole run.
        exchanges: as :func:`pytest_checkout.recording.recorded` gives them.
        origin: scheme, host and port of the API.
    """
    name, _, version = summary.tool.partition(" ")
    creator = json.dumps({"name": name, "version": version})
    yield f'{{"log": {{"version": "1.2", "creator": {creator}, "pages": [], "entries": ['
    between = "\n"
    for exchange in exchanges:
        yield between + json.dumps(_entry(exchange, origin))
        between = ",\n"
    yield "\n]}}\n"


def _entry(plain: Mapping[str, Any], origin: str) -> dict[str, Any]:
    response = plain.get("response")
    elapsed_ms = round(1000 * (response["elapsed_s"] if response is not None else 0.0), 3)
    started = dt.datetime.fromtimestamp(plain["started"], tz=dt.UTC)
    remarks = [plain["role"], plain["session"], plain["purpose"], f"credentials: {plain['request']['credentials']}"]
    return {
        "startedDateTime": started.isoformat(timespec="milliseconds"),
        "time": elapsed_ms,
        "request": _request(plain["request"], origin),
        "response": _response(response, plain.get("failure", "")),
        "cache": {},
        "timings": {"send": 0, "wait": elapsed_ms, "receive": 0},
        "comment": ", ".join(filter(None, remarks)),
    }


def _request(request: Mapping[str, Any], origin: str) -> dict[str, Any]:
    body = request.get("body")
    url = origin + request["target"]
    made: dict[str, Any] = {
        "method": request["method"],
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(request["headers"]),
        "queryString": _pairs(parse_qsl(urlsplit(request["target"]).query, keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": body["bytes"] if body is not None else 0,
    }
    if body is not None:
        media_type = next((value for name, value in request["headers"] if name.lower() == "content-type"), "")
        made["postData"] = {"mimeType": media_type, "params": [], "text": _text(body), **_cut(body)}
    return made


def _response(response: Mapping[str, Any] | None, failure: str) -> dict[str, Any]:
    if response is None:
        empty = {"size": 0, "mimeType": "x-unknown"}
        made: dict[str, Any] = {"status": 0, "headers": [], "content": empty, "_error": failure}
    else:
        headers = {name.lower(): value for name, value in response["headers"]}
        body = response["body"]
        content = {"size": body["bytes"], "mimeType": headers.get("content-type", "x-unknown"), "text": _text(body)}
        content |= {"encoding": "base64"} if "base64" in body else {}
        made = {
            "status": response["status"],
            "headers": _pairs(response["headers"]),
            "content": {**content, **_cut(body)},
            "redirectURL": headers.get("location", ""),
        }
    return {
        "httpVersion": "HTTP/1.1",
        "statusText": "",
        "cookies": [],
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
        **made,
    }


def _pairs(pairs: Iterable[Iterable[str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _text(body: Mapping[str, Any]) -> str:
    return str(body["text"] if "text" in body else body["base64"])


def _cut(body: Mapping[str, Any]) -> dict[str, str]:
    """A remark where the beginning stands for a large body."""
    kept = len(body["text"].encode() if "text" in body else base64.b64decode(body["base64"]))
    if kept == body["bytes"]:
        return {}
    return {"comment": f"the beginning of {body['bytes']:,} bytes with the sha256 {body.get('sha256', '')}"}
