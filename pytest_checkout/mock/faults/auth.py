"""Faults in who is let in."""

# An overridden step takes what the step takes, needed or not.
# ruff: noqa: ARG002

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.api import Api
from pytest_checkout.mock.faults.planting import Planted, letter_too_many, plant
from pytest_checkout.mock.messages import Call, Refusal


def faults(contract: Contract) -> Iterator[Planted]:
    """All faults of the area *auth*."""
    if contract.security is None:
        return
    yield from _required()
    if "deactivate" in contract.operations:
        yield plant(
            "auth.required/not_by_deactivate",
            "No credentials are needed to deactivate.",
            _open_to(lambda api, call: not carries(call, api) and _deactivates(api, call)),
            also=("auth.changes_nothing",),
        )
    yield from _wrong_key()
    yield from _near_miss(contract.security.scheme)
    if contract.security.scheme in {"basic", "bearer"}:
        yield from _scheme(contract.security.scheme)
        yield from _malformed(contract.security.scheme)


def _let_in(when: Callable[[Call], bool]) -> type[Api]:
    class LetIn(Api):
        def authenticate(self, call: Call) -> None:
            try:
                super().authenticate(call)
            except Refusal:
                if not when(call):
                    raise
                call.account = self.accounts[0]

    return LetIn


def carries(call: Call, api: Api) -> bool:
    """Whether the request has credentials of any kind."""
    return api.contract.security is not None and call.request.header(api.contract.security.header) is not None


def _open_to(when: Callable[[Api, Call], bool]) -> type[Api]:
    class OpenTo(Api):
        def authenticate(self, call: Call) -> None:
            try:
                super().authenticate(call)
            except Refusal:
                if not when(self, call):
                    raise
                call.account = self.accounts[0]

    return OpenTo


def _deactivates(api: Api, call: Call) -> bool:
    operation = api.contract.operations["deactivate"]
    ends = call.request.target.endswith(operation.path.rpartition("}")[2])
    return ends and call.request.method == operation.method.upper()


def _required() -> Iterator[Planted]:
    also = ("auth.changes_nothing", "auth.hides_sessions", "auth.publishable")

    def update_or(call: Call, api: Api, *, other: bool) -> bool:
        return (call.request.method == api.contract.update.method.upper()) != other

    name = "auth.required"
    yield plant(
        f"{name}/never",
        "No credentials are needed.",
        _open_to(lambda api, call: not carries(call, api)),
        also=also,
    )
    api = _open_to(lambda api, call: not carries(call, api) and update_or(call, api, other=False))
    yield plant(f"{name}/not_by_update", "No credentials are needed for the update's method.", api, also=also)
    api = _open_to(lambda api, call: not carries(call, api) and not call.request.body.strip())
    yield plant(f"{name}/not_without_body", "No credentials are needed by a request without a body.", api, also=also)
    api = _open_to(lambda api, call: not carries(call, api) and "form" in (call.request.header("Content-Type") or ""))
    yield plant(f"{name}/not_for_forms", "No credentials are needed by what is declared as a form.", api, also=also)
    api = _matching(lambda sent, _: not sent)
    yield plant(
        f"{name}/empty_key_taken", "An empty key is taken.", api, also=(*also, "auth.malformed", "auth.wrong_key")
    )
    yield plant(
        f"{name}/answered_403",
        "Missing credentials are answered with 403.",
        _answered(403, carried=False),
        also=also,
    )
    both = ("any.no_server_error",)
    yield plant(
        f"{name}/server_error",
        "Missing credentials are answered with 500.",
        _answered(500, carried=False),
        breaks=both,
        also=also,
    )


def _answered(status: int, *, carried: bool) -> type[Api]:
    class Answered(Api):
        def authenticate(self, call: Call) -> None:
            try:
                super().authenticate(call)
            except Refusal as refusal:
                if refusal.status == 401 and carries(call, self) == carried:
                    raise Refusal(status, refusal.message) from refusal
                raise

    return Answered


def _wrong_key() -> Iterator[Planted]:
    also = (
        "auth.near_miss",
        "auth.changes_nothing",
        "auth.hides_sessions",
        "auth.scheme",
        "auth.malformed",
        "auth.required",
        "session.other_account",
    )
    kinds: tuple[tuple[str, Callable[[str, str], bool], str], ...] = (
        ("any_key", lambda _, __: True, "Any key is taken."),
        (
            "any_of_its_form",
            lambda sent, key: len(sent) == len(key) and sent[:4] == key[:4],
            "Any key of the right form is taken.",
        ),
        ("any_beginning", lambda sent, key: sent[:8] == key[:8], "Any key that begins like a real one is taken."),
    )
    for what, matches, summary in kinds:
        yield plant(f"auth.wrong_key/{what}", summary, _matching(matches), also=also)
    yield plant(
        "auth.wrong_key/answered_403",
        "A wrong key is answered with 403.",
        _answered(403, carried=True),
        also=also,
    )
    yield plant(
        "auth.wrong_key/answered_404",
        "A wrong key is answered with 404.",
        _answered(404, carried=True),
        also=also,
    )
    both = ("any.no_server_error",)
    yield plant(
        "auth.wrong_key/server_error",
        "A wrong key is answered with 500.",
        _answered(500, carried=True),
        breaks=both,
        also=also,
    )


def _matching(matches: Callable[[str, str], bool]) -> type[Api]:
    class Matching(Api):
        def key_matches(self, sent: str, key: str) -> bool:
            known = any(sent == account.key for account in self.accounts)
            return sent == key if known else key == self.keys.secret and matches(sent, key)

    return Matching


