"""The evidence of a broken behaviour, as lines that can be read without any of our code at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_checkout.credentials import CREDENTIALS
from pytest_checkout.exchange import Exchange
from pytest_checkout.report.text import harmless, shortened, shown, shown_body, wrapped
from pytest_checkout.verdict import Evidence, Verdict

#: The column where the text beside a label starts.
COLUMN = 10
_USUAL_HEADERS = frozenset({"content-type"})


def evidence_lines(verdict: Verdict, width: int, *, again: str = "pytest") -> list[str]:
    """The evidence: requests, wanted, got, frequency, boundary, what held, script, and how to run it again.

    Args:
        verdict: a broken one; without evidence its reason stands for it.
        width: how many characters a line may have; the script's lines stay as they are.
        again: the command that runs an item again when its node id is put behind it.
    """
    lines: list[str] = []
    evidence = verdict.evidence
    if evidence is None:
        lines += labelled("got", verdict.reason, width)
    else:
        lines += _block("sent", exchange_lines(evidence.example, width - COLUMN, at=evidence.at))
        lines += labelled("wanted", evidence.wanted, width)
        lines += labelled("got", evidence.got, width)
    lines += labelled("seen", verdict.frequency, width)
    lines += labelled("expected", verdict.expected, width)
    if evidence is not None:
        lines += labelled("boundary", evidence.boundary, width)
        lines += _nearest(evidence, width)
    for remark in verdict.remarks:
        lines += labelled("note", remark, width)
    for node_id in verdict.node_ids:
        lines.append(f"{'again':<{COLUMN}}{again} {word(node_id)}")
    if evidence is not None and evidence.script:
        lines += ["", *_script(evidence.script)]
    return lines


def labelled(label: str, text: str, width: int) -> list[str]:
    """A label and a text beside it in lines; nothing for an empty text."""
    if not text:
        return []
    return wrapped(shown(text, 1200), width, first=f"{label:<{COLUMN}}", rest=" " * COLUMN)


def exchange_lines(exchanges: Sequence[Exchange], width: int, *, at: int = -1) -> list[str]:
    """Each exchange with its answer's status, and its body below; the one at index ``at`` with all that matters."""
    lines: list[str] = []
    for index, exchange in enumerate(exchanges):
        here = index == at
        mark = ">" if here else " "
        came = exchange.failure or str(exchange.status)
        first = f"{exchange.request.method} {shortened(exchange.request.target, max(30, width - 16))} -> {came}"
        lines += wrapped(harmless(first), width, first=f"{mark} ", rest="    ")
        for remark in _remarks(exchange):
            lines += wrapped(shown(remark, 160), width, first="    ", rest="      ")
        body = shown_body(exchange.request.body, width - 8 if exchange.role == "create" and not here else 4 * width)
        if body:
            lines += wrapped(body, width, first="    ", rest="    ")
    return lines


def _remarks(exchange: Exchange) -> Iterator[str]:
    """What is not as usual about a request."""
    parts = [part for part in (exchange.purpose, _credentials(exchange)) if part]
    parts += [f"{name}: {value}" for name, value in exchange.request.headers if name.lower() not in _USUAL_HEADERS]
    media_type = exchange.request.header("content-type")
    if media_type is not None and media_type.split(";")[0].strip().lower() != "application/json":
        parts.append(f"Content-Type: {media_type}")
    if exchange.session not in ("", "A"):
        parts.insert(0, f"session {exchange.session}")
    if parts:
        yield ", ".join(parts)


def _credentials(exchange: Exchange) -> str:
    name = exchange.request.credentials
    return "" if name == "secret" else f"with {CREDENTIALS[name].name if name in CREDENTIALS else name}"


def _nearest(evidence: Evidence, width: int) -> list[str]:
    lines = []
    if evidence.nearest:
        # What the two have in common from the start on was shown above.
        ours = [_same_request(exchange) for exchange in evidence.example]
        theirs = [_same_request(exchange) for exchange in evidence.nearest]
        differing = [
            exchange
            for index, exchange in enumerate(evidence.nearest)
            if index >= len(ours) or theirs[index] != ours[index]
        ]
        lines += _block("held", exchange_lines(differing or evidence.nearest[-1:], width - COLUMN))
    return lines + labelled("differs" if evidence.nearest else "held", evidence.difference, width)


def _same_request(exchange: Exchange) -> tuple[object, ...]:
    """What tells one request from another, other than the session that it is sent to."""
    request = exchange.request
    return (exchange.role, exchange.session, request.method, request.headers, request.body, request.credentials)


def _block(label: str, lines: Sequence[str]) -> list[str]:
    return [f"{label if not index else '':<{COLUMN}}{line}".rstrip() for index, line in enumerate(lines)]


def _script(script: str) -> list[str]:
    # The script is not indented by more than this, so that it can be copied as it stands.
    return [f"  {line}".rstrip() for line in script.rstrip("\n").split("\n")]


def word(text: str) -> str:
    """A node id as a shell takes it; its brackets are a pattern otherwise."""
    return f"'{harmless(text)}'" if any(character in text for character in "[]()*?$ '\"&|;<>{}!`\\") else harmless(text)
