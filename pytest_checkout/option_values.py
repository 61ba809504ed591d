"""What the value of an option has to look like, and what is said where it does not: one line, without a key in it."""

from __future__ import annotations

import difflib
import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from pytest_checkout.errors import UsageProblem

_SEED_IN_CI = 20221015
#: As much of a wrong value is repeated.
_SHOWN = 80
_LONGEST_URL = 2_000
#: Requests a minute: with fewer, nobody would wait for a run to end.
_SLOWEST_RATE = 1
#: Headers that every request has from the run; a second one would make it another request, or none at all.
OWN_HEADERS = frozenset(
    ("accept", "accept-encoding", "content-length", "content-type", "host", "transfer-encoding", "user-agent")
)


def shown(text: str) -> str:
    """A wrong value as an error repeats it: on one line, and not at any length.

    >>> shown("seven"), shown("9" * 1000)[-6:]
    ("'seven'", "9999…'")
    """
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


def sessions(ids: Sequence[str]) -> tuple[str, ...]:
    """Ids of sessions that are there, each once."""
    for id in ids:
        if not re.fullmatch(r"[\x21-\x7e]{1,255}", id):
            raise UsageProblem(
                f"--checkout-session: {shown(id)} is no id. Wanted printable characters without a space."
            )
        if re.search(r"[/?#%\\]", id) or id in (".", ".."):
            raise UsageProblem(f"--checkout-session: {shown(id)} is a piece of a path. Wanted the id alone.")
    return tuple(dict.fromkeys(ids))


def base_url(text: str) -> str:
    """The URL that all paths start with."""
    url = _url("--checkout-base-url", text, wanted="Wanted something like https://api.example.com.")
    if url.username is not None or url.password is not None:
        raise UsageProblem(
            "--checkout-base-url holds a user name or password, which would stand in process lists and logs. Give the URL "
            "without it, and the key in CHECKOUT_API_KEY."
        )
    if url.scheme not in ("http", "https") or not url.hostname:
        raise UsageProblem(
            f"--checkout-base-url: {shown(text)} is no http(s) URL. Wanted something like https://api.example.com."
        )
    if url.query or url.fragment:
        raise UsageProblem(
            f"--checkout-base-url: {shown(text)} has a query or fragment. Wanted the part that all paths start with."
        )
    if not url.path.isascii():
        raise UsageProblem(f"--checkout-base-url: {shown(text)} has a path that is not ASCII. Percent-encode it.")
    return text.rstrip("/")


def choice(option: str, value: str, known: Sequence[str]) -> str:
    """One of the words that are known."""
    if value in known:
        return value
    near = difflib.get_close_matches(value[:_SHOWN], known, n=3, cutoff=0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise UsageProblem(f"{option}: there is no {shown(value)}.{hint} Known: {', '.join(known)}.")


def seed(text: str | None, environment: Mapping[str, str]) -> int:
    """The seed; without one it is drawn, or fixed under ``CI=true``."""
    if text is None:
        in_ci = environment.get("CI", "").lower() in ("true", "1", "yes")
        return _SEED_IN_CI if in_ci else random.SystemRandom().randrange(1, 2**31)
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise UsageProblem(f"--checkout-seed: {shown(text)} is no whole number from 0 to 10^18.")
    return int(text)


def seconds(option: str, text: str | None) -> float | None:
    """A number of seconds, of milliseconds at least and of days at most."""
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", text) or float(text) <= 0:
        raise UsageProblem(f"{option}: {shown(text)} is no number of seconds above 0, such as 30 or 0.5.")
    return float(text)


def reports(paths: Sequence[str]) -> tuple[Path, ...]:
    """Paths of reports, each once."""
    if "" in paths:
        raise UsageProblem("--checkout-report: wanted the path of a file, such as report.html.")
    return tuple(Path(path) for path in dict.fromkeys(paths))


def baseline(text: str | None, *, update: bool) -> Path | None:
    """The path of the baseline."""
    if text is None and update:
        raise UsageProblem("--checkout-baseline-update needs --checkout-baseline=FILE, which is then written.")
    if text == "":
        raise UsageProblem("--checkout-baseline: wanted the path of a file.")
    return None if text is None else Path(text)


def rate(text: str | None) -> float | None:
    """Requests a second."""
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)/(s|m)", text)
    a_minute = float(found[1]) * (60 if found[2] == "s" else 1) if found is not None else 0.0
    if a_minute < _SLOWEST_RATE:
        raise UsageProblem(f"--checkout-rate-limit: {shown(text)} is no rate above 0, of 1/m or more, such as 20/s.")
    return a_minute / 60