def _secret_part(key: str) -> str:
    return re.split("[_-]", key)[-1]


def _near_miss(scheme: str) -> Iterator[Planted]:
    kinds: tuple[tuple[str, Callable[[str, str], bool], str], ...] = (
        ("without_case", lambda sent, key: sent.lower() == key.lower(), "Keys match without regard to letter case."),
        ("beginning", lambda sent, key: len(sent) >= 8 and key.startswith(sent), "The beginning of a key is taken."),
        ("last_letter", lambda sent, key: sent == key[:-1], "A key without its last letter is taken."),
        ("more_after", lambda sent, key: sent.startswith(key), "A key with more after it is taken."),
        (
            "first_twelve",
            lambda sent, key: sent[:12] == key[:12] and len(sent) == len(key),
            "Only the first twelve letters are compared.",
        ),
        (
            "without_prefix",
            lambda sent, key: sent == _secret_part(key),
            "A key without its public prefix is taken.",
        ),
        (
            "prefix_ignored",
            lambda sent, key: _secret_part(sent) == _secret_part(key),
            "A key with another public prefix is taken.",
        ),
        ("end", lambda sent, key: len(sent) >= 8 and key.endswith(sent), "The end of a key is taken."),
    )
    if scheme == "basic":
        kinds += (
            ("spaces", lambda sent, key: sent.strip() == key, "A key with spaces around it is taken."),
            ("newline", lambda sent, key: sent == f"{key}\n", "A key with a newline after it is taken."),
        )
    also = ("auth.changes_nothing", "auth.wrong_key", "auth.hides_sessions")
    for what, matches, summary in kinds:
        yield plant(f"auth.near_miss/{what}", summary, _matching(matches), also=also)


def _scheme(scheme: str) -> Iterator[Planted]:
    class AnyScheme(Api):
        def meet_other_scheme(self, scheme: str, credentials: str) -> str:
            return self.keys.secret

    class BearerTaken(Api):
        def meet_other_scheme(self, scheme: str, credentials: str) -> str:
            known = {"bearer", "basic"}
            return self.keys.secret if scheme.lower() in known else super().meet_other_scheme(scheme, credentials)

    class Answered(Api):
        def meet_other_scheme(self, scheme: str, credentials: str) -> str:
            raise Refusal(403, "Another scheme is needed.")

    class Failing(Api):
        def meet_other_scheme(self, scheme: str, credentials: str) -> str:
            raise Refusal(500, "Something went wrong.")

    class CaseMatters(Api):
        def key_of(self, call: Call) -> str:
            sent = call.request.header("Authorization") or ""
            if sent and sent.partition(" ")[0] != scheme.capitalize():
                raise self.unauthorized(401, "Another authentication scheme is needed.")
            return super().key_of(call)

    # An empty header is of another scheme, too.
    name, also = "auth.scheme", ("auth.required", "auth.malformed", "auth.changes_nothing", "auth.hides_sessions")
    yield plant(f"{name}/any_taken", "Any other scheme is taken, whatever its credentials.", AnyScheme, also=also)
    other = "Bearer" if scheme == "basic" else "Basic"
    yield plant(f"{name}/{other.lower()}_taken", f"{other} is taken, whatever its credentials.", BearerTaken, also=also)
    yield plant(f"{name}/answered_403", "Another scheme is answered with 403.", Answered, also=also)
    yield plant(
        f"{name}/server_error",
        "Another scheme is answered with 500.",
        Failing,
        breaks=("any.no_server_error",),
        also=also,
    )
    yield plant(f"{name}/case_matters", "The scheme is refused in lower case.", CaseMatters)


def _malformed(scheme: str) -> Iterator[Planted]:
    def bare(call: Call) -> bool:
        credentials = (call.request.header("Authorization") or "").partition(" ")[2].strip()
        return credentials == "" and bool((call.request.header("Authorization") or "").strip())

    name, also = "auth.malformed", ("auth.changes_nothing", "auth.hides_sessions", "auth.near_miss", "auth.wrong_key")
    yield plant(f"{name}/bare_scheme_taken", "A scheme without credentials is taken.", _let_in(bare), also=also)
    api = _failing_where(bare)
    yield plant(
        f"{name}/bare_scheme_server_error",
        "A scheme without credentials is answered with 500.",
        api,
        breaks=("any.no_server_error",),
        also=also,
    )
    if scheme == "basic":

        class Failing(Api):
            def meet_malformed_credentials(self, credentials: str) -> str:
                raise Refusal(500, "Something went wrong.")

        class OneLetterTooMany(Api):
            def meet_malformed_credentials(self, credentials: str) -> str:
                if letter_too_many(credentials):
                    raise Refusal(500, "Something went wrong.")
                return super().meet_malformed_credentials(credentials)

        class Taken(Api):
            def meet_malformed_credentials(self, credentials: str) -> str:
                return self.keys.secret

        both = ("any.no_server_error",)
        yield plant(
            f"{name}/server_error",
            "Credentials that can't be read are answered with 500.",
            Failing,
            breaks=both,
            also=also,
        )
        yield plant(
            f"{name}/server_error_for_a_letter_too_many",
            "Base64 of one letter more than can be read is answered with 500, whatever else is in it.",
            OneLetterTooMany,
            breaks=both,
            also=also,
        )
        yield plant(f"{name}/taken", "Credentials that can't be read are taken.", Taken, also=also)


def _failing_where(when: Callable[[Call], bool]) -> type[Api]:
    class Failing(Api):
        def authenticate(self, call: Call) -> None:
            if when(call):
                raise Refusal(500, "Something went wrong.")
            super().authenticate(call)

    return Failing
