"""The section at the end of a run, to be read in ten seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pytest_checkout.report.evidence import evidence_lines, labelled
from pytest_checkout.report.text import harmless, shown, uncommanded, wrapped
from pytest_checkout.verdict import OUTCOMES, Outcome, RunSummary, Verdict

_RESET = "\x1b[0m"
_COLOURS = {
    "broken": "\x1b[31m",
    "untried": "\x1b[33m",
    "held": "\x1b[32m",
    "observed": "\x1b[36m",
    "strong": "\x1b[1m",
    "quiet": "\x1b[2m",
}


def lines(
    summary: RunSummary,
    verdicts: Sequence[Verdict],
    *,
    width: int,
    colour: bool = False,
    verbose: bool = False,
    again: str = "pytest",
) -> list[str]:
    """The section's lines.

    Args:
        summary: what is said of the whole run.
        verdicts: in the order of collection.
        width: of the terminal, in characters.
        colour: whether escape sequences for colours may be used.
        verbose: whether the behaviours that held are listed, too.
        again: the command that runs an item again when its node id is put behind it.

    Returns:
        Lines without their ends. A broken behaviour that is not ``red`` is marked as one that does not fail the run.
    """
    writer = _Writer(width=max(40, width), colour=colour, again=again)
    broken = _of(verdicts, "broken")
    made = writer.head(summary, verdicts)
    made += writer.rows(broken)
    for verdict in broken:
        made += ["", *writer.broken(verdict)]
    made += writer.stale([verdict for verdict in _of(verdicts, "held") if verdict.red])
    made += writer.grouped("untried", _of(verdicts, "untried"))
    made += writer.listed("observed", _of(verdicts, "observed"))
    made += writer.grouped("inapplicable", _of(verdicts, "inapplicable"))
    if verbose:
        made += writer.grouped("not run", _of(verdicts, "not run"))
        made += writer.listed("held", _of(verdicts, "held"))
    for note in summary.notes:
        made += ["", *wrapped(harmless(note), writer.width, rest="  ")]
    return [uncommanded(line) for line in made]


def failure_text(verdict: Verdict, *, again: str = "pytest") -> str:
    """What pytest shows for an item whose behaviour is broken or untried: the statement and the evidence, no traceback.

    Args:
        verdict: the verdict on the item's behaviour.
        again: the command that runs the item again when its node id is put behind it.

    Returns:
        Lines of up to 100 characters, harmless to any terminal.
    """
    width = 100
    head = [f"{harmless(verdict.id)} ({verdict.level}) is {verdict.verdict}", *_statement(verdict, width), ""]
    if verdict.verdict == "broken":
        return "\n".join(map(uncommanded, [*head, *evidence_lines(verdict, width, again=again)]))
    if verdict.verdict == "held":
        return "\n".join(
            map(uncommanded, [*head, *labelled("stale", verdict.remarks[-1] if verdict.remarks else "", width)])
        )
    return "\n".join(map(uncommanded, [*head, *labelled("because", verdict.reason, width)]))


def held_on(verdict: Verdict) -> str:
    """On what a behaviour was judged: ``judged on 12 exchanges (8 must accept, 4 between)``."""
    zones = ", ".join(f"{count} {zone}" for zone, count in verdict.zones.items() if count)
    judged = f"judged on {_counted(verdict.judged, 'exchange')}"
    return f"{judged} ({zones})" if zones else judged


def _of(verdicts: Iterable[Verdict], outcome: Outcome) -> list[Verdict]:
    return [verdict for verdict in verdicts if verdict.verdict == outcome]


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


def _statement(verdict: Verdict, width: int) -> list[str]:
    made = wrapped(harmless(verdict.statement), width, first="  ", rest="  ")
    return [*made, *([f"  {harmless(verdict.source)}"] if verdict.source else [])]


class _Writer:
    """Knows how wide the terminal is, and whether it has colours."""

    def __init__(self, *, width: int, colour: bool, again: str) -> None:
        self.width = width
        self._again = again
        self._colour = colour

    def head(self, summary: RunSummary, verdicts: Sequence[Verdict]) -> list[str]:
        """The target, what it was held against, and a count for each verdict."""
        versions = f" ({', '.join(summary.versions)})" if summary.versions else ""
        about = [
            ("target", summary.target),
            ("contract", f"{summary.contract}{versions}"),
            ("seed", str(summary.seed)),
            ("sent", f"{_counted(summary.requests, 'request')} in {summary.duration_s:.1f} s"),
        ]
        counts = Counter(verdict.verdict for verdict in verdicts)
        said = [self._paint(f"{counts[outcome]} {outcome}", outcome) for outcome in OUTCOMES if counts[outcome]]
        return [
            *(f"{label:<10}{shown(text, self.width)}" for label, text in about),
            "",
            ", ".join(said) if said else "no behaviour was judged",
        ]

    def broken(self, verdict: Verdict) -> list[str]:
        """A broken behaviour with its evidence."""
        mark = "" if verdict.red else ", expected" if verdict.expected else ", does not fail the run"
        title = self._paint("BROKEN", "broken") + " " + self._paint(harmless(verdict.id), "strong")
        evidence = evidence_lines(verdict, self.width - 2, again=self._again)
        body = [*_statement(verdict, self.width), "", *(f"  {line}".rstrip() for line in evidence)]
        return [f"{title} ({verdict.level}{mark})", *body]

    def stale(self, verdicts: Sequence[Verdict]) -> list[str]:
        """Behaviours that held and that the baseline lists as broken."""
        made: list[str] = []
        for verdict in verdicts:
            title = f"{self._paint('STALE', 'broken')} {self._paint(harmless(verdict.id), 'strong')}"
            made += ["", title, *(line for text in verdict.remarks[-1:] for line in labelled("", text, self.width))]
        return made

    def grouped(self, word: Outcome, verdicts: Sequence[Verdict]) -> list[str]:
        """A line for each cause, with the behaviours that it concerns; red ones first."""
        causes: dict[tuple[bool, str], list[str]] = {}
        for verdict in sorted(verdicts, key=lambda verdict: not verdict.red):
            causes.setdefault((verdict.red, verdict.reason or "no reason was given"), []).append(verdict.id)
        made: list[str] = []
        for (red, cause), ids in causes.items():
            mark = ", fails the run" if red else ""
            title = f"{word.upper()} ({len(ids)}{mark}) {shown(cause, 400)}"
            first, *rest = wrapped(title, self.width, rest="  ")
            painted = first.replace(word.upper(), self._paint(word.upper(), word), 1)
            names = wrapped(harmless(", ".join(ids)), self.width, first="  ", rest="  ")
            made += ["", painted, *rest, *(self._paint(line, "quiet") for line in names)]
        return made

    def listed(self, word: Outcome, verdicts: Sequence[Verdict]) -> list[str]:
        """A line for each behaviour."""
        if not verdicts:
            return []
        return ["", self._paint(word.upper(), word), *self.rows(verdicts)]

    def rows(self, verdicts: Sequence[Verdict]) -> list[str]:
        """Identifiers, and beside each in what is left of the line what became of it."""
        column = min(max((len(verdict.id) for verdict in verdicts), default=0), self.width // 2)
        made = []
        for verdict in verdicts:
            said = held_on(verdict) if verdict.verdict == "held" else verdict.reason
            name = harmless(verdict.id)
            room = max(20, self.width - 4 - max(column, len(name)))
            made.append(f"  {name:<{column}}  {_cut(harmless(said), room)}".rstrip())
        return made

    def _paint(self, text: str, kind: str) -> str:
        return f"{_COLOURS[kind]}{text}{_RESET}" if self._colour and kind in _COLOURS else text


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"
