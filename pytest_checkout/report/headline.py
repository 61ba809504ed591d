"""The run in one line, for a reader who reads no other: how many behaviours are broken, how bad, and how new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from pytest_checkout.verdict import OUTCOMES, Verdict


def headline(verdicts: Sequence[Verdict]) -> str:
    """What the run came to: ``3 of 98 behaviours are broken (2 must, 1 should), 1 of them known``."""
    broken = [each for each in verdicts if each.verdict == "broken"]
    judged = len(broken) + sum(each.verdict == "held" for each in verdicts)
    rest = [*_stale(verdicts), *_unjudged(verdicts)]
    if broken:
        levels = Counter(each.level for each in broken)
        said = f"{len(broken)} of {_behaviours(judged)} {'is' if len(broken) == 1 else 'are'} broken"
        said += f" ({', '.join(f'{count} {level}' for level, count in sorted(levels.items()))}){_known(broken)}"
    elif judged:
        said = f"no behaviour is broken, {judged} held"
    else:
        said = "no behaviour was judged"
    return ", ".join([said, *rest])


def tally(verdicts: Iterable[Verdict]) -> str:
    """How many behaviours have each verdict: ``1 broken, 121 held``."""
    counts = Counter(verdict.verdict for verdict in verdicts)
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome])


def _known(broken: Sequence[Verdict]) -> str:
    known = sum(bool(each.expected) for each in broken)
    if not known:
        return ""
    return ", all of them known" if known == len(broken) else f", {known} of them known"


def _stale(verdicts: Sequence[Verdict]) -> list[str]:
    stale = sum(each.verdict == "held" and each.red for each in verdicts)
    return [f"{stale} in the baseline {'is' if stale == 1 else 'are'} mended"] if stale else []


def _unjudged(verdicts: Sequence[Verdict]) -> list[str]:
    failed = sum(each.verdict == "untried" and each.red for each in verdicts)
    return [f"{failed} could not be judged"] if failed else []


def _behaviours(number: int) -> str:
    return f"{number} behaviour" + ("" if number == 1 else "s")
