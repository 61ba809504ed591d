"""The command line, ini values and environment of a run, checked and frozen as :class:`Settings`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pytest_checkout import option_values as values
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
#: Where the image host listens unless told otherwise: on a free port of this machine alone.
LOOPBACK = "127.0.0.1:0"
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
    image_bind: str = LOOPBACK


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
    settings = Settings(
        suite=suite,
        base_url=values.base_url(base_url) if base_url is not None else "",
        mock=mock,
        faults=tuple(dict.fromkeys(faults)),
        variants=tuple(dict.fromkeys(variants)),
        self_test=self_test,
        sessions=values.sessions(option.many("session")),
        contract=_or(either.one("contract"), "speed"),
        api_version=either.one("api-version"),
        level=values.choice("--checkout-level", _or(either.one("level"), "should"), ("must", "should")),
        areas=tuple(values.choice("--checkout-area", area, AREAS) for area in either.many("area")),
        seed=values.seed(either.one("seed"), environment),
        effort=Effort(
            values.choice("--checkout-effort", _or(either.one("effort"), Effort.STANDARD), tuple(map(str, Effort)))
        ),
        headers=tuple(values.header(text) for text in either.many("header")),
        strict=either.flag("strict"),
        reports=values.reports(either.many("report")),
        baseline=values.baseline(either.one("baseline"), update=either.flag("baseline-update")),
        baseline_update=either.flag("baseline-update"),
        allow_live=either.flag("allow-live"),
        allow_http=either.flag("allow-http"),
        ca_bundle=values.certificates(either.one("ca-bundle")),
        proxy=values.proxy(either.one("proxy")),
        rate_limit=values.rate(either.one("rate-limit")),
        request_timeout_s=values.seconds("--checkout-request-timeout", either.one("request-timeout")) or 10.0,
        max_time_s=values.seconds("--checkout-max-time", either.one("max-time")),
        image_host=either.one("image-host"),
        image_bind=_or(either.one("image-bind"), LOOPBACK),
    )
    read = {"--checkout-baseline": settings.baseline, "--checkout-contract": Path(settings.contract)}
    values.refuse_shared({**read, "--checkout-ca-bundle": settings.ca_bundle}, settings.reports)
    return settings


def _or(value: str | None, default: str) -> str:
    """The value that was given, be it empty, which is then told as a mistake."""
    return default if value is None else value


class _Reader:
    def __init__(self, config: pytest.Config, *, ini: bool) -> None:
        self._config = config
        self._ini = ini

    def _value(self, name: str) -> Any:
        key = f"checkout_{name.replace('-', '_')}"
        value = self._config.getoption(key)
        if value in (None, False) and self._ini:
            # An ini value that is empty is none; an option that is empty is a mistake.
            value = self._ini_value(key) or None
        return value

    def _ini_value(self, key: str) -> Any:
        try:
            return self._config.getini(key)
        except (ValueError, TypeError, pytest.UsageError) as problem:
            raise UsageProblem(f"the ini value {key}: {problem}.") from None

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
