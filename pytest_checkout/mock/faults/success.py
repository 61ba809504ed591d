"""Faults in the exclusion of fields, and in each of them alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, deal, plant, refusing
from pytest_checkout.mock.messages import Call, Refusal

Sent = Mapping[str, Any]


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of the area *success*."""
    if contract.exclusive:
        yield from _exclusive(contract)
        yield from _alone(contract)


def _exclusive(contract: Contract) -> Iterator[Planted]:
    group = sorted(frozenset().union(*contract.exclusive), key=list(contract.fields).index)
    others = [name for name in contract.fields if name not in group]
    texts = [name for name in group if contract.fields[name].kind == "text"]
    urls = [name for name in group if contract.fields[name].kind == "url"]
    first, last = group[0], group[-1]

    def stored(call: Call, name: str) -> Any:
        return call.target.values.get(name)

    kinds: list[tuple[str, Callable[[Call, Sent], bool], str]] = [
        ("never_refused", lambda *_: True, "The excluded fields are accepted together."),
        (
            "with_others",
            lambda _, sent: any(name in sent for name in others),
            "They are accepted where another field is sent too.",
        ),
        (
            "with_two_others",
            lambda _, sent: len(set(sent) & set(others)) >= 2,
            "They are accepted where two other fields are sent too.",
        ),
        (
            "in_another_order",
            lambda _, sent: [n for n in sent if n in group] != [n for n in group if n in sent],
            "They are accepted in another order than the documented one.",
        ),
        (
            f"{first}_last",
            lambda _, sent: list(sent)[-1] == first,
            f"They are accepted where {first} is the last field of the body.",
        ),
        (
            "on_a_new_session",
            lambda call, _: not any(stored(call, name) for name in group),
            "They are accepted where the session holds none of them.",
        ),
        (
            f"when_{first}_is_set",
            lambda call, _: bool(stored(call, first)),
            f"They are accepted where the session holds {first}.",
        ),
        (
            f"when_{last}_is_set",
            lambda call, _: bool(stored(call, last)),
            f"They are accepted where the session holds {last}.",
        ),
        (
            "when_equal_to_stored",
            lambda call, sent: any(name in sent and sent[name] == stored(call, name) for name in urls),
            "They are accepted where the URL equals the stored one.",
        ),
        (
            "when_text_equal_to_stored",
            lambda call, sent: any(name in sent and sent[name] == stored(call, name) for name in texts),
            "They are accepted where the text equals the stored one.",
        ),
        (
            "only_first_pair_refused",
            lambda call, _: bool(call.target.memory.get("refused")),
            "They are refused once, and accepted the second time.",
        ),
        (
            "with_a_query",
            lambda _, sent: any("?" in str(sent.get(name)) for name in urls),
            "They are accepted where the URL has a query.",
        ),
        (
            "without_a_version",
            lambda call, _: contract.versions is None or call.request.header(contract.versions.header) is None,
            "They are accepted where the request names no version.",
        ),
        (
            "with_http",
            lambda _, sent: any(str(sent.get(name)).startswith("http:") for name in urls),
            "They are accepted where the URL is one of http.",
        ),
        (
            "with_long_text",
            lambda _, sent: any(len(str(sent.get(name, ""))) > 50 for name in texts),
            "They are accepted where the text is over 50 characters.",
        ),
        (
            "with_short_text",
            lambda _, sent: any(len(str(sent.get(name, "12345"))) < 4 for name in texts),
            "They are accepted where the text is under 4 characters.",
        ),
    ]
    kinds += [
        (f"with_{field.name}", _sends(field.name), f"They are accepted where {field.name} is sent too.")
        for field in contract.of_kind("metadata", "image")
    ]
    for what, when, summary in kinds:
        also = ("update.refused_changes_nothing",)
        yield plant(f"success.exclusive/{what}", summary, _let_through(when), also=also)
    for what, keep in ((f"{first}_wins", first), (f"{last}_wins", last)):
        summary = f"They are accepted together, and {keep} alone is kept."
        yield plant(
            f"success.exclusive/{what}",
            summary,
            _one_wins(contract, keep),
            also=("update.refused_changes_nothing",),
        )
    yield plant(
        "success.exclusive/server_error",
        "They are answered with 500 together.",
        _exclusion_answered(500),
        breaks=("any.no_server_error",),
        also=("errors.body",),
    )
    summary = "They are answered with 200 together, and nothing is changed."
    yield plant("success.exclusive/ignored", summary, _ignored())


