"""The Markdown report, and what GitHub Actions reads."""

import html
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from pytest_checkout.errors import ReportProblem
from pytest_checkout.exchange import Body, Exchange, Request, Response
from pytest_checkout.report.github import append_summary, error_lines
from pytest_checkout.report.markdown import LONGEST, markdown_report, sentence
from pytest_checkout.report.text import uncommanded
from pytest_checkout.verdict import Evidence, RunSummary, Verdict

HOSTILE = "</details><script>alert(1)</script> ![x](https://a.example/x.png) @everyone #1 ```\n\n# big | cell \u202e ::error::x"
SUMMARY = RunSummary(
    tool="pytest-checkout 0.1.0",
    target="https://api.example.com",
    contract="speed",
    versions=("2022-10-15",),
    seed=7,
    started="2026-01-02T03:04:05+00:00",
    duration_s=1.25,
    requests=1234,
    exit_status=1,
)


def _verdict(
    name: str = "update.stores[title]", *, outcome: str = "broken", said: str = "a", red: bool = True
) -> Verdict:
    exchange = Exchange(
        request=Request(method="POST", target="/checkout-sessions/cs_1", body=Body.of(said.encode())),
        response=Response(status=200, body=Body.of(said.encode())),
    )
    evidence = Evidence(example=(exchange,), at=0, wanted=said, got=said, script=f"echo '{said}'")
    return Verdict(
        id=name,
        area="update",
        level="must",
        statement="A retrieve shows the field.",
        source="speed.yaml:12",
        verdict=outcome,  # type: ignore[arg-type]
        reason=said,
        frequency="3 of 3",
        evidence=evidence if outcome == "broken" else None,
        red=red,
    )


def test_a_broken_behaviour_is_told_with_its_evidence() -> None:
    text = markdown_report(SUMMARY, [_verdict()])
    assert text.startswith("## Checkout conformance: 1 of 1 behaviour is broken (1 must)\n\n1 broken\n")
    for part in (
        "| `update.stores[title]` | must |",
        "> POST /checkout-sessions/cs_1 -> 200",
        "seen    3 of 3",
        "echo 'a'",
    ):
        assert part in text


def test_what_an_answer_holds_is_inert() -> None:
    page = MarkdownIt("gfm-like", {"linkify": False}).render(
        markdown_report(SUMMARY, [_verdict(said=HOSTILE), _verdict("x.y", outcome="untried", said=HOSTILE)])
    )
    assert "<script>" not in page
    assert "<img" not in page
    assert page.count("<h1") == 0
    assert page.count("</details>") == 2
    assert page.count("<td>") == 3
    assert "\u202e" not in page


def test_it_fits_a_comment_however_much_is_broken() -> None:
    text = markdown_report(SUMMARY, [_verdict(f"update.stores[f{place}]", said="x" * 300) for place in range(300)])
    assert len(text) <= LONGEST
    assert "more, which the other reports hold" in text


def test_an_annotation_is_one_line_whatever_came() -> None:
    assert error_lines([_verdict()], {}) == []
    (line,) = error_lines([_verdict(said="50%\r\n::error::x")], {"GITHUB_ACTIONS": "true"})
    assert line.startswith("::error title=update.stores[title] (must) is broken::A retrieve shows the field. ")
    assert "\n" not in line
    assert "\r" not in line
    assert "50%25" in line
    assert error_lines([_verdict(red=False), _verdict(outcome="held")], {"GITHUB_ACTIONS": "true"}) == []


def test_the_job_summary_is_appended_to(tmp_path: Path) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n", encoding="utf-8")
    append_summary(SUMMARY, [_verdict()], {"GITHUB_STEP_SUMMARY": str(file)})
    assert file.read_text(encoding="utf-8") == "before\n" + markdown_report(SUMMARY, [_verdict()])
    append_summary(SUMMARY, [], {})
    with pytest.raises(ReportProblem, match="GITHUB_STEP_SUMMARY"):
        append_summary(SUMMARY, [], {"GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "x")})


def test_an_annotation_stands_at_the_contracts_line_where_the_project_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a,b.yaml").touch()
    lines = error_lines(
        [_verdict().but(location="a,b.yaml:12"), _verdict().but(location="speed.yaml:12")], {"GITHUB_ACTIONS": "true"}
    )
    assert ",file=a%2Cb.yaml,line=12::" in lines[0]
    assert "file=" not in lines[1]


@pytest.mark.parametrize(
    "text", ["ask @everyone", "see #1", "see org/repo#12", "# big", "![x](y)", "a !7 $3 ~bug", "<b>x"]
)
def test_a_sentence_is_text_whatever_stands_in_it(text: str) -> None:
    page = MarkdownIt("gfm-like", {"linkify": False}).render(sentence(text))
    assert page.startswith("<p>")
    assert "<img" not in page
    assert "<b>" not in page
    shown = page.removeprefix("<p>").removesuffix("</p>\n")
    assert html.unescape(shown.replace("<!-- -->", "")) == text
    assert not re.search(r"[@#!$]\w", shown)


@pytest.mark.parametrize(
    "command", ["::error::x", "   ::stop-commands::x", "##[command]x", "##vso[task.x]", "##teamcity[x]"]
)
def test_a_line_of_an_answer_is_no_command_of_a_ci(command: str) -> None:
    assert not uncommanded(command).lstrip().startswith(("::", "##"))
    assert uncommanded("a ::error::x") == "a ::error::x"
