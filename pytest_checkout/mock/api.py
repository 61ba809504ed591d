"""The API itself: a pipeline of named steps, made from a contract alone, without a socket.

A request goes through :meth:`Api.authenticate`, :meth:`Api.route`, :meth:`Api.choose_version`, :meth:`Api.parse`,
:meth:`Api.validate`, :meth:`Api.apply`, :meth:`Api.render` and :meth:`Api.write`; each small step is a method of its
own, so that a fault or a variant is a subclass that overrides one of them.
"""

# A step takes what those need who override it.
# ruff: noqa: ARG002

from __future__ import annotations

import contextlib
import json
import random
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote_to_bytes

from pytest_checkout.contract.model import Carrier, Contract, Field, ImageFormat, ImageLimit, Operation, SessionField
from pytest_checkout.mock import images, validation
from pytest_checkout.mock.keys import Keys, basic_user, fill_stars
from pytest_checkout.mock.messages import Answer, Call, Refusal, Request
from pytest_checkout.mock.store import Session, Store, now_ms

TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    429: "rate_limit_error",
    500: "api_error",
    501: "method_not_implemented",
}


class Api:
    """A conforming API of the contract's operations.

    The attributes in capitals are the latitudes that need no code: a variant sets them.
    """

    REFUSED = 400
    MALFORMED_CREDENTIALS = 401
    PUBLISHABLE = 403
    UNNAMED_METHOD = 405
    CREATED = 200
    IDLE_S = 60.0

    def __init__(self, contract: Contract, keys: Keys, chance: random.Random) -> None:
        self.contract = contract
        self.keys = keys
        self.chance = chance
        self.accounts = keys.accounts
        self.store = Store()
        self.count = 0
        self.base_url = ""
        self._routes = [(_segments(item.path), item) for item in contract.operations.values()]

    # ------------------------------------------------------------------ the pipeline

    def answer(self, request: Request) -> Answer:
        """Answer one request; the outermost step."""
        self.count += 1
        call = Call(request=request)
        try:
            return self.respond(call)
        except Refusal as refusal:
            return self.refuse(call, refusal)

    def respond(self, call: Call) -> Answer:
        """Take the request through all steps."""
        self.authenticate(call)
        if self.route(call):
            return Answer(status=204, headers=[("Allow", self.allowed(call.request.path))])
        self.choose_version(call)
        if call.role in {"create", "update"}:
            self.parse(call)
            self.validate(call)
        value = self.perform(call)
        return self.write(call, self.success_status(call), value)

    def refuse(self, call: Call, refusal: Refusal) -> Answer:
        """The answer to a request that is refused."""
        return self.write(call, refusal.status, self.error_body(call, refusal), headers=refusal.headers)

    # ------------------------------------------------------------------ authenticate

    def authenticate(self, call: Call) -> None:
        """Find out whose request it is; without good credentials nothing else is looked at."""
        key = self.key_of(call)
        account = next((item for item in self.accounts if self.key_matches(key, item.key)), None)
        if account is None:
            raise self.unauthorized(401, "The API key is not known.")
        if account.publishable:
            self.meet_publishable(call)
        call.account = account

    def key_of(self, call: Call) -> str:
        """The key that the request carries."""
        security = self.contract.security
        if security is None:
            return self.keys.secret
        sent = call.request.header(security.header)
        if sent is None:
            return self.meet_no_credentials(call)
        if security.scheme == "header":
            return sent
        scheme, _, credentials = sent.strip(" \t").partition(" ")
        if scheme.lower() != security.scheme:
            return self.meet_other_scheme(scheme, credentials.strip(" "))
        if security.scheme == "bearer":
            return credentials.strip(" ")
        user = basic_user(credentials.strip(" "))
        return self.meet_malformed_credentials(credentials) if user is None else user

    def meet_no_credentials(self, call: Call) -> str:
        """No header: refused."""
        raise self.unauthorized(401, "An API key is needed.")

    def meet_other_scheme(self, scheme: str, credentials: str) -> str:
        """Another scheme: refused."""
        raise self.unauthorized(401, "Another authentication scheme is needed.")

    def meet_malformed_credentials(self, credentials: str) -> str:
        """Credentials that can't be read: refused."""
        raise self.unauthorized(self.MALFORMED_CREDENTIALS, "The credentials are malformed.")

    def meet_publishable(self, call: Call) -> None:
        """A publishable key may do nothing here."""
        raise self.unauthorized(self.PUBLISHABLE, "A publishable key may not do this.")

    def key_matches(self, sent: str, key: str) -> bool:
        """Whether the key that was sent is this one."""
        return sent == key

    def unauthorized(self, status: int, message: str) -> Refusal:
        """A refusal that names the scheme that is wanted (RFC 9110, 11.6.1)."""
        scheme = self.contract.security.scheme if self.contract.security is not None else "basic"
        challenge = "Bearer" if scheme == "bearer" else 'Basic realm="api"'
        return Refusal(status, message, headers=(("WWW-Authenticate", challenge),) if status == 401 else ())

    # ------------------------------------------------------------------ route

    def route(self, call: Call) -> bool:
        """Find the operation, and the session that the path names; true where only the options were asked for."""
        found = self.matching(call.request.path)
        if not found:
            raise Refusal(404, "There is no such resource.")
        method = self.method_of(call)
        chosen = next((item for item in found if item[0].method.upper() == method), None)
        if chosen is None:
            return self.meet_unnamed_method(call, method)
        call.operation, id = chosen
        if id is not None:
            call.session = self.find(call, id)
        return False

    def method_of(self, call: Call) -> str:
        """The method to look for: ``HEAD`` is a ``GET`` whose body is left away when it is written."""
        method = call.request.method
        return "GET" if method == "HEAD" else method

    def meet_unnamed_method(self, call: Call, method: str) -> bool:
        """A method that the contract does not name: refused with the list of those that are."""
        if method == "OPTIONS":
            return True
        allow = (("Allow", self.allowed(call.request.path)),)
        raise Refusal(self.UNNAMED_METHOD, "This method is not offered here.", headers=allow)

    def matching(self, path: str) -> list[tuple[Operation, str | None]]:
        """The operations whose path this is, each with the id in it."""
        segments = _segments(path)
        found: list[tuple[Operation, str | None]] = []
        for template, operation in self._routes:
            if len(template) != len(segments):
                continue
            id: str | None = None
            for wanted, got in zip(template, segments, strict=True):
                if wanted.startswith("{"):
                    id = self.decode_id(got)
                elif wanted != got:
                    break
            else:
                found.append((operation, id))
        return found

    def allowed(self, path: str) -> str:
        """The value of ``Allow`` for a path."""
        methods = [operation.method.upper() for operation, _ in self.matching(path)]
        return ", ".join([*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"])

    def decode_id(self, segment: str) -> str:
        """Percent-decode a path segment; bytes that are no UTF-8 stay distinct, so that no two ids fall together."""
        return unquote_to_bytes(segment.encode("latin-1")).decode("utf-8", "surrogateescape")

    def find(self, call: Call, id: str) -> Session:
        """The session of this id, if it belongs to the account."""
        session = self.look_up(id)
        if session is None:
            raise Refusal(404, "There is no such session.")
        if call.account is not None and session.account != call.account.name:
            self.meet_foreign_session(call)
        return session

    def look_up(self, id: str) -> Session | None:
        """The session of exactly this id."""
        return self.store.get(id)

    def meet_foreign_session(self, call: Call) -> None:
        """Another account's session does not exist."""
        raise Refusal(404, "There is no such session.")

    # ------------------------------------------------------------------ version

    def choose_version(self, call: Call) -> None:
        """Take the version that the header names, or the account's."""
        versions = self.contract.versions
        if versions is None:
            return
        named = call.request.header(versions.header)
        if named is None:
            call.version = self.pinned_version()
        elif named in versions.names:
            call.version = named
        else:
            self.meet_unknown_version(call)

    def pinned_version(self) -> str | None:
        """The version of a request that names none."""
        return self.contract.versions.default if self.contract.versions is not None else None

    def meet_unknown_version(self, call: Call) -> None:
        """A version that the contract does not list: refused."""
        raise Refusal(self.REFUSED, "This version is not known.")

    # ------------------------------------------------------------------ parse

    def parse(self, call: Call) -> None:
        """Read the body; it is a JSON object."""
        if not call.request.body.strip():
            self.meet_empty_body(call)
            return
        try:
            value = validation.read_json(call.request.body)
        except validation.NotJSONError as problem:
            self.meet_malformed_json(call, str(problem))
            return
        if isinstance(value, dict):
            call.body = value
        else:
            self.meet_no_object(call, value)

    def meet_empty_body(self, call: Call) -> None:
        """No body at all: refused."""
        raise Refusal(self.REFUSED, "A JSON object is needed.")

    def meet_malformed_json(self, call: Call, problem: str) -> None:
        """What can't be read: refused."""
        raise Refusal(self.REFUSED, f"The body can't be read: {problem}.")

    def meet_no_object(self, call: Call, value: Any) -> None:
        """JSON that is no object: refused."""
        raise Refusal(self.REFUSED, "The body must be a JSON object.")

    # ------------------------------------------------------------------ validate

    def validate(self, call: Call) -> None:
        """Look at the whole body before anything is changed."""
        taken = self.properties(call)
        self.check_unknown(call, [name for name in call.body if name not in taken])
        sent = {name: value for name, value in call.body.items() if name in taken}
        if call.role == "create":
            self.check_required(call)
        else:
            self.check_exclusive(call, sent)
        call.changes = {name: self.check(call, name, value) for name, value in sent.items()}

    def properties(self, call: Call) -> Mapping[str, Any]:
        """The fields that the operation takes, with their schemas."""
        if call.role == "update":
            return {name: field.schema for name, field in self.contract.fields.items()}
        schema = call.operation.request_schema if call.operation is not None else None
        found: Mapping[str, Any] = validation.resolve(schema, self.contract.document).get("properties", {})
        return found

    def check_unknown(self, call: Call, names: list[str]) -> None:
        """Parameters that the operation does not know are passed over."""

    def check_required(self, call: Call) -> None:
        """What a create can't do without."""
        schema = call.operation.request_schema if call.operation is not None else None
        for name in validation.resolve(schema, self.contract.document).get("required", ()):
            if name not in call.body:
                raise Refusal(self.REFUSED, f"{name} is missing.")

    def check_exclusive(self, call: Call, sent: Mapping[str, Any]) -> None:
        """Fields that exclude each other are refused together, whatever their values."""
        for group in self.contract.exclusive:
            if group <= sent.keys():
                raise Refusal(self.REFUSED, f"Only one of {' and '.join(sorted(group))} may be used in a request.")

    def check(self, call: Call, name: str, value: Any) -> Any:
        """Look at one field's value; what is given back is what will be kept."""
        field = self.contract.fields.get(name)
        if field is None:
            return self.check_plain(name, value, self.properties(call)[name])
        if value is None:
            return self.meet_null(field)
        if field.kind in {"text", "url", "image"}:
            if not isinstance(value, str):
                return self.meet_other_type(field, value)
            return self.meet_empty_text(field) if value == "" else self.check_text(call, field, value)
        if field.kind == "metadata":
            return (
                self.check_metadata(call, field, value) if isinstance(value, dict) else self.meet_no_pairs(field, value)
            )
        return self.check_plain(name, value, field.schema)

    def check_plain(self, name: str, value: Any, schema: Any) -> Any:
        """A value that only its schema says something of."""
        said = validation.complaint(value, validation.resolve(schema, self.contract.document))
        if said is not None:
            raise Refusal(self.REFUSED, f"{name} {said}.")
        return value

    def meet_null(self, field: Field) -> Any:
        """``null`` is no value of a field."""
        raise Refusal(self.REFUSED, f"{field.name} must not be null.")

    def meet_other_type(self, field: Field, value: Any) -> Any:
        """A value of another JSON type: refused."""
        raise Refusal(self.REFUSED, f"{field.name} must be a string.")

    def meet_no_pairs(self, field: Field, value: Any) -> Any:
        """Metadata that is no object: refused."""
        raise Refusal(self.REFUSED, f"{field.name} must be an object.")

    def meet_empty_text(self, field: Field) -> Any:
        """An empty text is kept; it is neither a URL nor an image."""
        if field.kind != "text":
            raise Refusal(self.REFUSED, f"{field.name} must not be empty.")
        return ""

    def check_text(self, call: Call, field: Field, value: str) -> Any:
        """Text that is there: any text, a URL, or an image."""
        if field.kind == "url" and not self.is_url(field, value):
            raise Refusal(self.REFUSED, f"{field.name} must be an absolute http or https URL.")
        if field.kind == "image" and field.image is not None:
            return self.check_image(call, field, field.image, value)
        said = validation.complaint(
            value, {word: field.schema[word] for word in ("minLength", "maxLength", "enum") if word in field.schema}
        )
        if said is not None:
            raise Refusal(self.REFUSED, f"{field.name} {said}.")
        return value

    def is_url(self, field: Field, text: str) -> bool:
        """Whether a URL field takes this text."""
        return validation.is_http_url(text)

    def check_metadata(self, call: Call, field: Field, value: dict[str, Any]) -> dict[str, Any]:
        """Any pairs are taken."""
        return value

    # ------------------------------------------------------------------ images

    def check_image(self, call: Call, field: Field, limit: ImageLimit, text: str) -> Any:
        """Load what the text carries, recognise it and measure it."""
        carrier = images.carrier_of(text)
        if carrier is None or carrier not in limit.carriers:
            return self.meet_no_image(field, text)
        data = self.load_image(carrier, limit, text)
        format = None if data is None else images.recognise(data)
        if data is None or format is None or format not in limit.formats:
            return self.meet_no_image(field, text)
        if self.is_too_large(call, limit, carrier, format, len(data)):
            raise Refusal(self.REFUSED, f"{field.name} is too large.")
        return self.kept_image(text, data)

    def load_image(self, carrier: Carrier, limit: ImageLimit, text: str) -> bytes | None:
        """The bytes of the picture, or as many as show that it is far too large."""
        if carrier == "data":
            return images.decode_data_uri(text)
        return images.fetch(text, at_most=limit.refuse_above * 3)

    def meet_no_image(self, field: Field, text: str) -> Any:
        """Neither a URL of a picture nor a picture: refused."""
        raise Refusal(self.REFUSED, f"{field.name} is not an image.")

    def is_too_large(self, call: Call, limit: ImageLimit, carrier: Carrier, format: ImageFormat, size: int) -> bool:
        """Whether a picture of this many bytes is refused."""
        return size > limit.accept_up_to

    def kept_image(self, text: str, data: bytes) -> str:
        """What is kept of an image that was taken."""
        return text

    # ------------------------------------------------------------------ apply

    def perform(self, call: Call) -> Any:
        """Do what the operation is for, and say what the session is now."""
        if call.role == "create":
            call.session = self.new_session(call)
            self.store.add(call.session)
            return self.render(call)
        if call.role == "retrieve":
            return self.render(call)
        with self.locked(call.target):
            self.apply(call)
            return self.render(call)

    def locked(self, session: Session) -> AbstractContextManager[Any]:
        """Updates of one session run one after the other."""
        return session.lock

    def apply(self, call: Call) -> None:
        """Change the session."""
        session = call.target
        if call.operation is not None and call.role == "deactivate":
            call.changes = dict(call.operation.effect)
        call.before = session.values
        values = dict(session.values)
        for name, value in call.changes.items():
            values[name] = self.changed(call, name, values.get(name), value)
        values.update(self.moved(call))
        self.save(call, values)

    def changed(self, call: Call, name: str, old: Any, new: Any) -> Any:
        """What a field holds after the request."""
        field = self.contract.fields.get(name)
        if field is None or field.kind != "metadata" or new is None:
            return new
        return self.merged(call, old if field.merges and isinstance(old, dict) else {}, new)

    def merged(self, call: Call, old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
        """The pairs after the request; ``null`` takes a pair away."""
        return {key: value for key, value in {**old, **new}.items() if value is not None}

    def moved(self, call: Call) -> dict[str, Any]:
        """The fields that an update moves by itself, such as the time of the last change."""
        fields = self.contract.session.fields.values()
        return {field.name: now_ms() for field in fields if field.moves and field.template == "{now}"}

    def save(self, call: Call, values: dict[str, Any]) -> None:
        """Make the session hold these values."""
        call.target.values = values

    def new_session(self, call: Call) -> Session:
        """A session made from the request and the templates of the contract."""
        shape = self.contract.session
        id_field = shape.fields[shape.id_field]
        template = id_field.template if isinstance(id_field.template, str) else "*" * 24
        id = fill_stars(template, self.chance, pattern=id_field.schema.get("pattern"))
        values = {name: self.first_value(call, field, id) for name, field in shape.fields.items()}
        values[shape.id_field] = id
        return Session(id=id, account=call.account.name if call.account is not None else "", values=values)

    def first_value(self, call: Call, field: SessionField, id: str) -> Any:
        """What a field holds in a new session."""
        if field.name in call.changes:
            return self.changed(call, field.name, None, call.changes[field.name])
        if field.has_template:
            if field.template == "{now}":
                return now_ms()
            return field.template.replace("{id}", id) if isinstance(field.template, str) else field.template
        if "const" in field.schema:
            return field.schema["const"]
        mine = self.contract.fields.get(field.name)
        return {} if mine is not None and mine.kind == "metadata" else None

    # ------------------------------------------------------------------ render

    def render(self, call: Call) -> dict[str, Any]:
        """The session as the answer shows it."""
        return {name: self.shown(call, name, value) for name, value in self.readable(call).items()}

    def readable(self, call: Call) -> dict[str, Any]:
        """The values that the answer is made from."""
        return call.target.values

    def shown(self, call: Call, name: str, value: Any) -> Any:
        """One field as the answer shows it; a version shows only what it knows."""
        versions = self.contract.versions
        if versions is None or name != versions.field or not isinstance(value, list) or call.version is None:
            return value
        return self.known(call.version, value)

    def known(self, version: str, values: list[Any]) -> list[Any]:
        """Those of the values that the version knows."""
        versions = self.contract.versions
        shows = versions.shows.get(version) if versions is not None else None
        return values if shows is None else [value for value in values if value in shows]

    # ------------------------------------------------------------------ write

    def success_status(self, call: Call) -> int:
        """The status of a request that was taken."""
        return self.status_of_create(call) if call.role == "create" else 200

    def status_of_create(self, call: Call) -> int:
        """The documented status of a create, 200 where several are."""
        documented = call.operation.responses if call.operation is not None else {}
        wanted = str(self.CREATED)
        return self.CREATED if wanted in documented or "201" not in documented else 201

    def error_body(self, call: Call, refusal: Refusal) -> Any:
        """The body of a failure, in the contract's shape."""
        words = {"{type}": TYPES.get(refusal.status, "invalid_request_error"), "{message}": refusal.message}
        shape = self.contract.error
        return _filled(shape.template if shape is not None else {"error": "{message}"}, words)

    def write(self, call: Call, status: int, value: Any, *, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        """Put the value into an answer."""
        return Answer(
            status=status,
            headers=[("Content-Type", self.media_type(call, status)), ("Date", formatdate(usegmt=True)), *headers],
            body=self.dump(value),
        )

    def media_type(self, call: Call, status: int) -> str:
        """The media type of every body."""
        return "application/json"

    def dump(self, value: Any) -> bytes:
        """Spell the value as JSON; a lone surrogate, which UTF-8 can't hold, becomes its escape."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8", "backslashreplace")

    def transport_refusal(self, status: int) -> Answer:
        """The answer to what is no readable HTTP request."""
        call = Call(request=Request(method="", target=""))
        return self.write(call, status, self.error_body(call, Refusal(status, "The request can't be read.")))

    def broken(self) -> Answer:
        """The answer where the mock itself fails; nothing of the failure shows."""
        with contextlib.suppress(Exception):
            return self.transport_refusal(500)
        return Answer(status=500)


def _segments(path: str) -> list[str]:
    return re.sub(r"^/", "", path).split("/")


def _filled(template: Any, words: Mapping[str, str]) -> Any:
    if isinstance(template, dict):
        return {key: _filled(value, words) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, words) for value in template]
    return words.get(template, template) if isinstance(template, str) else template
