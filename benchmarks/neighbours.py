"""Runs beside other pytest plugins, each alone and all together: the verdicts must be those of a run without them.

    python benchmarks/neighbours.py

Install into one environment what is to be tried: pytest-randomly, pytest-rerunfailures, pytest-timeout, pytest-asyncio,
pytest-django, pytest-cov, pytest-html, allure-pytest, pytest-xdist. What is not installed is left out, and said.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

FAULT = "success.exclusive/when_success_message_is_set"
#: The name of each plugin among pytest's, and the options with which it is used.
NEIGHBOURS: dict[str, tuple[str, ...]] = {
    "randomly": ("--randomly-seed=7",),
    "rerunfailures": ("--reruns=2",),
    "timeout": ("--timeout=300",),
    "asyncio": ("--asyncio-mode=auto",),
    "django": ("--ds=django.conf.global_settings",),
    "pytest_cov": ("--cov=json", "--cov-report="),
    "html": ("--html=neighbours.html", "--self-contained-html"),
    "allure_pytest": ("--alluredir=allure",),
    "schemathesis": (),
    "xdist": ("-n", "4", "--dist", "worksteal"),
}
_COMMON = ("--tb=short", "--checkout-effort=quick", "--checkout-seed=1", "--checkout-report=r.json")
#: They come with others, or belong to this package's own dependencies, and are left as they are.
_LEFT = {"checkout", "anyio", "hypothesispytest", "html_fixtures", "metadata", "xdist.looponfail"}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a run came to: verdicts by behaviour, how often each outcome was counted, and the warnings of ours."""

    status: int
    verdicts: dict[str, str]
    failed: int
    reruns: int
    warnings: int
    seconds: float
    output: str


def run(on: Sequence[str], target: str, installed: Sequence[str]) -> Seen:
    """One quick run with these plugins switched on and all others off."""
    off = [word for name in installed if name not in on for word in ("-p", f"no:{name}")]
    options = [option for name in on for option in NEIGHBOURS[name]]
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *off, *options, target, *_COMMON],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        report = Path(folder, "r.json")
        behaviours = json.loads(report.read_text())["behaviours"] if report.exists() else []
        said = done.stdout + done.stderr
        return Seen(
            status=done.returncode,
            verdicts={each["id"]: each["verdict"] for each in behaviours},
            failed=_count(said, "failed"),
            reruns=_count(said, "rerun"),
            warnings=len(re.findall(r"pytest_checkout\S*:\d+: \w*Warning", said)),
            seconds=time.monotonic() - began,
            output=said,
        )


def _count(said: str, outcome: str) -> int:
    found = re.findall(rf"^=.* (\d+) {outcome}.* in [\d.]+s", said, re.MULTILINE)
    return int(found[-1]) if found else 0


def main() -> int:
    """Run and print; the exit status is 1 where a neighbour changed a verdict."""
    installed = [name for name in (each.name for each in entry_points(group="pytest11")) if name not in _LEFT]
    missing = [name for name in NEIGHBOURS if name not in installed]
    present = [name for name in NEIGHBOURS if name in installed]
    if missing:
        print(f"not installed: {', '.join(missing)}\n")
    healthy, faulty = run((), "--checkout-mock", installed), run((), f"--checkout-fault={FAULT}", installed)
    print("| beside | the mock | differ | a fault | failed, reruns | differ | warnings | seconds |")
    print("|---|---|---|---|---|---|---|---|")
    wrong = 0
    for name, on in {"nothing": (), **{each: (each,) for each in present}, "all of them": tuple(present)}.items():
        first, second = run(on, "--checkout-mock", installed), run(on, f"--checkout-fault={FAULT}", installed)
        changed = [_differing(one, other) for one, other in ((healthy, first), (faulty, second))]
        bad = first.status or second.status != 1 or any(changed) or first.warnings or second.failed != 1
        wrong += bool(bad)
        print(
            f"| {name} | exit {first.status} | {', '.join(changed[0]) or '-'} | exit {second.status} "
            f"| {second.failed}, {second.reruns} | {', '.join(changed[1]) or '-'} | {first.warnings + second.warnings} "
            f"| {first.seconds:.0f}, {second.seconds:.0f} |",
            flush=True,
        )
        if bad and "-v" in sys.argv:
            print(first.output[-3000:], second.output[-3000:])
    return 1 if wrong else 0


def _differing(one: Seen, other: Seen) -> list[str]:
    ids = one.verdicts.keys() | other.verdicts.keys()
    return sorted(id for id in ids if one.verdicts.get(id) != other.verdicts.get(id))


if __name__ == "__main__":
    sys.exit(main())
