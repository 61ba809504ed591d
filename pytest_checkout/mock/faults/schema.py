"""Faults in what the contract describes of an answer, which show for bodies that nobody writes by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, When, plant
from pytest_checkout.mock.messages import Call


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of the area *schema*."""

    def names_unknown(call: Call) -> bool:
        return call.role == "update" and not set(call.body) <= set(contract.fields)

    def names_nothing(call: Call) -> bool:
        return call.role == "update" and not call.body

    also = ("update.empty", "update.fixed*", "update.exact*", "success.*", "metadata.*")
    yield plant(
        "schema.status_code/202_beside_unknown_names",
        "An update that names an unknown parameter is answered 202.",
        _with_status(202, names_unknown),
        also=also,
    )
    yield plant(
        "schema.content_type/text_for_an_empty_object",
        "An update that names no field is answered with its JSON as text/plain.",
        _labelled("text/plain", names_nothing),
        also=also,
    )
    for what, change, summary in (
        ("number_as_text", _numbers_as_text(contract), "its numbers as text"),
        ("fields_left_out", lambda _: {}, "an empty object"),
    ):
        yield plant(
            f"schema.body/{what}_beside_unknown_names",
            f"An update that names an unknown parameter is answered with {summary}.",
            _showing(change, names_unknown),
            also=also,
        )


def _with_status(status: int, when: When) -> type[Api]:
    class WithStatus(Api):
        def success_status(self, call: Call) -> int:
            return status if when(call) else super().success_status(call)

    return WithStatus


def _labelled(label: str, when: When) -> type[Api]:
    class Labelled(Api):
        def media_type(self, call: Call, status: int) -> str:
            return label if status < 300 and when(call) else super().media_type(call, status)

    return Labelled


def _showing(change: Callable[[dict[str, Any]], Any], when: When) -> type[Api]:
    class Showing(Api):
        def perform(self, call: Call) -> Any:
            value = super().perform(call)
            return change(value) if when(call) else value

    return Showing


def _numbers_as_text(contract: Contract) -> Callable[[dict[str, Any]], dict[str, Any]]:
    numbers = {
        name
        for name, field in contract.session.fields.items()
        if field.schema.get("type") in ("number", "integer") and name not in contract.fields
    }
    return lambda value: {key: str(item) if key in numbers else item for key, item in value.items()}
