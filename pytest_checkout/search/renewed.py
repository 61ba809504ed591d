"""The same example with values that were never sent before, for APIs that remember across sessions."""

from __future__ import annotations

import re
from typing import Any

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.example import Example
from pytest_checkout.zones import zone_of_value


def renewed(example: Example, contract: Contract, turn: int) -> Example:
    """An example whose updates send other values, each in the zone of the one that it stands for.

    What one session wrote and another shows is there for good on such an API: the same values can't show it twice.
    The same text becomes the same other text wherever it stands, so that the example keeps its sense.
    """
    return example.but(
        tuple(
            step.but(body={name: _renewed(contract.fields.get(name), value, turn) for name, value in step.body.items()})
            if step.part == "update" and isinstance(step.body, dict)
            else step
            for step in example.steps
        )
    )


def _renewed(field: Field | None, value: Any, turn: int) -> Any:
    if field is None:
        return value
    other: Any = value
    if isinstance(value, str) and value:
        other = _marked(value, turn)
    elif field.kind == "metadata" and isinstance(value, dict):
        other = {
            _marked(key, turn): _marked(item, turn) if isinstance(item, str) and item else item
            for key, item in value.items()
        }
    return other if zone_of_value(field, other) == zone_of_value(field, value) else value


def _marked(text: str, turn: int) -> str:
    return f"{re.sub(r'-r[0-9]+$', '', text)}-r{turn}"
