"""Faults between requests at the same time, and server errors that come and go."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, failing, nth_update, pause, plant
from pytest_checkout.mock.messages import Call, Refusal
from pytest_checkout.mock.store import Session


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of the areas *concurrency* and *any*."""
    yield from _concurrency(contract)
    yield from _any(contract)
    if "deactivate" in contract.operations:
        yield from _closed_twice()


def racing(race: Callable[[Call], bool], milliseconds: float) -> type[Api]:
    """Read the session, wait, and write it back as a whole, where ``race(call)`` holds."""

    class Racing(Api):
        def locked(self, session: Session) -> AbstractContextManager[Any]:
            del session
            return contextlib.nullcontext()

        def apply(self, call: Call) -> None:
            if call.role == "update" and race(call):
                super().apply(call)
            else:
                with call.target.lock:
                    super().apply(call)

        def save(self, call: Call, values: dict[str, Any]) -> None:
            if call.role == "update" and race(call):
                pause(milliseconds)
            super().save(call, values)

    return Racing


def _snapshot(field: str) -> type[Api]:
    """Read the session before the field's value is looked at, and write it back with what is sent."""

    class Snapshot(Api):
        def validate(self, call: Call) -> None:
            if call.role == "update" and field in call.body:
                call.before = call.target.values
                pause(10)  # a picture that is fetched from afar takes longer than the test's own
            super().validate(call)

        def apply(self, call: Call) -> None:
            read = call.before
            super().apply(call)
            if call.role == "update" and field in call.body:
                call.target.values = {**read, **call.changes}

    return Snapshot


def _concurrency(contract: Contract) -> Iterator[Planted]:
    pairs = {field.name for field in contract.of_kind("metadata")}
    also = ("concurrency.*", "any.no_server_error")

    def other_than_pairs(call: Call) -> bool:
        return not pairs & set(call.body)

    name = "concurrency.fields"
    for milliseconds in (3, 10):
        summary = f"Parallel updates lose each other's fields ({milliseconds} ms)."
        yield plant(f"{name}/lost_within_{milliseconds}_ms", summary, racing(other_than_pairs, milliseconds), also=also)
    for field in contract.of_kind("image"):
        summary = f"An update with {field.name} writes back what it read before the picture was looked at."
        api = _snapshot(field.name)
        yield plant(f"{name}/lost_behind_{field.name}", summary, api, also=also)
    for field in contract.of_kind("metadata"):
        summary = f"An update without {field.name} writes back the pairs that it read some ms before."
        api = _restoring(field.name)
        yield plant(f"{name}/{field.name}_restored", summary, api, also=also)
    summary = "The answer is made of what the latest request touched, be it another's."
    yield plant(f"{name}/answers_mixed_up", summary, _mixed_up(), also=also)
    yield plant(
        f"{name}/server_error",
        "A parallel update is answered with 500.",
        _busy(500),
        breaks=("any.no_server_error",),
        also=also,
    )
    if pairs and any(field.merges for field in contract.of_kind("metadata")):
        name = "concurrency.metadata"
        for milliseconds in (3, 10):
            api = racing(lambda call: bool(pairs & set(call.body)), milliseconds)
            summary = f"Parallel updates lose each other's pairs ({milliseconds} ms)."
            yield plant(f"{name}/lost_within_{milliseconds}_ms", summary, api, also=also)
    texts = [field.name for field in contract.of_kind("text")]
    for what, mix, summary in (
        ("values_joined", lambda one, two: f"{one}{two}", "Parallel updates of the same text join their values."),
        ("both_lost", lambda *_: None, "Parallel updates of the same text leave it unset."),
    ):
        yield plant(f"concurrency.same_field/{what}", summary, _mixing(texts, mix), also=also)
    yield plant(
        f"concurrency.same_field/halves_of_{texts[-1]}",
        f"Of parallel updates of {texts[-1]} half of one and half of another stand.",
        _mixing(texts[-1:], lambda one, two: f"{one[: len(one) // 2]}{two[len(two) // 2 :]}" if one and two else two),
        also=also,
    )
    yield plant(
        "concurrency.same_field/seven_at_once",
        "Of more than six updates at the same time the seventh is answered with 500.",
        _six_at_once(),
        breaks=("any.no_server_error",),
        also=also,
    )


def _six_at_once() -> type[Api]:
    class SixAtOnce(Api):
        def perform(self, call: Call) -> Any:
            if call.role != "update":
                return super().perform(call)
            under_way = self.__dict__.setdefault("under_way", [])
            under_way.append(call)
            try:
                if len(under_way) > 6:
                    raise Refusal(500, "No connection is free.")
                pause(8)
                return super().perform(call)
            finally:
                under_way.remove(call)

    return SixAtOnce


def _restoring(name: str) -> type[Api]:
    class Restoring(Api):
        def perform(self, call: Call) -> Any:
            if call.role != "update" or name in call.body:
                return super().perform(call)
            held = call.target.values.get(name)
            pause(8)
            with self.locked(call.target):
                call.target.values = {**call.target.values, name: held}
                return super().perform(call)

    return Restoring


def _mixed_up() -> type[Api]:
    class MixedUp(Api):
        latest: Session

        def perform(self, call: Call) -> Any:
            if call.role != "update":
                return super().perform(call)
            own = call.target
            super().perform(call)
            self.latest = own
            pause(5)
            call.session = self.latest
            return self.render(call)

    return MixedUp


