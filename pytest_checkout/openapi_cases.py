"""The update operation as Schemathesis sees it: bodies from its generators, and its checks on an answer.

Its generators run in this process, and what they make is sent by our own client like everything else, so that rate
limits, deadlines, redaction and the universal statements hold for it, too. Its command would need a recorder between it
and the API for that. The configuration is explicit: a ``schemathesis.toml`` of the user's is for the user's own runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.exchange import Exchange
from pytest_checkout.search.draw import draw
from pytest_checkout.search.utf8 import utf8_known

#: Bodies that are drawn for each of Schemathesis's two modes, valid and invalid, after those of its coverage phase.
DRAWN = 5
_JSON = "application/json"
_PATH = "/update"
#: What Schemathesis says of bodies with a value of another type: the area *input* sends these, and they are judged here.
_SENT_ANYWAY = ": Incorrect type"

#: Schemathesis's checks that judge an answer here, by the behaviour that each stands for.
CHECKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "status_code": ("status_code_conformance",),
        "content_type": ("content_type_conformance", "response_headers_conformance"),
        "body": ("response_schema_conformance",),
    }
)
#: Schemathesis's checks that do not judge here, and why.
NOT_JUDGING: Mapping[str, str] = MappingProxyType(
    {
        "not_a_server_error": "any.no_server_error sees every exchange of the run, those of this area, too",
        "positive_data_acceptance": "what a schema admits is wider than what an API is sure to take: between the two lie "
        "other characters, long text and unknown fields, which may be kept or refused",
        "negative_data_rejection": "null, unknown fields and odd text may be taken; what must be refused is judged by the "
        "areas input and metadata, with a control beside each",
        "missing_required_header": "the version header is optional, and credentials are the area auth's",
        "unsupported_method": "405, 404 and 501 all conform; the area method judges them",
        "ignored_auth": "the area auth sends near misses of the real key",
        "use_after_free": "a deactivated session may still be read and updated",
        "ensure_resource_availability": "the area update reads every session that it wrote",
    }
)


@dataclass(frozen=True, kw_only=True)
class GeneratedBody:
    """A body of Schemathesis's, and in its words what it is for."""

    body: Any
    purpose: str


def generated_bodies(contract: Contract, *, seed: int, drawn: int = DRAWN) -> list[GeneratedBody]:
    """Bodies for the update: those of Schemathesis's coverage phase, then drawn ones, valid and invalid.

    Args:
        contract: its file is what Schemathesis reads.
        seed: of what is drawn.
        drawn: how many are drawn in each of the two modes.

    Returns:
        JSON bodies, each once. What differs in the method, the path, a header, the media type or the type of one field is
        left out: the areas *method*, *session*, *version*, *auth* and *input* send these with a control beside each.
    """
    found: dict[str, GeneratedBody] = {}
    operation = _body_alone(contract)
    with utf8_known():
        cases = (*_covering(operation), *_drawn(operation, seed=seed, count=drawn))
    for case in cases:
        text = _as_json(case.body)
        purpose = (case.meta.phase.data.description if case.meta is not None else "") or "drawn"
        if text is None or case.media_type != _JSON or _negates_another_part(case) or _SENT_ANYWAY in purpose:
            continue
        found.setdefault(text, GeneratedBody(body=json.loads(text), purpose=f"Schemathesis: {purpose}"[:120]))
    return list(found.values())


def objection(contract: Contract, check: str, exchange: Exchange) -> str:
    """What Schemathesis says against an answer of the update, in one line.

    Args:
        contract: describes the answers.
        check: a key of :data:`CHECKS`.
        exchange: an update with its answer.

    Returns:
        The message of the first failure; empty where there is none.
    """
    import requests
    from schemathesis import Response
    from schemathesis.core.failures import FailureGroup
    from schemathesis.specs.openapi import checks

    answer = exchange.response
    assert answer is not None  # noqa: S101 - the caller looked
    headers: dict[str, list[str]] = {}
    for name, value in answer.headers:
        headers.setdefault(name.lower(), []).append(value)
    if answer.media_type.endswith("+json"):
        headers["content-type"] = [_JSON]  # a JSON media type as good as the described one (RFC 6839, section 3.1)
    request = requests.Request(exchange.request.method, "http://127.0.0.1/").prepare()
    response = Response(answer.status, headers, answer.body.data, request, answer.elapsed_s, True)  # noqa: FBT003
    case = _operation(contract).Case(path_parameters={str(contract.update.id_parameter): ""})
    try:
        case.validate_response(response, checks=[getattr(checks, name) for name in CHECKS[check]])
    except FailureGroup as group:
        failure: Any = group.exceptions[0]
        # The first paragraph says what is wrong; what follows quotes the schema and the answer.
        return " ".join(f"{failure.title}: {failure.message}".split("\n\n")[0].split())
    return ""


def _covering(operation: Any) -> Iterator[Any]:
    from schemathesis.generation import GenerationMode

    schema = operation.schema
    yield from schema.iter_coverage_cases(
        operation,
        generation_modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE],
        generation_config=schema.config.generation_for(operation=operation),
    )


def _drawn(operation: Any, *, seed: int, count: int) -> Iterator[Any]:
    from schemathesis.generation import GenerationMode

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        yield from draw(operation.as_strategy(generation_mode=mode), count=count, seed=seed)


def _operation(contract: Contract) -> Any:
    return _loaded(str(contract.path), contract.update.path, contract.update.method)


@lru_cache(maxsize=4)
def _loaded(file: str, path: str, method: str) -> Any:
    import schemathesis

    return schemathesis.openapi.from_path(file, config=_configuration())[path][method]


def _body_alone(contract: Contract) -> Any:
    """The update without its parameters: what is generated for headers is sent by other areas, and takes its time."""
    import schemathesis

    path, method = contract.update.path, contract.update.method
    described = {**contract.document, "paths": {_PATH: {}}, "security": []}
    item = contract.document["paths"][path]
    operation = {key: value for key, value in item[method.lower()].items() if key not in ("parameters", "security")}
    described["paths"][_PATH] = {method.lower(): operation}
    return schemathesis.openapi.from_dict(described, config=_configuration())[_PATH][method]


def _configuration() -> Any:
    from schemathesis.config import SchemathesisConfig

    return SchemathesisConfig()


def _as_json(body: Any) -> str | None:
    try:
        return json.dumps(body, sort_keys=False, allow_nan=False)
    except (TypeError, ValueError):
        return None


def _negates_another_part(case: Any) -> bool:
    """Whether something else than the body is what is wrong, or the method is another."""
    if case.method.lower() != case.operation.method.lower():
        return True
    place = getattr(case.meta.phase.data, "parameter_location", None) if case.meta is not None else None
    return place is not None and place.value != "body"
