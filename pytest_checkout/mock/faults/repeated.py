"""Faults in updates that follow each other: the same one twice, and two of which the later wins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote

from pytest_checkout.contract.model import Contract, Field
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, nth_update, plant, refusing, spoiling, storing
from pytest_checkout.mock.messages import Call


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of updates that repeat or replace another."""
    yield from _repeated(contract)
    for field in contract.of_kind("image"):
        yield plant(
            f"update.answers[{field.name}]/old_of_the_same_length",
            f"A {field.name} whose text is as long as the old one's does not replace it.",
            keeping_old(field.name, lambda new, old: isinstance(old, str) and len(str(new)) == len(old)),
            also=("update.stores*", "update.last_wins", "update.combines", "image.*", "update.exact*"),
        )


def _repeated(contract: Contract) -> Iterator[Planted]:
    texts = contract.of_kind("text")
    first, last = texts[0].name, texts[-1].name
    also = ("update.last_wins", "update.stores*", "update.answers*", "update.accepts*", "concurrency.*")

    yield plant(
        f"update.idempotent/{first}_doubled",
        f"{first} sent again with the same value is appended to itself.",
        spoiling(lambda call, values: {first: f"{values[first]} {values[first]}"} if _is_held(call, first) else {}),
        also=also,
    )
    yield plant(
        f"update.idempotent/{last}_toggled",
        f"{last} sent again with the same value is unset.",
        _unset_again(last),
        also=also,
    )
    yield plant(
        "update.idempotent/refused_the_second_time",
        "An update that changes nothing is refused with 409.",
        refusing(lambda _, call: bool(call.body) and all(_is_held(call, name) for name in call.body), status=409),
        also=(*also, "update.accepts*", "metadata.*", "success.*", "image.*"),
    )
    for field in contract.of_kind("metadata")[:1]:
        api = _unset_again(field.name)
        summary = "The same pairs sent again are taken away."
        yield plant(f"update.idempotent/{field.name}_toggled", summary, api, also=("metadata.*", *also))
    sequels = (
        "update.stores*",
        "update.answers*",
        "concurrency.*",
        "update.stores_at_once",
        "success.*",
        "update.exact*",
    )
    yield plant(
        f"update.last_wins/longer_{first}_stays",
        f"A shorter {first} does not replace a longer one.",
        keeping_old(first, lambda new, old: isinstance(old, str) and isinstance(new, str) and len(new) < len(old)),
        also=sequels,
    )
    yield plant(
        f"update.last_wins/greater_{last}_stays",
        f"{last} keeps the greater of the two values.",
        keeping_old(last, lambda new, old: isinstance(old, str) and isinstance(new, str) and new < old),
        also=sequels,
    )
    yield plant(
        f"update.last_wins/letter_case_of_{last}_stays",
        f"A {last} that differs from the old one in letter case alone does not replace it.",
        keeping_old(last, lambda new, old: new != old and str(new).lower() == str(old).lower()),
        also=sequels,
    )
    for field in contract.of_kind("image"):
        yield plant(
            f"update.exact[{field.name}]/empty_ignored",
            f"An empty {field.name} is answered with 200, and the old one stays.",
            _empty_ignored(field.name),
            also=sequels,
        )
    for field in contract.of_kind("url")[-1:]:
        yield plant(
            f"update.answers[{field.name}]/old_but_for_the_fragment",
            f"A {field.name} that differs from the old one in its fragment alone does not replace it.",
            keeping_old(field.name, lambda new, old: new != old and str(new).split("#")[0] == str(old).split("#")[0]),
            also=(*sequels, "update.combines", "update.last_wins"),
        )
        yield plant(
            f"update.answers[{field.name}]/old_but_for_percent_encoding",
            f"A {field.name} that is the old one once both are percent-decoded does not replace it.",
            keeping_old(field.name, lambda new, old: new != old and unquote(str(new)) == unquote(str(old))),
            also=(*sequels, "update.combines", "update.last_wins"),
        )
    yield plant(
        f"update.exact[{last}]/composed_alike_stays",
        f"A {last} that is the old one once both are composed (NFC) does not replace it.",
        keeping_old(last, lambda new, old: new != old and normalize("NFC", str(new)) == normalize("NFC", str(old))),
        also=sequels,
    )
    yield plant(
        "update.last_wins/third_update_lost",
        "From the third update on, text is shown in the answer and not stored.",
        storing(first, lambda _, old: old, when=lambda call: nth_update(call, after=2)),
        also=(*sequels, "update.keeps*", "update.idempotent"),
    )


def _empty_ignored(name: str) -> type[Api]:
    class EmptyIgnored(keeping_old(name, lambda new, _: new == "")):  # type: ignore[misc]
        def meet_empty_text(self, field: Field) -> Any:
            return "" if field.name == name else super().meet_empty_text(field)

    return EmptyIgnored


def _is_held(call: Call, name: str) -> bool:
    sent, held = call.body.get(name), call.target.values.get(name)
    if isinstance(sent, dict) and isinstance(held, dict):
        return all(key in held and held[key] == value for key, value in sent.items())
    return name in call.body and sent == held


def _unset_again(name: str) -> type[Api]:
    def change(call: Call, values: dict[str, Any]) -> dict[str, Any]:
        if not call.body.get(name) or not _is_held(call, name):
            return {}
        return {name: {} if isinstance(values[name], dict) else None}

    return spoiling(change)


def keeping_old(name: str, when: Callable[[Any, Any], bool]) -> type[Api]:
    """Keep the old value of a field where ``when(new, old)`` holds."""

    class KeepingOld(Api):
        def changed(self, call: Call, field: str, old: Any, new: Any) -> Any:
            value = super().changed(call, field, old, new)
            return old if field == name and call.role == "update" and when(new, old) else value

    return KeepingOld
