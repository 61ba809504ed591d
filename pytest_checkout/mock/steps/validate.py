"""Step 5: whether the values are taken."""

# A step takes what those need who override it.
# ruff: noqa: ARG002

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_checkout.contract.model import Field
from pytest_checkout.mock import validation
from pytest_checkout.mock.messages import Call, Refusal
from pytest_checkout.mock.steps.look import Looking


class Validating(Looking):
    """Look at the values before anything is changed."""

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
            value,
            {word: field.schema[word] for word in ("minLength", "maxLength", "enum") if word in field.schema},
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
