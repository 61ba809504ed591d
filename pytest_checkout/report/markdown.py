"""The verdicts as Markdown that fits a comment on a pull request.

What an answer holds stands in code only, where no viewer turns it into a mention, a link or a picture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_checkout.report.headline import headline, tally
from pytest_checkout.report.text import harmless, shown, shown_body
from pytest_checkout.verdict import RunSummary, Verdict

#: GitHub takes comments up to 65,536 characters.
LONGEST = 60_000
_SHOWN = 300
_LISTED = 40
_LONGEST_SCRIPT = 8_000


def markdown_report(summary: RunSummary, verdicts: Sequence[Verdict]) -> str:
    """The whole report, at most :data:`LONGEST` characters long.

    Args:
        summary: what is said of the whole run.
        verdicts: in the order of collection.
    """
    broken = [verdict for verdict in verdicts if verdict.verdict == "broken"]
    parts = [_head(summary, verdicts), *_table(broken)]
    foot = [
        *_listed("Untried", [verdict for verdict in verdicts if verdict.verdict == "untried"]),
        *_listed("Observed", [verdict for verdict in verdicts if verdict.verdict == "observed"]),
        *(f"> {sentence(note)}" for note in summary.notes),
    ]
    room = LONGEST - sum(len(part) + 2 for part in (*parts, *foot)) - 200
    for place, verdict in enumerate(broken):
        details = _details(verdict)
        if len(details) + 2 > room:
            parts.append(f"… and the evidence of {len(broken) - place} more, which the other reports hold.")
            break
        room -= len(details) + 2
        parts.append(details)
    return "\n\n".join((*parts, *foot)) + "\n"


def _head(summary: RunSummary, verdicts: Sequence[Verdict]) -> str:
    versions = f" ({', '.join(summary.versions)})" if summary.versions else ""
    line = f"{headline(verdicts)}\n\n{sentence(tally(verdicts))}" if verdicts else headline(verdicts)
    about = (
        f"{code_span(summary.target)} by the contract {code_span(summary.contract + versions)}, seed {summary.seed}: "
        f"{summary.requests:,} requests in {summary.duration_s:.1f} s, {sentence(summary.tool)}"
    )
    return f"## Checkout conformance: {line}\n\n{about}"


def _table(broken: Sequence[Verdict]) -> list[str]:
    if not broken:
        return []
    rows = [f"| {code_span(each.id)} | {each.level} | {sentence(each.statement)} |" for each in broken]
    return ["\n".join(["| broken | level | what should hold |", "|---|---|---|", *rows])]


def _details(verdict: Verdict) -> str:
    mark = "" if verdict.red else ", expected" if verdict.expected else ", does not fail the run"
    lines = [
        f"<details><summary>{_escaped(verdict.id)} ({verdict.level}{mark})</summary>",
        "",
        sentence(verdict.statement),
    ]
    if verdict.source:
        lines += ["", f"Source: {sentence(verdict.source)}"]
    evidence = verdict.evidence
    if evidence is None:
        lines += ["", _fenced(shown(verdict.reason, _SHOWN))]
    else:
        said = [
            *_sequence(verdict),
            f"wanted  {shown(evidence.wanted, _SHOWN)}",
            f"got     {shown(evidence.got, _SHOWN)}",
        ]
        said += [f"seen    {verdict.frequency}"] if verdict.frequency else []
        said += [f"known   {shown(verdict.expected, _SHOWN)}"] if verdict.expected else []
        said += [f"where   {shown(evidence.boundary, _SHOWN)}"] if evidence.boundary else []
        lines += ["", _fenced("\n".join(said))]
        if evidence.script and _readable(evidence.script):
            lines += ["", "To see it happen:", "", _fenced(evidence.script.rstrip(), "sh")]
    return "\n".join([*lines, "", "</details>"])


def _readable(script: str) -> bool:
    """Whether a script can stand in a comment: short, and without characters that act on whoever reads it."""
    return len(script) < _LONGEST_SCRIPT and all(harmless(line) == line for line in script.splitlines())


def _sequence(verdict: Verdict) -> list[str]:
    evidence = verdict.evidence
    lines = []
    for place, exchange in enumerate(evidence.example if evidence is not None else ()):
        mark = ">" if evidence is not None and place == evidence.at else " "
        answer = str(exchange.status) if exchange.response is not None else harmless(exchange.failure)
        lines.append(f"{mark} {harmless(exchange.request.method)} {shown(exchange.request.target, 120)} -> {answer}")
        body = shown_body(exchange.request.body, _SHOWN)
        lines += [f"    {body}"] if body else []
    return lines


def _listed(title: str, verdicts: Sequence[Verdict]) -> list[str]:
    if not verdicts:
        return []
    rows = [f"- {code_span(each.id)}: {code_span(shown(each.reason, 160))}" for each in verdicts[:_LISTED]]
    more = [f"- … {len(verdicts) - _LISTED} more"] if len(verdicts) > _LISTED else []
    return [f"<details><summary>{title} ({len(verdicts)})</summary>\n", "\n".join([*rows, *more]), "</details>"]


def _fenced(text: str, language: str = "text") -> str:
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def code_span(text: str) -> str:
    """A span of code; a table's bar would end its cell there, too."""
    plain = harmless(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall(r"`+", plain)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{ticks}{pad}{plain}{pad}{ticks}"


def _escaped(text: str) -> str:
    return harmless(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def sentence(text: str) -> str:
    """Text of the suite or the contract in a sentence; nothing in it is markup, a mention or a reference.

    A viewer looks for ``@name`` and ``#1`` in the text that it shows, where a backslash is gone; an empty comment parts
    the two for it.
    """
    plain = re.sub(r"([\\`*_\[\]|~])", r"\\\1", _escaped(text))
    return re.sub(r"([@#!$%])(?=[\w.-])", r"\1<!-- -->", plain).replace("#", "\\#", 1 if plain.startswith("#") else 0)
