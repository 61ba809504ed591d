"""Faults in what API versions are known, and what each shows."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG002

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from pytest_checkout.contract.model import Contract, Versions
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, plant
from pytest_checkout.mock.messages import Call, Refusal
from pytest_checkout.mock.store import Session


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of the area *version*."""
    if contract.versions is not None:
        yield from _accepted(contract.versions)
        yield from _unknown(contract.versions)
        if contract.versions.field is not None:
            yield from _methods(contract.versions)


def _refusing(named: str | None, *, roles: tuple[str, ...], status: int = 400) -> type[Api]:
    class Refusing(Api):
        def choose_version(self, call: Call) -> None:
            super().choose_version(call)
            versions = self.contract.versions
            if versions is not None and call.request.header(versions.header) == named and call.role in roles:
                raise Refusal(status, "This version is not offered.")

    return Refusing


def _accepted(versions: Versions) -> Iterator[Planted]:
    also = ("version.methods*",)
    for name in (*versions.names, None):
        word = name or "absent"
        api = _refusing(name, roles=("create", "retrieve", "update"))
        everything = ("*",) if name is None else also
        yield plant(f"version.accepted[{word}]/refused", f"Version {word} is refused.", api, also=everything)
        summary = f"Version {word} is refused by the update, and by nothing else."
        yield plant(
            f"version.accepted[{word}]/refused_by_update",
            summary,
            _refusing(name, roles=("update",)),
            also=everything,
        )
    newest = versions.names[-1]
    api = _refusing(newest, roles=("update",), status=500)
    both = ("any.no_server_error",)
    yield plant(
        f"version.accepted[{newest}]/server_error",
        f"Version {newest} is answered with 500.",
        api,
        breaks=both,
        also=also,
    )
    yield plant(
        "version.accepted[absent]/refused_behind_an_unknown",
        "The next update without the header is refused where the last one's version was unknown.",
        _RefusedBehindUnknown,
        also=also,
    )


class _RefusedBehindUnknown(Api):
    def choose_version(self, call: Call) -> None:
        """Refuse what names none, once."""
        absent = self.contract.versions is None or call.request.header(self.contract.versions.header) is None
        if absent and call.role == "update" and self.__dict__.pop("unknown", False):
            raise Refusal(self.REFUSED, "This version is not known.")
        super().choose_version(call)

    def meet_unknown_version(self, call: Call) -> None:
        """Remember it."""
        self.__dict__["unknown"] = True
        super().meet_unknown_version(call)


