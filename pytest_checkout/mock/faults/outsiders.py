"""Faults in what those who are not let in can see and do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pytest_checkout.contract.model import Contract, FieldKind, Versions
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.auth import carries
from pytest_checkout.mock.faults.planting import Planted, plant
from pytest_checkout.mock.messages import Call, Refusal


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults behind the door."""
    if contract.security is None:
        return
    if contract.security.publishable is not None:
        yield from _publishable(contract)
        if contract.versions is not None:
            yield _publishable_under(contract.versions)
    yield from _changes_nothing()
    yield from _hides_sessions()


def _taken_where(when: Callable[[Call], bool]) -> type[Api]:
    class TakenWhere(Api):
        def meet_publishable(self, call: Call) -> None:
            if not when(call):
                super().meet_publishable(call)
            call.account = self.accounts[0]

    return TakenWhere


def _publishable_under(versions: Versions) -> Planted:
    newest = versions.names[-1]
    api = _taken_where(lambda call: call.request.header(versions.header) == newest)
    summary = f"A publishable key may update under {newest}."
    return plant("auth.publishable/newest_version_taken", summary, api, also=("auth.changes_nothing", "auth.wrong_key"))


def _publishable(contract: Contract) -> Iterator[Planted]:
    class RefusedAndApplied(Api):
        def meet_publishable(self, call: Call) -> None:
            _apply_anyway(self, call)
            super().meet_publishable(call)

    def beside(kind: FieldKind) -> type[Api]:
        names = [f'"{field.name}"'.encode() for field in contract.of_kind(kind)]
        return _taken_where(lambda call: any(name in call.request.body for name in names))

    name, also = "auth.publishable", ("auth.changes_nothing", "auth.wrong_key")
    yield plant(f"{name}/taken", "A publishable key may update.", _taken_where(lambda _: True), also=also)
    yield plant(
        f"{name}/refused_and_applied",
        "A publishable key's update is refused and applied.",
        RefusedAndApplied,
        also=also,
    )
    summary = "A publishable key may update nothing, with 200."
    yield plant(f"{name}/empty_taken", summary, _taken_where(lambda call: call.request.body == b"{}"), also=also)
    yield plant(f"{name}/metadata_taken", "A publishable key may update metadata.", beside("metadata"), also=also)
    if contract.of_kind("image"):
        summary = "A publishable key may update what an image goes with."
        yield plant(f"{name}/images_taken", summary, beside("image"), also=also)


def _apply_anyway(api: Api, call: Call) -> None:
    call.account = api.accounts[0]
    try:
        api.route(call)
        if call.role == "update":
            api.choose_version(call)
            api.parse(call)
            api.validate(call)
            api.perform(call)
    except Refusal:
        return


def _changes_nothing() -> Iterator[Planted]:
    def applied(when: Callable[[Api, Call], bool]) -> type[Api]:
        class Applied(Api):
            def authenticate(self, call: Call) -> None:
                try:
                    super().authenticate(call)
                except Refusal as refusal:
                    if refusal.status == 401 and when(self, call):
                        _apply_anyway(self, call)
                    raise

        return Applied

    name, also = "auth.changes_nothing", ("auth.publishable",)
    yield plant(
        f"{name}/applied",
        "An update without good credentials is 401 and applied.",
        applied(lambda *_: True),
        also=also,
    )
    api = applied(lambda api, call: not carries(call, api))
    yield plant(
        f"{name}/applied_without_credentials",
        "An update without credentials is 401 and applied.",
        api,
        also=also,
    )
    api = applied(lambda api, call: carries(call, api))
    yield plant(f"{name}/applied_with_wrong_key", "An update with a wrong key is 401 and applied.", api, also=also)


def _hides_sessions() -> Iterator[Planted]:
    def telling(status: int, message: str, *, for_known: bool) -> type[Api]:
        class Telling(Api):
            def authenticate(self, call: Call) -> None:
                try:
                    super().authenticate(call)
                except Refusal as refusal:
                    ids = [id for _, id in self.matching(call.request.path) if id is not None]
                    known = any(self.store.get(id) is not None for id in ids)
                    if refusal.status == 401 and ids and known == for_known:
                        raise Refusal(status, message, headers=refusal.headers) from refusal
                    raise

        return Telling

    name, also = (
        "auth.hides_sessions",
        ("auth.malformed", "auth.required", "auth.wrong_key", "auth.near_miss", "auth.scheme", "session.*"),
    )
    yield plant(
        f"{name}/unknown_404",
        "Without good credentials an unknown id is 404.",
        telling(404, "There is no such session.", for_known=False),
        also=also,
    )
    yield plant(
        f"{name}/known_403",
        "Without good credentials a known id is 403.",
        telling(403, "This session is not yours.", for_known=True),
        also=also,
    )
    yield plant(
        f"{name}/other_message",
        "Without good credentials the message tells whether the id is known.",
        telling(401, "No key for this session.", for_known=True),
        also=also,
    )