def _busy(status: int) -> type[Api]:
    class Busy(Api):
        def perform(self, call: Call) -> Any:
            if call.role != "update":
                return super().perform(call)
            if not call.target.lock.acquire(blocking=False):
                raise Refusal(status, "The session is busy.")
            try:
                pause(3)
                return super().perform(call)
            finally:
                call.target.lock.release()

    return Busy


def _mixing(names: list[str], mix: Callable[[Any, Any], Any]) -> type[Api]:
    class Mixing(Api):
        def perform(self, call: Call) -> Any:
            if call.role != "update":
                return super().perform(call)
            running: list[tuple[Call, list[Call]]] = call.target.memory.setdefault("running", [])
            met = [other for other, _ in running]
            for _, theirs in running:
                theirs.append(call)
            running.append((call, met))
            pause(3)
            answer = super().perform(call)
            running.remove((call, met))
            with call.target.lock:
                for name in names:
                    sent = next((other.body[name] for other in met if name in other.body), call.body.get(name))
                    if sent != call.body.get(name):
                        call.target.values = {**call.target.values, name: mix(sent, call.body.get(name))}
            return answer

    return Mixing


def _closed_twice() -> Iterator[Planted]:
    class ClosedOnce(Api):
        def perform(self, call: Call) -> Any:
            if call.role == "deactivate":
                if call.target.memory.get("closed"):
                    raise Refusal(500, "Something went wrong.")
                call.target.memory["closed"] = True
            return super().perform(call)

    summary = "A session that is deactivated twice gives 500."
    yield plant("any.no_server_error/deactivated_twice", summary, ClosedOnce)


def _any(contract: Contract) -> Iterator[Planted]:
    text = contract.of_kind("text")[0].name

    def sometimes(share: float, *roles: str) -> type[Api]:
        class Sometimes(Api):
            def perform(self, call: Call) -> Any:
                if call.role in roles and self.chance.random() < share:
                    raise Refusal(500, "Something went wrong.")
                return super().perform(call)

        return Sometimes

    class EveryTwentieth(Api):
        def perform(self, call: Call) -> Any:
            if call.role == "update":
                self.updates = getattr(self, "updates", 0) + 1
                if self.updates % 20 == 0:
                    raise Refusal(500, "Something went wrong.")
            return super().perform(call)

    class AppliedAndFailed(EveryTwentieth):
        def perform(self, call: Call) -> Any:
            try:
                return super().perform(call)
            except Refusal:
                self.apply(call)
                raise

    name = "any.no_server_error"
    also = ("update.accepts*", "concurrency.*", "update.combines", "errors.body")
    yield plant(
        f"{name}/one_update_in_twenty",
        "One update in twenty is answered with 500.",
        sometimes(0.05, "update"),
        also=also,
    )
    yield plant(
        f"{name}/every_twentieth_update",
        "Every twentieth update is answered with 500.",
        EveryTwentieth,
        also=also,
    )
    yield plant(
        f"{name}/applied_and_failed",
        "Every twentieth update is applied and answered with 500.",
        AppliedAndFailed,
        also=(*also, "update.refused*"),
    )
    yield plant(
        f"{name}/one_retrieve_in_twenty",
        "One retrieve in twenty is answered with 500.",
        sometimes(0.05, "retrieve"),
        also=also,
    )
    third = failing(lambda call: nth_update(call, after=2))
    sequels = (*also, "update.*", "metadata.*", "success.*", "image.accepts*", "version.accepted*", "input.robust")
    yield plant(
        f"{name}/from_the_third_update_on",
        "From its third update on, a session answers 500.",
        third,
        also=sequels,
    )
    long = failing(lambda call: len(str(call.body.get(text, ""))) > 1000)
    yield plant(
        f"{name}/long_{text}",
        f"Over 1,000 characters in {text} are answered with 500.",
        long,
        also=("update.exact*", "input.robust"),
    )
    emoji = failing(lambda call: any(letter > "\uffff" for letter in str(call.body.get(text, ""))))
    yield plant(
        f"{name}/emoji_in_{text}",
        f"Characters beyond U+FFFF in {text} are answered with 500.",
        emoji,
        also=("update.exact*",),
    )
    for field in contract.of_kind("metadata"):
        proto = _failing_with_key(field.name, "__proto__")
        yield plant(f"{name}/prototype_key", "The key __proto__ is answered with 500.", proto, also=("metadata.exact",))
        yield plant(
            f"{name}/number_beyond_64_bits",
            "A whole number that takes more than 64 bits is answered with 500.",
            _failing_with_number_beyond(field.name, 2**64),
            breaks=("input.robust",),
        )


def _failing_with_number_beyond(name: str, most: int) -> type[Api]:
    def fails(call: Call) -> bool:
        value = call.body.get(name)
        numbers = [item for item in value.values() if isinstance(item, int)] if isinstance(value, dict) else []
        return any(most <= abs(number) < most**2 for number in numbers)  # thousands of digits are refused before

    return failing(fails)


def _failing_with_key(name: str, key: str) -> type[Api]:
    return failing(lambda call: isinstance(pairs := call.body.get(name), dict) and key in pairs)