def _methods(versions: Versions) -> Iterator[Planted]:
    def showing(change: Callable[[Call, list[Any], list[Any]], Any], version: str) -> type[Api]:
        class Showing(Api):
            def shown(self, call: Call, name: str, value: Any) -> Any:
                shown = super().shown(call, name, value)
                if name != versions.field or call.version != version or not isinstance(value, list):
                    return shown
                return change(call, value, shown)

        return Showing

    narrow = min(versions.names, key=lambda name: len(versions.shows.get(name, ())))
    wide = max(versions.names, key=lambda name: len(versions.shows.get(name, ())))
    kinds: tuple[tuple[str, str, Callable[[Call, list[Any], list[Any]], Any], str], ...] = (
        ("shows_all", narrow, lambda _, value, __: value, "shows what it does not know"),
        (
            "answer_shows_all",
            narrow,
            lambda call, value, shown: value if call.role == "update" else shown,
            "shows what it does not know, in the answer of an update only",
        ),
        (
            "retrieve_shows_all",
            narrow,
            lambda call, value, shown: value if call.role == "retrieve" else shown,
            "shows what it does not know, in a retrieve only",
        ),
        (
            "shows_all_without_its_own",
            narrow,
            lambda _, value, shown: shown if any(item in versions.shows[narrow] for item in value) else value,
            "shows what it does not know, where a session has nothing that it knows",
        ),
        ("shows_first_only", wide, lambda _, __, shown: shown[:1], "shows one value of several"),
        (
            "shows_like_the_other",
            wide,
            lambda _, value, __: [item for item in value if item in versions.shows[narrow]],
            "shows what the narrower version knows",
        ),
        (
            "answer_like_the_other",
            wide,
            lambda call, value, shown: (
                [item for item in value if item in versions.shows[narrow]] if call.role == "update" else shown
            ),
            "shows what the narrower version knows, in the answer of an update only",
        ),
    )

    named = versions.field

    class Defaulted(Api):
        def shown(self, call: Call, name: str, value: Any) -> Any:
            plain = name == named and call.version == narrow and call.target.memory.get("defaulted")
            return list(versions.shows[wide]) if plain else super().shown(call, name, value)

        def new_session(self, call: Call) -> Session:
            session = super().new_session(call)
            session.memory["defaulted"] = named not in call.body
            return session

    summary = f"Version {narrow} shows what it does not know of a session that was created for nothing in particular."
    yield plant(f"version.methods[{narrow}]/shows_all_by_default", summary, Defaulted)
    base = showing(lambda call, value, shown: value if call.target.memory.get("updated") else shown, narrow)

    class OnceUpdated(base):  # type: ignore[misc,valid-type]
        def save(self, call: Call, values: dict[str, Any]) -> None:
            super().save(call, values)
            call.target.memory["updated"] = call.role == "update" and bool(call.body)

    summary = f"Version {narrow} shows what it does not know, in a retrieve once the session was updated."
    yield plant(f"version.methods[{narrow}]/shows_all_once_updated", summary, OnceUpdated)
    for what, version, change, summary in kinds:
        yield plant(f"version.methods[{version}]/{what}", f"Version {version} {summary}.", showing(change, version))


def _unknown(versions: Versions) -> Iterator[Planted]:
    kinds: tuple[tuple[str, Callable[[str], bool], str], ...] = (
        ("all_taken", lambda _: True, "Any version is taken."),
        ("later_taken", lambda sent: sent > max(versions.names), "A version later than the last is taken."),
        ("words_taken", lambda sent: not sent[:1].isdigit(), "A version that is no date is taken."),
        (
            "more_after_taken",
            lambda sent: sent.startswith(versions.names),
            "A known version with more after it is taken.",
        ),
        (
            "dates_between_taken",
            lambda sent: min(versions.names) < sent < max(versions.names) and sent.count("-") == 2,
            "A date between two versions is taken.",
        ),
        ("dates_taken", lambda sent: sent[:4].isdigit() and sent.count("-") == 2, "Any date is taken."),
    )
    for what, takes, summary in kinds:
        yield plant(f"version.unknown/{what}", summary, _taking(takes))
    summary = f"{versions.header} is not seen where it is spelled in other letters."
    yield plant("version.unknown/header_of_exact_letters", summary, _of_exact_letters())
    both = ("any.no_server_error",)
    yield plant("version.unknown/server_error", "An unknown version is answered with 500.", _failing(), breaks=both)


def _taking(takes: Callable[[str], bool]) -> type[Api]:
    class Taking(Api):
        def meet_unknown_version(self, call: Call) -> None:
            versions = self.contract.versions
            if versions is not None and takes(call.request.header(versions.header) or ""):
                call.version = versions.default
            else:
                super().meet_unknown_version(call)

    return Taking


def _of_exact_letters() -> type[Api]:
    class OfExactLetters(Api):
        def choose_version(self, call: Call) -> None:
            header = self.contract.versions.header if self.contract.versions is not None else ""
            seen = tuple(
                pair for pair in call.request.headers if pair[0] == header or pair[0].lower() != header.lower()
            )
            call.request = replace(call.request, headers=seen)
            super().choose_version(call)

    return OfExactLetters


def _failing() -> type[Api]:
    class Failing(Api):
        def meet_unknown_version(self, call: Call) -> None:
            raise Refusal(500, "Something went wrong.")

    return Failing
