"""Faults in methods that are not offered."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG001, ARG005

from __future__ import annotations

from collections.abc import Callable, Iterator

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, plant
from pytest_checkout.mock.messages import Call, Refusal
from pytest_checkout.mock.store import Session


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of the area *method*."""
    yield from _method(contract)


def _method(contract: Contract) -> Iterator[Planted]:  # noqa: C901 - a list of small classes, not a decision
    used = contract.update.method.upper()
    free = [
        name
        for name in ("PUT", "PATCH", "POST", "DELETE")
        if name
        not in {
            operation.method.upper()
            for operation in contract.operations.values()
            if operation.path == contract.update.path
        }
    ]

    def aliased(method: str) -> type[Api]:
        class Aliased(Api):
            def method_of(self, call: Call) -> str:
                asked = super().method_of(call)
                return used if asked == method and len(self.matching(call.request.path)) > 1 else asked

        return Aliased

    def met(meet: Callable[[Api, Call, str], bool]) -> type[Api]:
        class Met(Api):
            def meet_unnamed_method(self, call: Call, method: str) -> bool:
                known = {"OPTIONS", "HEAD"}
                if method not in known and meet(self, call, method):
                    return True
                return super().meet_unnamed_method(call, method)

        return Met

    def fail(
        status: int,
        headers: tuple[tuple[str, str], ...] = (),
        *,
        only: str = "",
    ) -> Callable[[Api, Call, str], bool]:
        def meet(api: Api, call: Call, method: str) -> bool:
            if only in {"", method}:
                raise Refusal(status, "This method is not offered here.", headers=headers)
            return False

        return meet

    def addressed(api: Api, call: Call) -> Iterator[Session]:
        found = (api.store.get(id) for _, id in api.matching(call.request.path) if id is not None)
        return filter(None, found)

    def erase(api: Api, call: Call, method: str) -> bool:
        for session in addressed(api, call):
            session.values = {**session.values, **{field.name: None for field in contract.of_kind("text")}}
        return False

    def remove(api: Api, call: Call, method: str) -> bool:
        for session in addressed(api, call) if method == "DELETE" else ():
            session.account = ""  # which is nobody's
        return False

    also = ("method.allow",)
    for method in free[:2]:
        yield plant(
            f"method.unnamed/{method.lower()}_updates",
            f"{method} works like {used}.",
            aliased(method),
            also=also,
        )
    api = met(lambda api, call, method: method == "DELETE")
    yield plant("method.unnamed/delete_succeeds", "DELETE is answered with 204.", api, also=also)
    yield plant(
        "method.unnamed/refused_and_cleared",
        "An unnamed method is 405 and clears text.",
        met(erase),
        also=also,
    )
    summary = "DELETE is answered with 405 and takes the session away."
    yield plant("method.unnamed/refused_and_deleted", summary, met(remove), also=also)
    both = ("any.no_server_error",)
    yield plant(
        "method.unnamed/server_error",
        "An unnamed method is answered with 500.",
        met(fail(500)),
        breaks=both,
        also=also,
    )
    yield plant("method.allow/missing", "A 405 does not name the allowed methods.", met(fail(405)))
    yield plant(
        "method.allow/wrong",
        "A 405 names a method that is not allowed, and not the update's.",
        met(fail(405, (("Allow", "GET, TRACE"),))),
    )
    yield plant(
        "method.allow/missing_for_delete",
        "A 405 to DELETE does not name the allowed methods.",
        met(fail(405, only="DELETE")),
    )
