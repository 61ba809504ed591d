"""A release manager's day: a run with ten faults, every report of it read by others, and what follows from it.

The mock runs outside of the run that judges it, as an API does, so that its keys are known here and can be looked for.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from axe_playwright_python.sync_playwright import Axe
from haralyzer import HarParser
from markdown_it import MarkdownIt
from playwright.sync_api import sync_playwright

from pytest_checkout import load_contract
from pytest_checkout.credentials import split
from pytest_checkout.mock import Mock
from pytest_checkout.redaction import Redactor
from pytest_checkout.report.json_report import schema
from pytest_checkout.report.markdown import LONGEST

FAULTS = {
    "update.exact[description]": "trimmed",
    "success.exclusive": "when_success_message_is_set",
    "image.refuses_large[data-png]": "no_limit_for_data",
    "metadata.case": "known_key_wins",
    "session.unknown": "answered_400",
    "version.unknown": "words_taken",
    "auth.near_miss": "without_case",
    "input.type[description]": "number_as_text",
    "errors.no_leak": "key_echoed",
    "concurrency.same_field": "values_joined",
}
SUFFIXES = ("html", "json", "md", "sarif", "svg", "har")
#: A user's own test, which sends the key where no key should be, and prints it.
OWN = """
import base64, os, pytest

@pytest.mark.checkout("acme.keys")
def test_keys(checkout_api, checkout_session):
    key = os.environ["CHECKOUT_API_KEY"]
    encoded = base64.b64encode(key.encode()).decode()
    checkout_api.retrieve(key)
    checkout_api.retrieve("x?key=" + "".join(f"%{ord(each):02x}" for each in key))
    checkout_api.update(checkout_session["id"], {"description": key, "metadata": {key: encoded}})
    checkout_api.update(checkout_session["id"], {"description": key + " " * 100_000})
"""


@dataclass(frozen=True, kw_only=True)
class Release:
    """The folder of the runs, the API, and what the first run said."""

    folder: Path
    mock: Mock
    keys: tuple[str, ...]
    first: "subprocess.CompletedProcess[str]"

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.keys)

    def run(self, *arguments: str, url: str = "") -> "subprocess.CompletedProcess[str]":
        return run(self.folder, self.environment, f"--checkout-base-url={url or self.mock.base_url}", *arguments)

    def tool(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "pytest_checkout", *arguments]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, timeout=60)

    def report(self, name: str = "r.json") -> dict[str, Any]:
        return json.loads((self.folder / name).read_text("utf-8"))

    def behaviours(self, name: str = "r.json") -> dict[str, dict[str, Any]]:
        return {each["id"]: each for each in self.report(name)["behaviours"]}

    def broken(self, name: str = "r.json") -> dict[str, dict[str, Any]]:
        return {id: each for id, each in self.behaviours(name).items() if each["verdict"] == "broken"}

    def items(self, *ids: str) -> list[str]:
        return [node_id for id in ids for node_id in self.broken()[id]["node_ids"]]


def environment(keys: tuple[str, ...]) -> dict[str, str]:
    names = ("CHECKOUT_API_KEY", "CHECKOUT_OTHER_API_KEY", "CHECKOUT_PUBLISHABLE_KEY")
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("CHECKOUT_", "PYTEST_", "GITHUB_"))
    }
    return {**kept, **dict(zip(names, keys, strict=True))}


def run(folder: Path, environment: Mapping[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "pytest", "-p", "no:schemathesis", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        command, cwd=folder, env=dict(environment), capture_output=True, text=True, check=False, timeout=900
    )


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    folder = tmp_path_factory.mktemp("release")
    mock = Mock(load_contract("speed"), faults=[f"{id}/{what}" for id, what in FAULTS.items()]).start()
    keys = (mock.secret_key, mock.other_secret_key, mock.publishable_key or "")
    (folder / "test_own.py").write_text(OWN)
    github = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    first = run(
        folder,
        {**environment(keys), **github},
        f"--checkout-base-url={mock.base_url}",
        "--checkout-seed=7",
        "--junitxml=r.xml",
        *(f"--checkout-report=r.{suffix}" for suffix in SUFFIXES),
    )
    (folder / "terminal.txt").write_text(first.stdout + first.stderr)
    yield Release(folder=folder, mock=mock, keys=keys, first=first)
    mock.stop()


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


# ---- seeing it happen


def test_every_script_shows_its_defect_in_a_posix_shell(release: Release) -> None:
    shell = shutil.which("dash") or "sh"
    variables = {
        **release.environment,
        "CHECKOUT_BASE_URL": release.mock.base_url,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    scripts = {id: each["evidence"] for id, each in release.broken().items() if each["evidence"] is not None}
    assert set(FAULTS) <= set(scripts)
    silent = []
    for id, evidence in scripts.items():
        # Whether two requests meet is the machine's matter.
        for _ in range(20 if id.startswith("concurrency.") else 1):
            done = subprocess.run(
                [shell],
                input=evidence["script"],
                env=variables,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            if done.stderr == "" and shows(evidence, Redactor(release.keys).text(done.stdout)):
                break
        else:
            silent.append((id, done.stdout[-500:], done.stderr[-500:]))
    assert silent == []


def shows(evidence: Mapping[str, Any], printed: str) -> bool:
    """Whether the answers that a script printed contradict as those of the evidence do."""
    answers = re.findall(r"(.*?)\n-> (\d{3})\n", printed, re.DOTALL)
    example = evidence["example"]
    if any(each["purpose"].startswith("parallel") for each in example):
        return joined(example, json.loads(answers[-1][0]))
    if len(answers) != len(example):
        return False
    pairs = [
        (body.strip(), int(status), each["response"]) for (body, status), each in zip(answers, example, strict=True)
    ]
    return all(status == came["status"] and alike(body, came["body"]) for body, status, came in pairs)


def alike(body: str, kept: Mapping[str, Any]) -> bool:
    """Whether an answer is the one of the evidence; of a large one the evidence has the size and the beginning."""
    if "sha256" in kept:
        return len(body.encode()) == kept["bytes"]
    return bool(without_chance(body) == without_chance(kept["text"]))


def joined(example: list[dict[str, Any]], last: Mapping[str, Any]) -> bool:
    """Whether a field holds what none of the updates at the same time had sent."""
    sent: dict[str, list[Any]] = {}
    for each in example:
        if each["purpose"].startswith("parallel"):
            for name, value in json.loads(each["request"]["body"]["text"]).items():
                sent.setdefault(name, []).append(value)
    return any(last[name] not in values for name, values in sent.items())


def without_chance(body: str) -> Any:
    """An answer without what is another in every run: ids, and the times of day."""
    text = re.sub(r"cs_(test|live)_\w+", "ID", body)
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, dict):
        return {name: each for name, each in value.items() if name not in ("created", "modified")}
    return value


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
    mended = Mock(load_contract("speed")).start()
    try:
        keys = environment((mended.secret_key, mended.other_secret_key, mended.publishable_key or ""))
        options = (f"--checkout-base-url={mended.base_url}", *known, "--checkout-report=mended.json")
        done = run(release.folder, keys, *options)
    finally:
        mended.stop()
    assert done.returncode == 1
    assert done.stdout.count("STALE ") == len(listed)
    better = release.tool("compare", "whole.json", "mended.json", "--format", "json")
    assert better.returncode == 0
    assert {each["id"] for each in json.loads(better.stdout)["mended"]} == listed
    worse = release.tool("compare", "mended.json", "whole.json", "--format", "markdown")
    assert worse.returncode == 1
    assert "### newly broken" in worse.stdout
