"""Step 6: what the session becomes."""

# A step takes what those need who override it.
# ruff: noqa: ARG002

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from pytest_checkout.contract.model import SessionField
from pytest_checkout.mock.keys import fill_stars
from pytest_checkout.mock.messages import Call
from pytest_checkout.mock.steps.base import Steps
from pytest_checkout.mock.store import Session, now_ms


class Applying(Steps):
    """Make and change sessions."""

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
