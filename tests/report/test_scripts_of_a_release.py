"""The scripts in a release's report, run by a shell: each shows its defect to whoever has the report and a key."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from processes import keys_of, plain_environment
from releases import FAULTS, Release

from pytest_checkout.redaction import Redactor


def test_every_script_shows_its_defect_in_a_posix_shell(release: Release) -> None:
    shell = shutil.which("dash") or "sh"
    variables = {
        **plain_environment(),
        **keys_of(release.mock),
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
