"""Measure what a run costs, beside Schemathesis on the same server and contract, and print medians of several runs.

    python benchmarks/measure.py                 everything but the faults
    python benchmarks/measure.py --faults        the share of the mock's faults that each effort finds, too (an hour)
    python benchmarks/measure.py --only harness  one table

The server is the mock, in this process, which counts and records what arrives; what is measured runs in processes of its
own. Schemathesis's command has to be installed, and the peak of memory is that of the largest process.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import requests

from pytest_checkout import load_contract
from pytest_checkout.mock import Mock, faults_of

CONTRACT = load_contract("speed")
EFFORTS = ("quick", "standard")
PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
#: Ten faults, one in each of ten areas.
TEN = (
    "success.exclusive/when_success_message_is_set",
    "update.answers[title]/left_out",
    "image.accepts[url-png]/limit_halved",
    "metadata.keeps/replaced_the_second_time",
    "session.unknown/answered_400",
    "version.unknown/later_taken",
    "auth.near_miss/last_letter",
    "input.json/trailing_commas_taken",
    "errors.body/html_for_404",
    "method.unnamed/patch_updates",
)


@dataclass
class Observed:
    """A mock that counts, may record, and may answer late; a context manager."""

    latency_s: float = 0.0
    faults: Sequence[str] = ()
    recorded: list[Any] = field(default_factory=list)
    records: bool = False

    def __enter__(self) -> Self:
        self.mock = Mock(CONTRACT, faults=self.faults)
        answer = self.mock._api.answer  # noqa: SLF001 - the measuring stick looks inside

        def observed(request: Any) -> Any:
            if self.records:
                self.recorded.append(request)
            if self.latency_s:
                time.sleep(self.latency_s)
            return answer(request)

        self.mock._api.answer = observed  # type: ignore[method-assign]  # noqa: SLF001
        self.mock.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.mock.stop()

    @property
    def environment(self) -> dict[str, str]:
        """The keys, as a user sets them."""
        keys = {
            "CHECKOUT_API_KEY": self.mock.secret_key,
            "CHECKOUT_OTHER_API_KEY": self.mock.other_secret_key,
            "CHECKOUT_PUBLISHABLE_KEY": self.mock.publishable_key or "",
        }
        return {**os.environ, **keys}


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one process cost."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    requests: int
    status: int
    output: str


def run(command: Sequence[str], server: Observed | None = None) -> Figures:
    """Run a command in an empty directory, and take its figures from the operating system."""
    before = server.mock.requests if server is not None else 0
    environment = server.environment if server is not None else dict(os.environ)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        output = process.stdout.read() if process.stdout is not None else ""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
    return Figures(
        wall_s=wall,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_mb=usage.ru_maxrss / 1024,
        requests=server.mock.requests - before if server is not None else 0,
        status=process.returncode,
        output=output,
    )


def ours(server: Observed, *options: str) -> Figures:
    """A run of the suite."""
    return run([*PYTEST, f"--checkout-base-url={server.mock.base_url}", "--checkout-seed=1", *options], server)


def schemathesis(server: Observed) -> Figures:
    """Schemathesis's default run on the same contract."""
    command = shutil.which("schemathesis", path=str(Path(sys.executable).parent)) or "schemathesis"
    return run(
        [command, "run", str(CONTRACT.path), "--url", server.mock.base_url, "-a", f"{server.mock.secret_key}:"], server
    )


def medians(rounds: int, measured: dict[str, Callable[[], Figures]]) -> dict[str, Figures]:
    """Run each in turn, round after round, so that a slow minute meets all of them; the medians."""
    figures: dict[str, list[Figures]] = {name: [] for name in measured}
    for _ in range(rounds):
        for name, measure in measured.items():
            figures[name].append(measure())
    return {
        name: Figures(
            wall_s=statistics.median(each.wall_s for each in found),
            cpu_s=statistics.median(each.cpu_s for each in found),
            peak_mb=statistics.median(each.peak_mb for each in found),
            requests=round(statistics.median(each.requests for each in found)),
            status=found[-1].status,
            output=found[-1].output,
        )
        for name, found in figures.items()
    }


def side_by_side(rounds: int) -> Iterator[str]:
    """Requests, wall time, processor time and memory of each effort and of Schemathesis."""
    with Observed() as server:
        found = medians(
            rounds,
            {
                **{effort: (lambda effort=effort: ours(server, f"--checkout-effort={effort}")) for effort in EFFORTS},
                "schemathesis": lambda: schemathesis(server),
            },
        )
    yield "| | requests | wall | processor | wall ÷ Schemathesis's | processor ÷ Schemathesis's | peak memory |"
    yield "|---|---|---|---|---|---|---|"
    peer = found["schemathesis"]
    for name, each in found.items():
        yield (
            f"| {name} | {each.requests:,} | {each.wall_s:.1f} s | {each.cpu_s:.1f} s | {each.wall_s / peer.wall_s:.2f} "
            f"| {each.cpu_s / peer.cpu_s:.2f} | {each.peak_mb:.0f} MB |"
        )


