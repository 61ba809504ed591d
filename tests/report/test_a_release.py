"""A release's reports, read by others, and what follows from them: parts, a baseline, and what changed."""

import base64
import json
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import jsonschema
from axe_playwright_python.sync_playwright import Axe
from haralyzer import HarParser
from markdown_it import MarkdownIt
from playwright.sync_api import sync_playwright
from releases import FAULTS, SUFFIXES, Release

from pytest_checkout import load_contract
from pytest_checkout.credentials import split
from pytest_checkout.mock import Mock
from pytest_checkout.report.json_report import schema
from pytest_checkout.report.markdown import LONGEST


def test_every_fault_is_found_and_the_run_is_red(release: Release) -> None:
    assert release.first.returncode == 1, release.first.stdout[-3000:]
    assert set(FAULTS) <= set(release.broken())


# ---- every format, read by others


def test_the_json_holds_to_its_schema(release: Release) -> None:
    jsonschema.Draft202012Validator(schema()).validate(release.report())


def test_the_sarif_holds_to_its_schema_and_points_into_the_contract(release: Release) -> None:
    sarif = json.loads((release.folder / "r.sarif").read_text())
    sarif_schema = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text())
    jsonschema.validators.validator_for(sarif_schema)(sarif_schema).validate(sarif)
    results = sarif["runs"][0]["results"]
    assert {result["ruleId"] for result in results} == set(release.broken())
    places = [result["locations"][0]["physicalLocation"] for result in results]
    assert {place["artifactLocation"]["uri"] for place in places} == {"speed.yaml"}


def test_the_archive_holds_every_request(release: Release) -> None:
    entries = HarParser(json.loads((release.folder / "r.har").read_text())).har_data["entries"]
    # Sessions are deactivated after the run, and the count of the report is of all that was sent.
    assert len(entries) == release.report()["requests"]


def test_the_junit_file_has_a_case_for_every_behaviour(release: Release) -> None:
    cases = list(ET.parse(release.folder / "r.xml").iter("testcase"))
    said = {
        properties["checkout_id"]: properties["checkout_verdict"]
        for case in cases
        if (properties := {each.attrib["name"]: each.attrib["value"] for each in case.iter("property")})
    }
    suite = {id: each["verdict"] for id, each in release.behaviours().items() if each["area"] != "acme"}
    assert said == suite


def test_the_markdown_is_the_jobs_summary_and_each_red_break_an_annotation(release: Release) -> None:
    text = (release.folder / "r.md").read_text("utf-8")
    assert len(text) <= LONGEST
    page = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    assert page.startswith(f"<h2>Checkout conformance: {len(release.broken())} of ")
    summary = (release.folder / "summary.md").read_text("utf-8")
    assert summary.splitlines()[0] == text.splitlines()[0]
    annotations = [line for line in release.first.stdout.splitlines() if line.startswith("::")]
    assert len(annotations) == len(release.broken())
    assert all(line.startswith("::error title=") for line in annotations)


def test_the_badge_counts(release: Release) -> None:
    root = ET.parse(release.folder / "r.svg").getroot()
    held = sum(each["verdict"] == "held" for each in release.behaviours().values())
    assert root.attrib["aria-label"] == f"checkout conformance {held}/{held + len(release.broken())}"


def test_the_page_opens_in_a_browser_and_tells_each_break(release: Release) -> None:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "this test needs Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_context(bypass_csp=True).new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto((release.folder / "r.html").as_uri())
        titles = [text.split()[0] for text in page.locator("article h3").all_text_contents()]
        assert titles == list(release.broken())
        command = page.locator("article", has_text="success.exclusive").locator(".again code").nth(1).text_content()
        assert command == f"{release.report()['again']} checkout::success::test_exclusive"
        page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        violations = Axe().run(page).response["violations"]
        browser.close()
    assert said == []
    assert [each["id"] for each in violations if each["impact"] in ("serious", "critical")] == []


# ---- nothing gives a key away


def test_no_file_and_no_output_holds_a_part_of_a_key(release: Release) -> None:
    needles = {needle for key in release.keys for needle in told(split(key)[1])}
    files = [path for path in release.folder.rglob("*") if path.is_file()]
    assert len(files) >= len(SUFFIXES) + 3
    found = {(path.name, needle) for path in files for needle in needles if needle in path.read_bytes()}
    assert found == set()


def told(secret: str) -> Iterator[bytes]:
    """Every window of eight characters: as it is, percent-encoded, and in base64 at each alignment."""
    for start in range(len(secret) - 7):
        window = secret[start : start + 8].encode()
        yield window
        yield b"".join(b"%%%02X" % each for each in window)
        yield b"".join(b"%%%02x" % each for each in window)
        for before in range(3):
            encoded = base64.b64encode(b"\0" * before + window)
            yield encoded[-(-before * 8 // 6) : (before + len(window)) * 8 // 6]


# ---- the life of a baseline, parts of a run, and what changed


def test_breaks_become_known_are_mended_and_told_apart(release: Release) -> None:
    chosen = release.items(*FAULTS)
    half = len(chosen) // 2
    # Parts of a run, with workers and without, bring all of it back by seed and node id.
    for name, part, workers in (("a", chosen[:half], "0"), ("b", chosen[half:], "2")):
        done = release.run("--checkout-seed=7", f"--checkout-report={name}.json", "-n", workers, *part)
        assert done.returncode == 1, done.stdout[-3000:]
    merged = release.tool(
        "report", "a.json", "b.json", "--json", "whole.json", "--html", "whole.html", "--md", "whole.md"
    )
    assert (merged.returncode, merged.stderr) == (0, "")
    assert set(release.broken("whole.json")) >= set(FAULTS)

    # New, which is red until the baseline is written; known, which is not.
    listed = {"success.exclusive", "session.unknown", "input.type[description]"}
    (release.folder / "known.yaml").write_text("[]\n")
    known = ("--checkout-seed=7", "--checkout-baseline=known.yaml", *release.items(*listed))
    assert release.run(*known).returncode == 1
    assert release.run(*known, "--checkout-baseline-update").returncode == 0
    done = release.run(*known, "--checkout-report=known.json")
    assert done.returncode == 0, done.stdout[-3000:]
    assert {id: each["expected"] for id, each in release.broken("known.json").items()} == dict.fromkeys(
        listed, "not explained yet"
    )

    # Expired: red again.
    text = (release.folder / "known.yaml").read_text()
    (release.folder / "expired.yaml").write_text(text.replace("not explained yet", "soon\n  expires: 2026-01-31"))
    done = release.run("--checkout-baseline=expired.yaml", "checkout::session::test_unknown")
    assert done.returncode == 1
    assert "expected this break until 2026-01-31 only" in " ".join(done.stdout.split())

    # Mended: stale, and told by a comparison.
    with Mock(load_contract("speed")) as mended:
        done = release.run(*known, "--checkout-report=mended.json", mock=mended)
    assert done.returncode == 1
    assert done.stdout.count("STALE ") == len(listed)
    better = release.tool("compare", "whole.json", "mended.json", "--format", "json")
    assert better.returncode == 0
    assert {each["id"] for each in json.loads(better.stdout)["mended"]} == listed
    worse = release.tool("compare", "mended.json", "whole.json", "--format", "markdown")
    assert worse.returncode == 1
    assert "### newly broken" in worse.stdout
