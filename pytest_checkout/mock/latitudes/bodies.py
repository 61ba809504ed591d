"""Latitudes in which bodies, parameters, methods and statuses there are."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG002

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.latitudes.taking import Taken, setting, take
from pytest_checkout.mock.messages import Call, Refusal


def variants(contract: Contract) -> Iterator[Taken]:
    """All variants of this kind."""
    for status in (402, 413, 415, 422):
        yield take(f"status.refused_{status}", f"Refusals have the status {status}.", setting(REFUSED=status))
    yield from _bodies(contract)
    yield from _methods()


def _bodies(contract: Contract) -> Iterator[Taken]:  # noqa: C901 - a list of small classes, not a decision
    shown = contract.session.fields.keys() - contract.fields.keys()

    class UnknownRefused(Api):
        def check_unknown(self, call: Call, names: list[str]) -> None:
            if names:
                raise Refusal(self.REFUSED, "A parameter is not known.")

    class FixedRefused(Api):
        def check_unknown(self, call: Call, names: list[str]) -> None:
            if call.role == "update" and shown & set(names):
                raise Refusal(self.REFUSED, "A field can't be changed.")
            super().check_unknown(call, names)

    class EmptyBodyTaken(Api):
        def meet_empty_body(self, call: Call) -> None:
            if call.role != "update":
                super().meet_empty_body(call)

    class EmptyObjectRefused(Api):
        def validate(self, call: Call) -> None:
            if call.role == "update" and not call.body:
                raise Refusal(self.REFUSED, "There is nothing to change.")
            super().validate(call)

    class OtherMediaRefused(Api):
        def parse(self, call: Call) -> None:
            label = (call.request.header("content-type") or "").partition(";")[0].strip().lower()
            if label != "application/json" and call.request.body:
                raise Refusal(415, "The body must be application/json.")
            super().parse(call)

    class DuplicatesRefused(Api):
        def parse(self, call: Call) -> None:
            super().parse(call)
            if call.request.body.strip():
                json.loads(call.request.body, object_pairs_hook=self.unique)

        def unique(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            if len(dict(pairs)) < len(pairs):
                raise Refusal(self.REFUSED, "A key is there twice.")
            return dict(pairs)

    yield take("body.unknown_refused", "Unknown parameters are refused.", UnknownRefused)
    yield take("body.fixed_refused", "Naming a field that can't be changed is refused.", FixedRefused)
    yield take("body.empty_taken", "An empty body is taken for {}.", EmptyBodyTaken)
    yield take("body.empty_object_refused", "{} is refused.", EmptyObjectRefused)
    yield take("body.other_media_refused", "Another media type than application/json is refused.", OtherMediaRefused)
    yield take("body.duplicates_refused", "A key that is there twice is refused.", DuplicatesRefused)


def _methods() -> Iterator[Taken]:
    class OptionsRefused(Api):
        def meet_unnamed_method(self, call: Call, method: str) -> bool:
            return super().meet_unnamed_method(call, "an unnamed one")

    class HeadRefused(Api):
        def method_of(self, call: Call) -> str:
            return call.request.method

    yield take("method.unnamed_404", "Unnamed methods are 404.", setting(UNNAMED_METHOD=404))
    yield take("method.unnamed_501", "Unnamed methods are 501.", setting(UNNAMED_METHOD=501))
    yield take("method.options_refused", "OPTIONS is no method that is offered.", OptionsRefused)
    yield take("method.head_refused", "HEAD is no method that is offered.", HeadRefused)