def harness(rounds: int) -> Iterator[str]:
    """The wall time of a run beside that of the same requests sent by a bare session of requests."""
    yield "| effort | an answer takes | run | replay | run ÷ replay |"
    yield "|---|---|---|---|---|"
    for effort in EFFORTS:
        for milliseconds in (0, 5):
            with Observed(latency_s=milliseconds / 1000, records=True) as server:
                ours(server, f"--checkout-effort={effort}")
                recorded, server.records = list(server.recorded), False
                walls: list[tuple[float, float]] = []
                for _ in range(rounds):
                    whole = ours(server, f"--checkout-effort={effort}").wall_s
                    walls.append((whole, replayed(server.mock.base_url, recorded)))
            one, other = (statistics.median(each[place] for each in walls) for place in (0, 1))
            share = statistics.median(a / b for a, b in walls)
            yield f"| {effort} | {milliseconds} ms more | {one:.2f} s | {other:.2f} s | {share:.2f} |"


def replayed(base_url: str, recorded: Sequence[Any]) -> float:
    """How long a bare session of requests takes for the same requests, in seconds."""
    unsent = {"host", "content-length", "connection", "transfer-encoding"}
    started = time.perf_counter()
    with requests.Session() as session:
        session.trust_env = False
        for each in recorded:
            headers = {name: value for name, value in each.headers if name.lower() not in unsent}
            url = f"{base_url}{each.target}"
            session.request(each.method, url, headers=headers, data=each.body, timeout=30, allow_redirects=False)
    return time.perf_counter() - started


def workers(rounds: int) -> Iterator[str]:
    """Wall time with 0, 1, 2 and 4 workers of pytest-xdist on a server that takes 50 ms for every answer."""
    with Observed(latency_s=0.05) as server:
        found = medians(
            rounds, {count: (lambda count=count: ours(server, "-n", count)) for count in ("0", "1", "2", "4")}
        )
    yield "| workers | wall | times as fast as none | requests | verdicts |"
    yield "|---|---|---|---|---|"
    for count, each in found.items():
        verdicts = re.search(r"^\d+ held.*$|^.*\d+ held.*$", each.output, re.MULTILINE)
        yield (
            f"| {count} | {each.wall_s:.1f} s | {found['0'].wall_s / each.wall_s:.2f} | {each.requests:,} "
            f"| {verdicts[0] if verdicts else each.output[-200:]} |"
        )


def first_finding(rounds: int) -> Iterator[str]:
    """From the start of the process to the first finding, as `-x` ends there; and what a run with ten faults costs."""
    with Observed(faults=TEN[:1]) as broken, Observed() as calm, Observed(faults=TEN) as ten:
        found = medians(
            rounds,
            {
                "until the first finding (-x)": lambda: ours(broken, "-x"),
                "a clean run": lambda: ours(calm),
                "ten faults": lambda: ours(ten),
            },
        )
    yield "| | wall | processor | peak memory | requests |"
    yield "|---|---|---|---|---|"
    for name, each in found.items():
        yield f"| {name} | {each.wall_s:.1f} s | {each.cpu_s:.1f} s | {each.peak_mb:.0f} MB | {each.requests:,} |"


def start(rounds: int) -> Iterator[str]:
    """What the plugin costs a start of pytest: unused, and collecting."""
    commands = {
        "without any of them": [*PYTEST, "-p", "no:checkout", "-p", "no:schemathesis", "--co"],
        "Schemathesis's plugin": [*PYTEST, "-p", "no:checkout", "--co"],
        "pytest-checkout, unused": [*PYTEST, "-p", "no:schemathesis", "--co"],
        "pytest-checkout, collecting": [*PYTEST, "-p", "no:schemathesis", "--checkout-mock", "--co"],
    }
    run(commands["pytest-checkout, collecting"])  # compiled files are there from now on
    found = medians(rounds * 3, {name: (lambda command=command: run(command)) for name, command in commands.items()})
    bare = found["without any of them"]
    yield "| | wall | more than without |"
    yield "|---|---|---|"
    for name, each in found.items():
        yield f"| {name} | {each.wall_s * 1000:.0f} ms | {(each.wall_s - bare.wall_s) * 1000:+.0f} ms |"


def faults(_rounds: int) -> Iterator[str]:
    """The share of the mock's faults that each effort reports under all that they break, and the requests for each."""
    planted = len(tuple(faults_of(CONTRACT)))
    yield "| effort | requests of a run | faults reported | requests for each |"
    yield "|---|---|---|---|"
    for effort in EFFORTS:
        with Observed() as server:
            sent = ours(server, f"--checkout-effort={effort}").requests
        done = run(
            [
                *PYTEST,
                "-p",
                "no:schemathesis",
                "-n",
                "2",
                "--checkout-self-test",
                f"--checkout-effort={effort}",
                "--tb=no",
            ]
        )
        missed = re.search(r"(\d+) failed", done.output)
        found = planted - int(missed[1] if missed else 0)
        share = found / planted
        yield f"| {effort} | {sent:,} | {found} of {planted} ({share:.1%}) | {sent / share:,.0f} |"


#: The recorder comes last: what this process holds when it starts another one counts as that one's memory, too.
TABLES: dict[str, Callable[[int], Iterator[str]]] = {
    "start": start,
    "side_by_side": side_by_side,
    "first_finding": first_finding,
    "workers": workers,
    "faults": faults,
    "harness": harness,
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--only", choices=TABLES, action="append")
    chosen = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, medians of {chosen.rounds}"
    )
    for name in chosen.only or [each for each in TABLES if each != "faults" or chosen.faults]:
        print(f"\n## {(TABLES[name].__doc__ or '').splitlines()[0]}\n")
        for line in TABLES[name](chosen.rounds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
