"""A whole run against a hostile server, and what it cost."""

from __future__ import annotations

import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processes import run_pytest
from servers import KEY, Answer, served

#: Runs pytest, and writes into a file the most memory that this process ever held, in kilobytes.
_MEASURED = """
import sys, pytest
status = pytest.main(sys.argv[1:])
lines = open("/proc/self/status").read().splitlines()
open("memory", "w").write(next(line for line in lines if line.startswith("VmHWM")).split()[1])
sys.exit(status)
"""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a run came to: its exit status, its report, its output, its time and its memory."""

    status: int
    report: dict[str, Any]
    output: str
    seconds: float
    megabytes: float

    @property
    def verdict(self) -> str:
        """The first verdict that is red, in words; a broken one before any other."""
        red = [each for each in self.report.get("behaviours", []) if each["red"]]
        red.sort(key=lambda each: each["verdict"] != "broken")
        return f"{red[0]['verdict']} {red[0]['id']}: {red[0]['reason']}" if red else "nothing is red"


def run_against(answer: Answer, *, to: str = r"POST /checkout-sessions/\w+ ") -> Seen:
    """Judge an API that answers so to updates, and honestly to all else."""
    with served(answer, to=to) as url, tempfile.TemporaryDirectory() as folder:
        options = ["-q", "-p", "no:cacheprovider", f"--checkout-base-url={url}"]
        options += ["--checkout-request-timeout=1", "--checkout-report=report.json", "--checkout-seed=1"]
        chosen = ["checkout::version::test_accepted[absent]", "checkout::update::test_answers_session", "checkout::any"]
        began = time.monotonic()
        key = {"CHECKOUT_API_KEY": KEY}
        done = run_pytest(Path(folder), *options, *chosen, environment=key, program=_MEASURED)
        seconds = time.monotonic() - began
        report, memory = Path(folder, "report.json"), Path(folder, "memory")
        return Seen(
            status=done.returncode,
            report=json.loads(report.read_text()) if report.exists() else {},
            output=done.stdout + done.stderr,
            seconds=seconds,
            megabytes=int(memory.read_text()) / 1024,
        )
