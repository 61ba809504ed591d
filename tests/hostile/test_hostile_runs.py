"""A run against a hostile server: a verdict in words, in bounded time, and in memory near that of a quiet run.

One of each kind; ``benchmarks/hostile.py`` runs against all of them.
"""

import pytest
import servers
from runs import Seen, run_against
from servers import CASES, KEY, SESSION, whole

#: Above a quiet run, in megabytes.
MEMORY_MB = 256


RUNS = (
    "a gzip bomb",
    "a byte now and then",
    "a reset after half the body",
    "a huge number",
    "the key again and again",
    "a redirect to another host",
)


@pytest.fixture(scope="module")
def quiet() -> Seen:
    return run_against(whole(SESSION))


@pytest.mark.parametrize("case", RUNS)
def test_a_run_tells_it_in_words_and_costs_little(case: str, quiet: Seen) -> None:
    answer, status, words = CASES[case]
    servers.zeros()
    seen = run_against(answer)
    assert seen.status == 1, seen.output
    assert seen.seconds < 240
    assert seen.megabytes < quiet.megabytes + MEMORY_MB
    assert "Traceback" not in seen.output
    assert "a defect of pytest-checkout" not in seen.output
    assert KEY[8:] not in seen.output
    told = " ".join(each["reason"] for each in seen.report["behaviours"] if each["red"])
    assert any(each in told for each in words.split("|")), told
    if not status:
        verdicts = {each["id"]: each["verdict"] for each in seen.report["behaviours"]}
        assert verdicts["any.no_server_error"] == "broken"
