"""Faults in which session an id names, and which versions are known."""

# An overridden step takes what the step takes, needed or not.

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, When, plant
from pytest_checkout.mock.messages import Call, Refusal
from pytest_checkout.mock.store import Session


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of the area *session*."""
    yield from _unknown()
    yield from _near_miss()
    yield from _other_account(contract)


def finding(alike: Callable[[str, str], bool]) -> type[Api]:
    """Let an id name a session where ``alike(sent, real)`` holds."""

    class Finding(Api):
        def look_up(self, id: str) -> Session | None:
            found = super().look_up(id)
            return found or next((item for item in self.store.all() if alike(id, item.id)), None)

    return Finding


def _pretended(when: When = lambda _: True) -> type[Api]:
    class Pretended(Api):
        def find(self, call: Call, id: str) -> Session:
            if self.look_up(id) is None and call.role == "update" and _has_form(self, id) and when(call):
                session = self.new_session(call)
                session.values[self.contract.session.id_field] = id
                return session
            return super().find(call, id)

    return Pretended


def _of_metadata(call: Call) -> bool:
    """Whether an update names metadata alone."""
    try:
        sent = json.loads(call.request.body)
    except ValueError:
        return False
    return isinstance(sent, dict) and bool(sent) and all(isinstance(value, dict) for value in sent.values())


def _unknown() -> Iterator[Planted]:
    def answered(status: int) -> type[Api]:
        class Answered(Api):
            def find(self, call: Call, id: str) -> Session:
                if self.look_up(id) is None:
                    raise Refusal(status, "There is no such session.")
                return super().find(call, id)

        return Answered

    class Created(Api):
        def find(self, call: Call, id: str) -> Session:
            if self.look_up(id) is None and call.role == "update" and _has_form(self, id):
                session = self.new_session(call)
                session.id = session.values[self.contract.session.id_field] = id
                self.store.add(session)
            return super().find(call, id)

    class CreatedAndRefused(Api):
        def find(self, call: Call, id: str) -> Session:
            if self.look_up(id) is None and call.role == "update" and _has_form(self, id):
                session = self.new_session(call)
                session.id = session.values[self.contract.session.id_field] = id
                self.store.add(session)
                raise Refusal(404, "There is no such session.")
            return super().find(call, id)

    also = ("auth.hides_sessions", "session.near_miss", "session.other_account", "method.*")
    name = "session.unknown"
    yield plant(f"{name}/answered_400", "An unknown id is answered with 400.", answered(400), also=also)
    yield plant(f"{name}/answered_200", "An unknown id is answered with 200 and a session.", _pretended(), also=also)
    yield plant(
        f"{name}/answered_200_for_metadata",
        "An update of metadata alone is answered with 200 for an unknown id.",
        _pretended(_of_metadata),
        also=also,
    )
    yield plant(f"{name}/created", "An update of an unknown id creates the session.", Created, also=also)
    yield plant(
        f"{name}/created_and_refused",
        "An update of an unknown id is 404 and creates the session.",
        CreatedAndRefused,
        also=also,
    )
    both = ("any.no_server_error",)
    yield plant(
        f"{name}/server_error",
        "An unknown id is answered with 500.",
        answered(500),
        breaks=both,
        also=("session.*", *also),
    )


def _has_form(api: Api, id: str) -> bool:
    template = api.contract.session.fields[api.contract.session.id_field].template
    return isinstance(template, str) and len(id) == len(template) and id.startswith(template.partition("*")[0])


def _near_miss() -> Iterator[Planted]:
    kinds: tuple[tuple[str, Callable[[str, str], bool], str], ...] = (
        ("without_case", lambda sent, real: sent.lower() == real.lower(), "Ids match without regard to letter case."),
        (
            "beginning",
            lambda sent, real: len(sent) >= 12 and real.startswith(sent),
            "The beginning of an id names the session.",
        ),
        ("end", lambda sent, real: len(sent) >= 8 and real.endswith(sent), "The end of an id names the session."),
        ("more_after", lambda sent, real: sent.startswith(real), "An id with more after it names the session."),
        ("spaces_trimmed", lambda sent, real: sent.strip() == real, "White space around an id is passed over."),
        (
            "cut_at_nul",
            lambda sent, real: sent.partition("\0")[0] == real,
            "What follows a NUL in an id is passed over.",
        ),
        ("decoded_twice", lambda sent, real: "%" in sent and unquote(sent) == real, "Ids are percent-decoded twice."),
        (
            "compatible",
            lambda sent, real: unicodedata.normalize("NFKC", sent) == real,
            "Full-width letters count as the plain ones.",
        ),
        (
            "wildcard",
            lambda sent, real: sent in {"%", "*"} or (sent.endswith(("%", "*")) and real.startswith(sent[:-1])),
            "% and * stand for any letters.",
        ),
        (
            "semicolon",
            lambda sent, real: sent.partition(";")[0] == real,
            "What follows a semicolon in an id is passed over.",
        ),
    )
    for what, alike, summary in kinds:
        yield plant(f"session.near_miss/{what}", summary, finding(alike), also=("session.unknown",))
    errors: tuple[tuple[str, Callable[[str], bool], str], ...] = (
        (
            "bytes",
            lambda id: any("\udc80" <= letter <= "\udcff" for letter in id),
            "An id that is not UTF-8 is answered with 500.",
        ),
        (
            "broken_escape",
            lambda id: re.search("%[^0-9A-Fa-f]", id) is not None,
            "A percent sign in an id that begins no escape is answered with 500.",
        ),
        ("quote", lambda id: "'" in id, "An id with an apostrophe is answered with 500."),
        (
            "prototype",
            lambda id: id in {"__proto__", "constructor", "toString", "hasOwnProperty", "prototype"},
            "The name of a prototype is answered with 500.",
        ),
        ("nul", lambda id: "\0" in id, "An id with NUL is answered with 500."),
        ("long", lambda id: len(id) > 200, "A long id is answered with 500."),
    )
    for what, bad, summary in errors:
        api = _failing_find(bad)
        yield plant(
            f"session.near_miss/server_error_{what}",
            summary,
            api,
            breaks=("any.no_server_error",),
            also=("errors.*",),
        )


def _failing_find(bad: Callable[[str], bool]) -> type[Api]:
    class FailingFind(Api):
        def find(self, call: Call, id: str) -> Session:
            if bad(id):
                raise Refusal(500, "Something went wrong.")
            return super().find(call, id)

    return FailingFind


def _other_account(contract: Contract) -> Iterator[Planted]:
    def open_to(*roles: str, when: When = lambda _: True) -> type[Api]:
        class Open(Api):
            def meet_foreign_session(self, call: Call) -> None:
                if not (call.role in roles and when(call)):
                    super().meet_foreign_session(call)

        return Open

    class Refused(Api):
        def meet_foreign_session(self, call: Call) -> None:
            if call.role != "update":
                super().meet_foreign_session(call)

        def perform(self, call: Call) -> Any:
            value = super().perform(call)
            if call.account is not None and call.target.account != call.account.name:
                raise Refusal(404, "There is no such session.")
            return value

    name = "session.other_account"
    yield plant(
        f"{name}/updated",
        "Another account's session can be updated.",
        open_to("update"),
        also=("session.unknown",),
    )
    yield plant(
        f"{name}/metadata_updated",
        "The metadata of another account's session can be updated.",
        open_to("update", when=_of_metadata),
    )
    yield plant(f"{name}/retrieved", "Another account's session can be retrieved.", open_to("retrieve"))
    if "deactivate" in contract.operations:
        yield plant(f"{name}/deactivated", "Another account's session can be deactivated.", open_to("deactivate"))
        yield _closed()
    yield plant(
        f"{name}/all",
        "Another account's session is open to everything.",
        open_to("update", "retrieve", "deactivate"),
    )
    yield plant(f"{name}/refused_and_updated", "The update of another account's session is 404 and applied.", Refused)


def _closed() -> Planted:
    class Closed(Api):
        def find(self, call: Call, id: str) -> Session:
            session = self.look_up(id)
            return session if session is not None and session.memory.get("closed") else super().find(call, id)

        def perform(self, call: Call) -> Any:
            if call.role == "deactivate":
                call.target.memory["closed"] = True
            return super().perform(call)

    return plant(
        "session.other_account/closed", "Another account's session is in reach once it was deactivated.", Closed
    )
