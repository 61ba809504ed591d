"""The command line, ini values and environment of a run, checked and frozen as :class:`Settings`."""

from __future__ import annotations

import difflib
import os
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from pytest_checkout.effort import Effort
from pytest_checkout.errors import UsageProblem

AREAS = (
    "update",
    "success",
    "image",
    "metadata",
    "session",
    "version",
    "auth",
    "input",
    "errors",
    "method",
    "concurrency",
    "schema",
    "any",
)
_SEED_IN_CI = 20221015
_OPTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("base-url", "store", "URL", "judge the API at this address"),
    ("mock", "store_true", "", "judge the embedded mock: a real server on a free loopback port, for this run"),
    ("fault", "append", "NAME", "judge the mock with this fault planted; repeats"),
    ("variant", "append", "NAME", "judge the mock with this latitude taken; repeats"),
    (
        "self-test",
        "store_true",
        "",
        "test the suite: plant the mock's faults one by one, and say which of the contract's rules are caught",
    ),
    ("session", "append", "ID", "judge on this session instead of fresh ones; repeats; nothing is created"),
    ("contract", "store", "NAME|PATH", "the contract to judge by (default: speed)"),
    ("api-version", "store", "VERSION", "judge one version only (default: every version that the contract lists)"),
    ("level", "store", "must|should", "the lowest level whose break turns the run red (default: should)"),
    ("area", "append", "AREA", f"judge only this area; repeats ({', '.join(AREAS)})"),
    ("seed", "store", "N", "the seed of everything drawn (default: a new one each run, fixed under CI=true)"),
    ("effort", "store", "quick|standard|thorough", "how much to send (default: standard)"),
    ("header", "append", "'NAME: VALUE'", "send this with every request; repeats; the value is treated as a secret"),
    ("strict", "store_true", "", "every untried behaviour is red"),
    (
        "report",
        "append",
        "PATH",
        "write the verdicts to this file; the suffix names the format (.html, .json, .md, .sarif, .svg, .har); repeats",
    ),
    ("baseline", "store", "FILE", "breaks that are known, in YAML: they do not turn the run red, and stale entries do"),
    (
        "baseline-update",
        "store_true",
        "",
        "write the baseline anew: new breaks are added, mended ones go, reasons stay",
    ),
    ("allow-live", "store_true", "", "take live keys; what could do harm stays off unless its area is asked for"),
    ("allow-http", "store_true", "", "send keys over plain http to another machine"),
    ("ca-bundle", "store", "PATH", "trust the certificates in this file instead of the system's"),
    ("proxy", "store", "URL", "send through this HTTP proxy; none is taken from the environment"),
    (
        "rate-limit",
        "store",
        "N/s",
        "send at most so many requests a second, or a minute (N/m), with all workers together",
    ),
    (
        "request-timeout",
        "store",
        "SECONDS",
        "the longest a whole answer may take (default: 10); a slower one is broken",
    ),
    ("max-time", "store", "SECONDS", "the longest the run may take; what is not judged by then is untried"),
    ("image-host", "store", "URL", "the address under which the API reaches the run's image host"),
    ("image-bind", "store", "HOST:PORT", "where the run's image host listens (default: 127.0.0.1, a free port)"),
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a run was asked to do.

    ``suite`` tells whether the suite runs: a target was given as an option. ``headers`` are pairs of a name and a value
    that is a secret.
    """

    suite: bool = False
    base_url: str = ""
    mock: bool = False
    faults: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    self_test: bool = False
    sessions: tuple[str, ...] = ()
    contract: str = "speed"
    api_version: str | None = None
    level: str = "should"
    areas: tuple[str, ...] = ()
    seed: int = 0
    effort: Effort = Effort.STANDARD
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    strict: bool = False
    reports: tuple[Path, ...] = ()
    baseline: Path | None = None
    baseline_update: bool = False
    allow_live: bool = False
    allow_http: bool = False
    ca_bundle: Path | None = None
    proxy: str | None = None
    rate_limit: float | None = None
    request_timeout_s: float = 10.0
    max_time_s: float | None = None
    image_host: str | None = None
    image_bind: str = "127.0.0.1:0"


def add_options(parser: pytest.Parser) -> None:
    """Register the options, an ini value for each, and nothing else."""
    group = parser.getgroup("checkout", "checkout: which behaviours of a checkout API are broken")
    for name, action, metavar, help in _OPTIONS:
        options: dict[str, Any] = {
            "dest": f"checkout_{name.replace('-', '_')}",
            "action": action,
            "help": help,
            "default": None,
        }
        if metavar:
            options["metavar"] = metavar
        group.addoption(f"--checkout-{name}", **options)
        kind: Any = {"append": "linelist", "store_true": "bool"}.get(action, "string")
        parser.addini(
            f"checkout_{name.replace('-', '_')}",
            f"like --checkout-{name}, for the fixtures only",
            type=kind,
            default=None,
        )


def read_settings(config: pytest.Config, *, environment: Mapping[str, str] = os.environ) -> Settings:
    """What the run was asked to do, by option, ini value and environment, in this order.

    A target that an option names makes the suite run; one from an ini value or the environment feeds the fixtures only.

    Raises:
        UsageProblem: an option can't be used as it was given.
    """
    option, either = _Reader(config, ini=False), _Reader(config, ini=True)
    faults, variants = option.many("fault"), option.many("variant")
    mock = option.flag("mock") or bool(faults or variants)
    base_url = option.one("base-url")
    if mock and base_url:
        raise UsageProblem("--checkout-base-url and --checkout-mock (or a fault or variant of it) exclude each other.")
    self_test = _self_test(option)
    if mock and option.many("session"):
        raise UsageProblem(
            "--checkout-session names sessions of an API, and a mock starts without any: give --checkout-base-url."
        )
    suite = mock or base_url is not None
    if not suite:
        mock = either.flag("mock")
        base_url = None if mock else either.one("base-url") or environment.get("CHECKOUT_BASE_URL")
    return Settings(
        suite=suite,
        base_url=_base_url(base_url) if base_url is not None else "",
        mock=mock,
        faults=faults,
        variants=variants,
        self_test=self_test,
        sessions=_sessions(option.many("session")),
        contract=either.one("contract") or "speed",
        api_version=either.one("api-version"),
        level=_choice("--checkout-level", either.one("level") or "should", ("must", "should")),
        areas=tuple(_choice("--checkout-area", area, AREAS) for area in either.many("area")),
        seed=_seed(either.one("seed"), environment),
        effort=Effort(_choice("--checkout-effort", either.one("effort") or Effort.STANDARD, tuple(map(str, Effort)))),
        headers=tuple(_header(text) for text in either.many("header")),
        strict=either.flag("strict"),
        reports=tuple(Path(path) for path in either.many("report")),
        baseline=_baseline(either.one("baseline"), update=either.flag("baseline-update")),
        baseline_update=either.flag("baseline-update"),
        allow_live=either.flag("allow-live"),
        allow_http=either.flag("allow-http"),
        ca_bundle=_certificates(either.one("ca-bundle")),
        proxy=_proxy(either.one("proxy")),
        rate_limit=_rate(either.one("rate-limit")),
        request_timeout_s=_seconds("--checkout-request-timeout", either.one("request-timeout")) or 10.0,
        max_time_s=_seconds("--checkout-max-time", either.one("max-time")),
        image_host=either.one("image-host"),
        image_bind=either.one("image-bind") or "127.0.0.1:0",
    )


class _Reader:
    def __init__(self, config: pytest.Config, *, ini: bool) -> None:
        self._config = config
        self._ini = ini

    def _value(self, name: str) -> Any:
        key = f"checkout_{name.replace('-', '_')}"
        value = self._config.getoption(key)
        if value in (None, False) and self._ini:
            # An ini value that is empty is none; an option that is empty is a mistake.
            value = self._config.getini(key) or None
        return value

    def one(self, name: str) -> str | None:
        value = self._value(name)
        return None if value is None else str(value)

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(self._value(name) or ())

    def given(self, name: str) -> bool:
        return self._value(name) not in (None, False, [])

    def flag(self, name: str) -> bool:
        return bool(self._value(name))


def _self_test(option: _Reader) -> bool:
    """Whether the suite is tested; what else would be judged or written then has no place."""
    if not option.flag("self-test"):
        return False
    for name in ("base-url", "mock", "fault", "variant", "session", "api-version", "report", "baseline"):
        if option.given(name):
            raise UsageProblem(
                f"--checkout-self-test plants faults in mocks of its own: --checkout-{name} has no part in it."
            )
    return True


def _sessions(ids: Sequence[str]) -> tuple[str, ...]:
    """Ids of sessions that are there, each once."""
    for id in ids:
        if not re.fullmatch(r"[\x21-\x7e]{1,255}", id):
            raise UsageProblem(f"--checkout-session: {id!r} is no id. Wanted printable characters without a space.")
    return tuple(dict.fromkeys(ids))


def _base_url(text: str) -> str:
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError as error:
        raise UsageProblem(
            f"--checkout-base-url: that is no URL ({error}). Wanted something like https://api.example.com."
        ) from None
    if url.username is not None or url.password is not None:
        raise UsageProblem(
            "--checkout-base-url holds a user name or password, which would stand in process lists and logs. Give the URL "
            "without it, and the key in CHECKOUT_API_KEY."
        )
    if url.scheme not in ("http", "https") or not url.hostname:
        raise UsageProblem(
            f"--checkout-base-url: {text!r} is no http(s) URL. Wanted something like https://api.example.com."
        )
    if url.query or url.fragment:
        raise UsageProblem(
            f"--checkout-base-url: {text!r} has a query or fragment. Wanted the part that all paths start with."
        )
    if re.search(r"[\s\x00-\x1f\x7f]", text):
        raise UsageProblem(f"--checkout-base-url: {text!r} has white space or a control character in it.")
    return text.rstrip("/")


def _choice(option: str, value: str, known: Sequence[str]) -> str:
    if value in known:
        return value
    near = difflib.get_close_matches(value, known, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise UsageProblem(f"{option}: there is no {value!r}.{hint} Known: {', '.join(known)}.")


def _seed(text: str | None, environment: Mapping[str, str]) -> int:
    if text is None:
        in_ci = environment.get("CI", "").lower() in ("true", "1", "yes")
        return _SEED_IN_CI if in_ci else random.SystemRandom().randrange(1, 2**31)
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise UsageProblem(f"--checkout-seed: {text!r} is no whole number from 0 to 10^18.")
    return int(text)


def _seconds(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text) or float(text) <= 0:
        raise UsageProblem(f"{option}: {text!r} is no number of seconds above 0, such as 30 or 0.5.")
    return float(text)


def _baseline(text: str | None, *, update: bool) -> Path | None:
    if text is None and update:
        raise UsageProblem("--checkout-baseline-update needs --checkout-baseline=FILE, which is then written.")
    if text == "":
        raise UsageProblem("--checkout-baseline: wanted the path of a file.")
    return None if text is None else Path(text)


def _rate(text: str | None) -> float | None:
    """Requests a second."""
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)/(s|m)", text)
    if found is None or float(found[1]) <= 0:
        raise UsageProblem(f"--checkout-rate-limit: {text!r} is no rate above 0, such as 20/s or 600/m.")
    return float(found[1]) / (60 if found[2] == "m" else 1)


def _proxy(text: str | None) -> str | None:
    if text is None:
        return None
    wanted = "Wanted something like http://proxy.example.com:3128."
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError as error:
        raise UsageProblem(f"--checkout-proxy: that is no URL ({error}). {wanted}") from None
    if url.username is not None or url.password is not None:
        raise UsageProblem(
            "--checkout-proxy holds a user name or password, which would stand in process lists and logs. Use a proxy that "
            "asks for none, such as a local one that knows them."
        )
    if url.scheme != "http" or not url.hostname or url.path not in ("", "/") or url.query or url.fragment:
        raise UsageProblem(f"--checkout-proxy: {text!r} is no http URL of a host and port. {wanted}")
    return text


def _certificates(text: str | None) -> Path | None:
    """A file of certificates that can be used, made absolute, as workers may run elsewhere."""
    if text is None:
        return None
    import ssl

    path = Path(text).absolute()
    try:
        ssl.create_default_context(cafile=str(path))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageProblem(f"--checkout-ca-bundle: {text} holds no certificates that can be used ({why}).") from None
    return path


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name.strip()) or re.search(r"[\r\n\x00]", value):
        raise UsageProblem("--checkout-header: wanted 'NAME: VALUE', such as 'X-Gateway: staging', on one line.")
    return name.strip(), value.strip()