def proxy(text: str | None) -> str | None:
    """The URL of a proxy: a host, and mostly a port."""
    if text is None:
        return None
    wanted = "Wanted something like http://proxy.example.com:3128."
    url = _url("--checkout-proxy", text, wanted=wanted)
    if url.username is not None or url.password is not None:
        raise UsageProblem(
            "--checkout-proxy holds a user name or password, which would stand in process lists and logs. Use a proxy that "
            "asks for none, such as a local one that knows them."
        )
    if url.scheme != "http" or not url.hostname or url.path not in ("", "/") or url.query or url.fragment:
        raise UsageProblem(f"--checkout-proxy: {shown(text)} is no http URL of a host and port. {wanted}")
    return text


def certificates(text: str | None) -> Path | None:
    """A file of certificates that can be used, made absolute, as workers may run elsewhere."""
    if text is None:
        return None
    import ssl

    path = Path(text).absolute()
    problem = "this is no file"
    try:
        # A pipe that nobody writes to would be read for ever.
        if path.is_file():
            ssl.create_default_context(cafile=str(path))
            return path
    except (OSError, ValueError) as error:
        problem = str(getattr(error, "strerror", None) or error)
    raise UsageProblem(f"--checkout-ca-bundle: {shown(text)[1:-1]} holds no certificates that can be used ({problem}).")


def header(text: str) -> tuple[str, str]:
    """A header's name and value; an error repeats neither, as the value is a secret."""
    name, colon, value = (part.strip(" \t") for part in text.partition(":"))
    if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
        raise UsageProblem("--checkout-header: wanted 'NAME: VALUE', such as 'X-Gateway: staging'.")
    if re.search(r"[^\t\x20-\x7e\x80-\xff]", value):
        raise UsageProblem(
            f"--checkout-header: the value of {shown(name)} has a line break, a control character or one beyond Latin-1."
        )
    refuse_own(name, OWN_HEADERS)
    return name, value


def refuse_own(name: str, own: frozenset[str]) -> None:
    """Refuse a header that the run sends by itself.

    Raises:
        UsageProblem: it would be sent twice.
    """
    if name.lower() in own:
        raise UsageProblem(f"--checkout-header: the run sends a {name} of its own, and a request can't have two.")


def refuse_shared(paths: Mapping[str, Path | None], written: Sequence[Path]) -> None:
    """Refuse to write a report over a file that the run reads.

    Raises:
        UsageProblem: two options name the same file.
    """
    for option, path in paths.items():
        if path is not None and any(path.absolute() == report.absolute() for report in written):
            raise UsageProblem(
                f"{option} and --checkout-report name the same file, {path}: the report would replace it."
            )


def _url(option: str, text: str, *, wanted: str) -> SplitResult:
    """The parts of a URL that has a host which can be looked for, if it has any."""
    if len(text) > _LONGEST_URL:
        raise UsageProblem(f"{option}: {shown(text)} is longer than {_LONGEST_URL:,} characters. {wanted}")
    try:
        url = urlsplit(text)
        _ = url.port
        # The name system asks for ASCII, and for parts of 63 characters at most.
        (url.hostname or "").encode("idna")
    except ValueError as error:
        raise UsageProblem(f"{option}: that is no URL ({_why(error)}). {wanted}") from None
    if url.hostname and re.search(r"[\s\x00-\x1f\x7f]", text):
        raise UsageProblem(f"{option}: {shown(text)} has white space or a control character in it.")
    return url


def _why(error: ValueError) -> str:
    if not isinstance(error, UnicodeError):
        return str(error)
    return "its host is no name: a part of it is empty, longer than 63 characters, or has what no name has"
