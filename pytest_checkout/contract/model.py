"""What a contract says, as frozen values.

A :class:`Contract` is made by :func:`pytest_checkout.load_contract` from an OpenAPI document. Everything that is
particular to a provider is in here, and nowhere else in the package.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

JSON: TypeAlias = "dict[str, Any] | list[Any] | str | int | float | bool | None"
Level: TypeAlias = Literal["must", "should", "observe"]
Role: TypeAlias = Literal["create", "retrieve", "update", "deactivate"]
FieldKind: TypeAlias = Literal["text", "url", "image", "metadata", "value"]
Carrier: TypeAlias = Literal["url", "data"]
ImageFormat: TypeAlias = Literal["png", "jpeg", "gif", "webp"]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in a contract something is said."""

    path: Path
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, kw_only=True)
class ImageLimit:
    """How large an image may be, in bytes of the image itself, and how it may be carried."""

    accept_up_to: int
    refuse_above: int
    carriers: Mapping[Carrier, Level]
    formats: tuple[ImageFormat, ...]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of the update's body.

    ``schema`` says what the API claims to take; ``accept`` is the narrower JSON Schema of what it is sure to accept,
    or ``None`` where the contract does not say.
    """

    name: str
    kind: FieldKind
    schema: Mapping[str, Any]
    accept: Mapping[str, Any] | None
    image: ImageLimit | None
    merges: bool
    description: str
    source: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that the contract says is refused.

    ``kind`` is ``exclusive``, ``type``, ``url``, ``image_size``, ``image_content`` or ``version``; ``fields`` are the
    fields that it speaks of.
    """

    kind: str
    fields: tuple[str, ...]
    sentence: str
    level: Level
    source: str
    place: Place

    @property
    def name(self) -> str:
        """The rule's stable name, such as ``exclusive[success_message+success_url]``."""
        return f"{self.kind}[{'+'.join(self.fields)}]" if self.fields else self.kind


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of the contract, by the part it plays."""

    role: Role
    operation_id: str
    method: str
    path: str
    id_parameter: str | None
    request_schema: Mapping[str, Any] | None
    examples: Mapping[str, JSON]
    responses: Mapping[str, Mapping[str, Any]]
    effect: Mapping[str, JSON]
    source: str
    place: Place

    def path_for(self, id: str) -> str:
        """The path with the session's id in it, as it is; nothing is percent-encoded."""
        return self.path if self.id_parameter is None else self.path.replace(f"{{{self.id_parameter}}}", id)


@dataclass(frozen=True, kw_only=True)
class SessionField:
    """One field of the session object."""

    name: str
    schema: Mapping[str, Any]
    fixed: bool
    moves: bool
    template: JSON
    has_template: bool


@dataclass(frozen=True, kw_only=True)
class SessionShape:
    """The session object that the operations answer with."""

    schema: Mapping[str, Any]
    id_field: str
    fields: Mapping[str, SessionField]

    @cached_property
    def fixed(self) -> tuple[str, ...]:
        """The fields that an update does not change."""
        return tuple(name for name, field in self.fields.items() if field.fixed)

    @cached_property
    def moving(self) -> frozenset[str]:
        """The fields that may change by themselves or with any update."""
        return frozenset(name for name, field in self.fields.items() if field.moves)


@dataclass(frozen=True, kw_only=True)
class ErrorShape:
    """The body of a failure; ``member`` is the top-level key that marks one."""

    schema: Mapping[str, Any]
    template: JSON
    member: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class KeyKind:
    """One kind of API key: the shape of the mock's own, and a pattern that finds live ones."""

    template: str
    live: re.Pattern[str] | None

    def is_live(self, key: str) -> bool:
        """Whether the key reaches real money."""
        return self.live is not None and self.live.search(key) is not None


@dataclass(frozen=True, kw_only=True)
class Security:
    """How a key becomes credentials: ``basic`` (user name, empty password), ``bearer``, or ``header`` (as it is)."""

    scheme: Literal["basic", "bearer", "header"]
    header: str
    secret: KeyKind
    publishable: KeyKind | None


@dataclass(frozen=True, kw_only=True)
class Versions:
    """The header that chooses the API version, and what each version shows."""

    header: str
    names: tuple[str, ...]
    default: str | None
    field: str | None
    shows: Mapping[str, tuple[str, ...]]
    place: Place


@dataclass(frozen=True, kw_only=True)
class Contract:
    """An API's contract: its operations, the fields of the update, and the rules about them.

    ``digest`` is the sha256 of its file, in hex.
    """

    name: str
    title: str
    path: Path
    digest: str
    document: Mapping[str, Any]
    source: str
    operations: Mapping[Role, Operation]
    fields: Mapping[str, Field]
    exclusive: tuple[frozenset[str], ...]
    session: SessionShape
    error: ErrorShape | None
    security: Security | None
    versions: Versions | None
    rules: tuple[Rule, ...]
    lines: Mapping[str, Place]

    @property
    def update(self) -> Operation:
        """The update operation, which every contract has."""
        return self.operations["update"]

    @property
    def create(self) -> Operation | None:
        """The create operation, if the contract has one."""
        return self.operations.get("create")

    @property
    def retrieve(self) -> Operation | None:
        """The retrieve operation, if the contract has one."""
        return self.operations.get("retrieve")

    @cached_property
    def others(self) -> tuple[str, ...]:
        """The session's fields that no update sets, and that neither are fixed nor move."""
        shape = self.session
        return tuple(name for name in shape.fields if name not in {*self.fields, *shape.fixed, *shape.moving})

    def partners(self, name: str) -> frozenset[str]:
        """The fields that exclude this one."""
        return frozenset(other for group in self.exclusive if name in group for other in group if other != name)

    def excluded(self, names: frozenset[str] | set[str]) -> bool:
        """Whether these fields, sent together, break a rule of exclusion."""
        return any(group <= names for group in self.exclusive)

    def of_kind(self, *kinds: FieldKind) -> tuple[Field, ...]:
        """The update's fields of these kinds, in the contract's order."""
        return tuple(field for field in self.fields.values() if field.kind in kinds)
