"""What a release manager reads."""

import unicodedata

import pytest
from verdicts import CASE, CREATE, CUT, NO_KEY, SUMMARY, VERDICTS, plain

from pytest_checkout.report.terminal import failure_text, held_on, lines


def text(width: int = 80, **options: bool) -> str:
    return "\n".join(lines(SUMMARY, VERDICTS, width=width, **options))  # type: ignore[arg-type]


def test_the_head_tells_target_contract_seed_and_counts() -> None:
    assert text().splitlines()[:8] == [
        "target    http://127.0.0.1:8080",
        "contract  speed (2022-04-15, 2022-10-15)",
        "seed      20241105",
        "sent      1,412 requests in 9.8 s",
        "",
        "2 broken, 3 untried, 2 held, 2 observed, 1 inapplicable, 1 not run",
        "  update.reads_back[title]  title was cut",
        "  auth.near_miss            the key in capital letters was taken",
    ]


def test_a_broken_behaviour_shows_its_evidence() -> None:
    made = text(120)
    assert CUT.evidence is not None
    for part in (
        "BROKEN update.reads_back[title] (must)",
        CUT.statement,
        CUT.source,
        '{"title":"' + "x" * 65 + '"}',
        "wanted    " + CUT.evidence.wanted,
        "(64 characters)",
        "seen      3 of 3",
        "boundary  64 characters kept, 65 cut",
        '{"title":"' + "x" * 64 + '"}',
        "differs   title is one character shorter",
        "note      ttl moves by itself",
        "again     pytest 'checkout::update::test_reads_back[title]'",
    ):
        assert part in made
    assert all(
        line.rstrip() in {shown.strip() for shown in made.splitlines()} | {""}
        for line in map(str.strip, CUT.evidence.script.splitlines())
    )


def test_the_contradicting_request_is_marked() -> None:
    marked = [line for line in lines(SUMMARY, [CUT], width=100) if "> GET" in line or "> POST" in line]
    assert marked == ["            > GET /checkout-sessions/cs_test_aBcDeFgHiJkLmNoP -> 200"]


def test_what_held_is_shown_without_what_both_share() -> None:
    made = lines(SUMMARY, [CUT], width=100)
    held = next(index for index, line in enumerate(made) if line.startswith("  held"))
    assert "POST /checkout-sessions/cs_test" in made[held]
    assert sum("250.75" in line for line in made if "--data-raw" not in line) == 1
    assert CREATE.request.target == "/checkout-sessions"


def test_unusual_credentials_are_named() -> None:
    assert "with the secret key in capital letters" in text()


def test_a_break_that_does_not_fail_the_run_is_marked() -> None:
    assert "BROKEN auth.near_miss (must, does not fail the run)" in text()


def test_untried_behaviours_are_grouped_by_cause_with_red_ones_first() -> None:
    made = text().splitlines()
    red = made.index("UNTRIED (1, fails the run) the session could not be created: 503 for 60 s")
    quiet = made.index(f"UNTRIED (2) {NO_KEY}")
    assert red < quiet
    assert made[quiet + 1] == "  session.other_account, auth.other_account"


def test_observations_take_a_line_each() -> None:
    made = text().splitlines()
    start = made.index("OBSERVED")
    assert made[start + 1].startswith("  success.clears  setting success_url")
    assert made[start + 1].endswith("…")
    assert made[start + 2 : start + 4] == ["  auth.no_colon   401", ""]


def test_what_held_is_listed_on_demand() -> None:
    assert "HELD" not in text()
    made = text(100, verbose=True)
    assert "  update.accepts[title]  judged on 12 exchanges (8 must accept, 4 between)" in made
    assert "  metadata.merge         judged on 1 exchange" in made
    assert "NOT RUN (1) the area method is switched off" in made
    assert held_on(plain("a.b", "held", judged=3)) == "judged on 3 exchanges"


@pytest.mark.parametrize("width", [72, 80, 120])
def test_lines_keep_to_the_width_but_for_scripts_and_identifiers(width: int) -> None:
    without = [verdict if verdict.evidence is None else CASE for verdict in VERDICTS]
    made = lines(SUMMARY, without, width=width)
    assert all(len(line) <= width for line in made if "https://" not in line and "again" not in line)


def test_nothing_in_it_is_obeyed_by_a_terminal() -> None:
    hostile = CASE.but(
        id="a.b\x1b[2J", reason="\u202e\n", statement="s\x07", source="\x9b", remarks=("\x1b]0;t",), node_ids=("n\x1b",)
    )
    made = lines(
        SUMMARY,
        [*VERDICTS, hostile, hostile.but(verdict="untried"), hostile.but(verdict="observed")],
        width=80,
        verbose=True,
    )
    for line in [*made, *failure_text(hostile).splitlines()]:
        assert not {unicodedata.category(character) for character in line} & {"Cc", "Cf", "Zl", "Zp"}, line


def test_colours_change_nothing_but_colours() -> None:
    import re

    coloured = text(80, colour=True, verbose=True)
    assert "\x1b[31mBROKEN\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == text(80, verbose=True)


def test_a_failure_is_evidence_and_no_traceback() -> None:
    made = failure_text(CUT, again="pytest --checkout-mock")
    assert made.startswith(f"update.reads_back[title] (must) is broken\n  {CUT.statement}\n")
    assert "again     pytest --checkout-mock 'checkout::update::test_reads_back[title]'" in made
    assert "Traceback" not in made


def test_an_untried_failure_says_because() -> None:
    made = failure_text(plain("image.limit[png]", "untried", "the API is gone", red=True))
    assert made.splitlines()[0] == "image.limit[png] (must) is untried"
    assert made.splitlines()[-1] == "because   the API is gone"


def test_a_run_without_verdicts_says_so() -> None:
    assert "no behaviour was judged" in lines(SUMMARY, [], width=80)


def test_a_broken_verdict_without_evidence_shows_its_reason() -> None:
    assert "got       it was refused" in failure_text(plain("acme.rule", "broken", "it was refused", red=True))
