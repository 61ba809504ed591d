"""The run in one line."""

import pytest
from verdicts import CASE, CUT, plain

from pytest_checkout.report.headline import headline, tally
from pytest_checkout.verdict import Verdict

HELD = plain("a.held", "held")
KNOWN = CUT.but(red=False, expected="being mended")
STALE = plain("a.stale", "held", red=True)
FAILED = plain("a.failed", "untried", "no session", red=True)


@pytest.mark.parametrize(
    ("verdicts", "line"),
    [
        ([], "no behaviour was judged"),
        ([plain("a.b", "not run"), plain("a.c", "observed")], "no behaviour was judged"),
        ([HELD, HELD], "no behaviour is broken, 2 held"),
        ([CUT], "1 of 1 behaviour is broken (1 must)"),
        ([CUT, CASE.but(level="should"), HELD], "2 of 3 behaviours are broken (1 must, 1 should)"),
        ([CUT, KNOWN, HELD], "2 of 3 behaviours are broken (2 must), 1 of them known"),
        ([KNOWN], "1 of 1 behaviour is broken (1 must), all of them known"),
        ([HELD, STALE], "no behaviour is broken, 2 held, 1 in the baseline is mended"),
        ([HELD, FAILED], "no behaviour is broken, 1 held, 1 could not be judged"),
        ([FAILED], "no behaviour was judged, 1 could not be judged"),
    ],
)
def test_it_says_how_many_how_bad_and_how_new(verdicts: list[Verdict], line: str) -> None:
    assert headline(verdicts) == line


def test_the_tally_counts_every_verdict() -> None:
    assert tally([CUT, HELD, STALE, FAILED]) == "1 broken, 1 untried, 2 held"
