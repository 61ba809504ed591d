"""Faults that only a retrieve shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, plant
from pytest_checkout.mock.messages import Answer, Call, Refusal


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of what a retrieve shows after an update that was answered well."""
    if contract.retrieve is None:
        return
    texts = [field.name for field in contract.of_kind("text")]
    yield plant(
        f"update.exact[{texts[0]}]/retrieve_not_utf8",
        "A retrieve writes characters beyond U+FFFF as surrogates, which is no UTF-8.",
        _not_utf8(),
        breaks=tuple(f"update.exact[{name}]" for name in texts[1:]),
        also=("metadata.exact", "update.*", "errors.*", "any.*"),
    )
    yield plant(
        f"update.stores[{texts[-1]}]/long_can_not_be_read",
        f"A session whose {texts[-1]} is longer than 120 characters is answered with 404 when it is read.",
        _lost(lambda values: len(values.get(texts[-1]) or "") > 120),
        also=("update.*", "success.*", "metadata.*", "image.*", "concurrency.*"),
    )
    if contract.versions is not None:
        yield plant(
            f"update.stores[{texts[0]}]/kept_by_version",
            "What a retrieve under one version shows stays until an update under the same version.",
            _kept_by_version(),
            also=("update.*", "metadata.*", "success.*", "image.*", "concurrency.*", "version.*"),
        )
    for field in contract.of_kind("image"):
        yield plant(
            f"update.keeps[{field.name}]/hidden_behind_{texts[-1]}",
            f"A retrieve shows no {field.name} when the last update sent {texts[-1]} without it.",
            _hidden(field.name, texts[-1]),
            also=("update.stores_at_once", "update.last_wins", "update.idempotent", "image.*"),
        )


def _not_utf8() -> type[Api]:
    class NotUtf8(Api):
        def write(self, call: Call, status: int, value: Any, *, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
            answer = super().write(call, status, value, headers=headers)
            if call.role != "retrieve":
                return answer
            units = answer.body.decode("utf-8").encode("utf-16-be", "surrogatepass")
            letters = (chr(int.from_bytes(units[place : place + 2], "big")) for place in range(0, len(units), 2))
            answer.body = "".join(letters).encode("utf-8", "surrogatepass")
            return answer

    return NotUtf8


def _kept_by_version() -> type[Api]:
    class KeptByVersion(Api):
        def perform(self, call: Call) -> Any:
            if call.session is None:
                return super().perform(call)
            kept = call.target.memory.setdefault("kept", {})
            if call.role == "retrieve":
                return kept.setdefault(call.version, super().perform(call))
            kept.pop(call.version, None)
            return super().perform(call)

    return KeptByVersion


def _lost(where: Callable[[dict[str, Any]], bool]) -> type[Api]:
    class Lost(Api):
        def perform(self, call: Call) -> Any:
            if call.role == "retrieve" and where(call.target.values):
                raise Refusal(404, "There is no such session.")
            return super().perform(call)

    return Lost


def _hidden(name: str, behind: str) -> type[Api]:
    class Hidden(Api):
        def save(self, call: Call, values: dict[str, Any]) -> None:
            super().save(call, values)
            if call.role == "update":
                call.target.memory["hidden"] = behind in call.body and name not in call.body

        def readable(self, call: Call) -> dict[str, Any]:
            values = super().readable(call)
            hidden = call.role == "retrieve" and call.target.memory.get("hidden")
            return {**values, name: None} if hidden else values

    return Hidden