def _sends(name: str) -> Callable[[Call, Sent], bool]:
    return lambda _, sent: name in sent


def _let_through(when: Callable[[Call, Sent], bool]) -> type[Api]:
    class LetSomeThrough(Api):
        def check_exclusive(self, call: Call, sent: Sent) -> None:
            try:
                super().check_exclusive(call, sent)
            except Refusal:
                if not when(call, sent):
                    call.target.memory["refused"] = True
                    raise

    return LetSomeThrough


class LetThrough(Api):
    """Take the excluded fields together."""

    def check_exclusive(self, call: Call, sent: Sent) -> None:
        """Refuse nothing."""


def _one_wins(contract: Contract, winner: str) -> type[Api]:
    class OneWins(LetThrough):
        def validate(self, call: Call) -> None:
            super().validate(call)
            if call.role == "update" and winner in call.changes and contract.excluded(set(call.changes)):
                losers = contract.partners(winner)
                call.changes = {name: value for name, value in call.changes.items() if name not in losers}

    return OneWins


def _exclusion_answered(status: int) -> type[Api]:
    class Answered(Api):
        def check_exclusive(self, call: Call, sent: Sent) -> None:
            try:
                super().check_exclusive(call, sent)
            except Refusal as refusal:
                raise Refusal(status, refusal.message) from refusal

    return Answered


def _ignored() -> type[Api]:
    class Ignored(LetThrough):
        def validate(self, call: Call) -> None:
            super().validate(call)
            if call.role == "update" and self.contract.excluded(set(call.changes)):
                call.changes = {}

    return Ignored


def _alone(contract: Contract) -> Iterator[Planted]:
    group = sorted(frozenset().union(*contract.exclusive), key=list(contract.fields).index)

    def held(call: Call, name: str) -> bool:
        return any(call.target.values.get(other) for other in contract.partners(name))

    def remembers(call: Call, name: str) -> bool:
        seen = call.target.memory.setdefault("sent", set())
        seen |= call.body.keys() & set(group)
        return bool(seen & contract.partners(name))

    kinds: tuple[tuple[str, Callable[[str], type[Api]], str], ...] = (
        (
            "refused_when_other_is_set",
            lambda name: refusing(lambda _, call: name in call.body and held(call, name)),
            "is refused where the session holds the other",
        ),
        (
            "conflict_when_other_was_sent",
            lambda name: refusing(lambda _, call: remembers(call, name) and name in call.body, status=409),
            "is refused where the other was sent before",
        ),
    )
    also = (
        "update.accepts*",
        "update.combines",
        "update.stores*",
        "update.answers*",
        "update.last_wins",
        "concurrency.*",
    )
    for name, (what, make, summary) in deal(group, kinds, each=2):
        yield plant(f"success.alone[{name}]/{what}", f"{name} {summary}.", make(name), also=also)
    for name in group[-1:]:
        yield plant(
            f"success.alone[{name}]/ignored_when_other_is_set",
            f"{name} is answered with 200 and ignored where the session holds the other.",
            _ignored_beside(name, contract.partners(name)),
            also=also,
        )
    for name in group:
        api = _other_needed(name, contract.partners(name))
        summary = f"{name} is refused where the session does not hold the other."
        yield plant(
            f"success.alone[{name}]/only_when_other_is_set",
            summary,
            api,
            breaks=(f"update.accepts[{name}]",),
            also=(*also, "update.*"),
        )


def _ignored_beside(name: str, others: frozenset[str]) -> type[Api]:
    class IgnoredBeside(Api):
        def validate(self, call: Call) -> None:
            super().validate(call)
            if call.role == "update" and any(call.target.values.get(other) for other in others):
                call.changes = {field: value for field, value in call.changes.items() if field != name}

    return IgnoredBeside


def _other_needed(name: str, others: frozenset[str]) -> type[Api]:
    return refusing(lambda _, call: name in call.body and not any(call.target.values.get(other) for other in others))
