"""SARIF, the badge, and reports that are read again, made into one, and compared."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from processes import Done, run_tool
from verdicts import CASE, CUT, SUMMARY, VERDICTS, plain

from pytest_checkout.errors import UsageProblem
from pytest_checkout.latency import Latency
from pytest_checkout.report.badge import badge
from pytest_checkout.report.reading import merged, read_report
from pytest_checkout.report.sarif import sarif_report
from pytest_checkout.report.since import FORMS, Changes
from pytest_checkout.report.writers import write
from pytest_checkout.verdict import RunSummary

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text())
Tool = Callable[..., Done]


@pytest.fixture
def tool(tmp_path: Path) -> Tool:
    return partial(run_tool, tmp_path)


# ---- SARIF


def test_sarif_holds_to_its_schema() -> None:
    placed = [each.but(location="contracts/speed.yaml:252") for each in VERDICTS]
    for verdicts in (VERDICTS, placed, []):
        jsonschema.validators.validator_for(SCHEMA)(SCHEMA).validate(sarif_report(SUMMARY, verdicts))


def test_a_broken_behaviour_points_at_its_line_of_the_contract() -> None:
    run = sarif_report(SUMMARY, [plain("a.b", "held"), CUT.but(location="my contracts/speed.yaml:252")])["runs"][0]
    (result,) = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == CUT.id
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "my%20contracts/speed.yaml"}, "region": {"startLine": 252}}
    assert result["level"] == "error"
    assert "64 characters kept, 65 cut" in result["message"]["text"]


def test_characters_that_act_are_shown_in_sarif() -> None:
    text = json.dumps(sarif_report(SUMMARY, [CASE]), ensure_ascii=False)
    assert "\u202e" not in text
    assert "\x1b" not in text


# ---- the badge


@pytest.mark.parametrize(
    ("verdicts", "value", "colour"),
    [
        ([plain("a.b", "held"), plain("a.c", "held"), plain("a.d", "observed")], "2/2", "#1a6b34"),
        ([plain("a.b", "held"), CUT], "1/2", "#b3261e"),
        ([plain("a.b", "held"), plain("a.c", "untried", red=True), plain("a.d", "untried")], "1/2", "#b3261e"),
        ([plain("a.b", "not run")], "not judged", "#59636e"),
    ],
)
def test_the_badge_counts_what_held_of_what_was_judged(verdicts: Any, value: str, colour: str) -> None:
    text = badge(SUMMARY, verdicts)
    root = ET.fromstring(text)
    assert root.attrib["aria-label"] == f"checkout conformance {value}"
    assert colour in text


# ---- reading and merging


def written(path: Path, verdicts: Any, **changes: Any) -> Path:
    write(path, RunSummary(**{**vars(SUMMARY), **changes}), verdicts)
    return path


def test_a_report_comes_back_as_it_was(tmp_path: Path) -> None:
    figures = {
        "latencies": {"update": Latency.of([0.1])},
        "coverage": {"fields": {"title": 1}},
        "sessions": {"x": True},
    }
    summary, verdicts = read_report(written(tmp_path / "r.json", VERDICTS, **figures))
    assert [each.as_dict() for each in verdicts] == [each.as_dict() for each in VERDICTS]
    assert vars(summary) == {**vars(SUMMARY), **figures}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        ("[]", "no report of pytest-checkout"),
        ('{"format": 2}', "format 2, which a newer pytest-checkout wrote"),
        ('{"format": 1}', "no report of pytest-checkout"),
    ],
)
def test_what_is_no_report_is_one_error(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(text)
    with pytest.raises(UsageProblem, match=r"r\.json: ") as caught:
        read_report(path)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 500


def test_two_halves_of_a_run_become_one(tmp_path: Path) -> None:
    halves = [
        [
            each if place % 2 == half else each.but(verdict="not run", reason="", evidence=None)
            for place, each in enumerate(VERDICTS)
        ]
        for half in (0, 1)
    ]
    paths = [
        written(tmp_path / f"{half}.json", verdicts, requests=100 + half, duration_s=5.0 + half)
        for half, verdicts in enumerate(halves)
    ]
    summary, verdicts = merged([read_report(path) for path in paths])
    assert [(each.id, each.verdict) for each in verdicts] == [(each.id, each.verdict) for each in VERDICTS]
    assert (summary.requests, summary.duration_s) == (201, 6.0)


def test_the_worst_verdict_stands_and_figures_add_up() -> None:
    latency = {"update": Latency.of([0.001, 0.002])}
    one = RunSummary(**{**vars(SUMMARY), "latencies": latency, "coverage": {"fields": {"title": 1}}, "exit_status": 0})
    other = RunSummary(
        **{**vars(SUMMARY), "latencies": latency, "coverage": {"fields": {"title": 2, "logo": 0}}, "seed": 3}
    )
    summary, verdicts = merged([(one, (plain(CUT.id, "held"),)), (other, (CUT, plain("a.b", "held")))])
    assert [(each.id, each.verdict) for each in verdicts] == [(CUT.id, "broken"), ("a.b", "held")]
    assert summary.latencies["update"].count == 4
    assert summary.coverage == {"fields": {"title": 3, "logo": 0}}
    assert summary.exit_status == 1
    assert any("more than one seed" in note for note in summary.notes)


def test_a_universal_statement_was_judged_on_the_exchanges_of_all_parts() -> None:
    halves = [plain("errors.body", "held", f"judged on {count} exchanges", judged=count) for count in (3, 4)]
    _, (verdict,) = merged([(SUMMARY, (each,)) for each in halves])
    assert (verdict.judged, verdict.reason) == (7, "judged on 7 exchanges")


@pytest.mark.parametrize(("parts", "whole"), [((0, 5), 0), ((5, 5), 5), ((1, 5), 1), ((1, 2), 2)])
def test_a_part_with_nothing_to_do_says_nothing_of_the_whole(parts: tuple[int, int], whole: int) -> None:
    summary, _ = merged([(RunSummary(**{**vars(SUMMARY), "exit_status": each}), ()) for each in parts])
    assert summary.exit_status == whole


def test_reports_of_two_contracts_are_not_one(tmp_path: Path, tool: Tool) -> None:
    written(tmp_path / "a.json", VERDICTS)
    written(tmp_path / "b.json", VERDICTS, contract="acme")
    done = tool("report", "a.json", "b.json", "--html", "out.html")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("ERROR: the reports are of two contracts, 'speed' and 'acme'")
    assert not (tmp_path / "out.html").exists()


def test_a_report_becomes_any_other_format(tmp_path: Path, tool: Tool) -> None:
    source = written(tmp_path / "a.json", VERDICTS)
    before = source.read_bytes()
    done = tool("report", "a.json", *(f"--{name}=out.{name}" for name in ("html", "md", "json", "sarif", "svg")))
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((tmp_path / "out.json").read_text()) == json.loads(before)
    assert (tmp_path / "out.html").read_text().startswith("<!doctype html>")
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a.json", "--html", "missing/out.html"], "does not exist"),
        (["a.json", "--html", "out.md"], "has to end in .html"),
        (["none.json"], "the file can't be read"),
    ],
)
def test_what_can_not_be_written_or_read_is_one_error(
    tmp_path: Path, tool: Tool, arguments: list[str], words: str
) -> None:
    written(tmp_path / "a.json", VERDICTS)
    done = tool("report", *arguments)
    assert done.returncode == 4
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_format_the_section_of_the_run_is_printed(tmp_path: Path, tool: Tool) -> None:
    written(tmp_path / "a.json", VERDICTS)
    done = tool("report", "a.json")
    assert done.returncode == 0
    assert "BROKEN update.reads_back[title]" in done.stdout


# ---- since when


OLD = (CUT, CASE, plain("a.held", "held"), plain("a.gone", "held"), plain("a.skipped", "not run"))
NEW = (
    CUT,
    plain(CASE.id, "held"),
    plain("a.held", "broken", "it broke"),
    plain("a.new", "untried", "no key"),
    plain("a.skipped", "held"),
)


def test_changes_are_told_apart() -> None:
    groups = {title: [each.id for each in group] for title, group in Changes.between(OLD, NEW).groups().items()}
    assert groups == {
        "newly broken": ["a.held"],
        "mended": [CASE.id],
        "still broken": [CUT.id],
        "newly untried": ["a.new"],
        "gone": ["a.gone"],
    }


@pytest.mark.parametrize("form", FORMS)
def test_every_form_names_every_change(form: str) -> None:
    text = FORMS[form](Changes.between(OLD, NEW))
    for id in ("a.held", CASE.id, CUT.id, "a.new", "a.gone"):
        assert id in text


def test_comparing_is_red_on_a_new_break_alone(tmp_path: Path, tool: Tool) -> None:
    written(tmp_path / "old.json", OLD)
    written(tmp_path / "new.json", NEW)
    red = tool("compare", "old.json", "new.json", "--format", "json")
    assert (
        json.loads(red.stdout)["since"]
        == f"{SUMMARY.target}: from the run of {SUMMARY.started} to that of {SUMMARY.started}"
    )
    assert red.returncode == 1
    assert [each["id"] for each in json.loads(red.stdout)["newly_broken"]] == ["a.held"]
    assert tool("compare", "new.json", "new.json").returncode == 0
    assert tool("compare", "old.json", "none.json").returncode == 4
    written(tmp_path / "acme.json", NEW, contract="acme")
    other = tool("compare", "old.json", "acme.json")
    assert (other.returncode, other.stdout) == (4, "")
    assert "the reports are of two contracts, 'speed' and 'acme'" in other.stderr
