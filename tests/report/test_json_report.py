"""The JSON report, held against the schema that ships with it."""

import copy
import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from verdicts import CUT, SUMMARY, VERDICTS

from pytest_checkout.errors import ReportProblem, UsageProblem
from pytest_checkout.exchange import Body, Exchange, Request
from pytest_checkout.report.json_report import json_report, schema
from pytest_checkout.report.writers import check_writable, write
from pytest_checkout.verdict import OUTCOMES, Verdict

VALIDATOR = jsonschema.Draft202012Validator(schema())


def report() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(json_report(SUMMARY, VERDICTS)))
    return loaded


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_a_report_holds_to_the_schema() -> None:
    VALIDATOR.validate(report())
    VALIDATOR.validate(json_report(SUMMARY, []))


def test_every_kind_of_exchange_holds_to_the_schema() -> None:
    assert CUT.evidence is not None
    unanswered = Exchange(
        request=Request(method="POST", target="/", body=Body.of(b"\xff" * 100_000), credentials="none"),
        failure="no whole answer within 10 s",
    )
    evidence = CUT.evidence.as_dict() | {"example": [unanswered.as_dict()], "at": 0}
    VALIDATOR.validate(json_report(SUMMARY, [Verdict.from_dict(CUT.as_dict() | {"evidence": evidence})]))


def test_verdicts_come_back_from_a_report_as_they_were() -> None:
    assert tuple(Verdict.from_dict(item).as_dict() for item in report()["behaviours"]) == tuple(
        verdict.as_dict() for verdict in VERDICTS
    )


def test_the_summary_counts_every_verdict() -> None:
    assert report()["summary"] == {
        "broken": 2,
        "untried": 3,
        "held": 2,
        "observed": 2,
        "inapplicable": 1,
        "not run": 1,
    }
    assert set(report()["summary"]) == set(OUTCOMES)


@pytest.mark.parametrize(
    "path",
    [
        ("format",),
        ("contract", "versions"),
        ("summary", "not run"),
        ("behaviours", 0, "level"),
        ("behaviours", 0, "evidence", "script"),
        ("behaviours", 0, "evidence", "example", 0, "request", "credentials"),
        ("behaviours", 0, "evidence", "example", 0, "response"),
        ("behaviours", 0, "evidence", "example", 0, "response", "body", "bytes"),
        ("notes",),
    ],
)
def test_the_schema_misses_what_is_missing(path: tuple[Any, ...]) -> None:
    broken = copy.deepcopy(report())
    inner = broken
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    assert not VALIDATOR.is_valid(broken)


@pytest.mark.parametrize(
    "path",
    [(), ("contract",), ("behaviours", 0), ("behaviours", 0, "evidence"), ("behaviours", 0, "evidence", "example", 0)],
)
def test_the_schema_knows_every_member(path: tuple[Any, ...]) -> None:
    broken = report()
    inner = broken
    for step in path:
        inner = inner[step]
    inner["more"] = 1
    assert not VALIDATOR.is_valid(broken)


def test_a_written_report_is_whole_and_alone(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("an old one")
    check_writable(path)
    assert path.read_text() == "an old one"
    write(path, SUMMARY, VERDICTS)
    VALIDATOR.validate(json.loads(path.read_text("utf-8")))
    assert path.read_text().isascii()
    assert [item.name for item in tmp_path.iterdir()] == ["report.json"]


def test_a_report_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("an old one")
    (tmp_path / f".report.json.{os.getpid()}.part").mkdir()
    with pytest.raises(ReportProblem, match=r"report\.json could not be written"):
        write(path, SUMMARY, VERDICTS)
    assert path.read_text() == "an old one"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to("real.json")
    write(tmp_path / "link.json", SUMMARY, VERDICTS)
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "real.json").read_text())["format"] == 1


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("report.txt", r"the suffix '\.txt' names no format; known are \.json"),
        ("report", r"no suffix names no format; known are \.json"),
        ("missing/report.json", "missing does not exist; make it first"),
        ("a-file/report.json", "a-file is no directory; make it first"),
        ("a-directory.json", "this is a directory; name a file in it"),
    ],
)
def test_a_path_that_can_not_be_written_is_found_before_the_run(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "a-file").touch()
    (tmp_path / "a-directory.json").mkdir()
    with pytest.raises(UsageProblem, match=message):
        check_writable(tmp_path / name)


def test_a_folder_that_can_not_be_written_is_found_before_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    with pytest.raises(UsageProblem, match=r"nothing can be written in .* \(Permission denied\)"):
        check_writable(tmp_path / "report.json")


def test_a_suffix_in_capital_letters_is_known(tmp_path: Path) -> None:
    check_writable(tmp_path / "REPORT.JSON")
