"""Plant the mock's faults one by one, take its latitudes one by one, and say what the suite reports of each.

    python benchmarks/prove.py                 every fault on the areas that it declares, every variant whole
    python benchmarks/prove.py --every 10      a tenth of them
    python benchmarks/prove.py --whole         every fault on the whole suite
    python benchmarks/prove.py --combined      combinations of variants, every pair of them at least once
    python benchmarks/prove.py --table docs/behaviours.md   write down what each fault was reported as

Prints a line for each that is not as it should be, and a summary; exit status 1 where there is such a line.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from covering import covering_array
from tables import table

from pytest_checkout import load_contract
from pytest_checkout.mock import Fault, faults_of, variant_names, variants_of

#: The areas whose statements are held against the exchanges of all others.
UNIVERSAL = ("errors", "any")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one run said: its exit status, the broken and the untried behaviours, requests and seconds."""

    name: str
    status: int
    broken: tuple[str, ...]
    untried: tuple[str, ...]
    requests: int
    seconds: float
    problem: str = ""


def judge(name: str, options: Sequence[str], *, seed: int) -> Outcome:
    """Run the suite once, in an empty directory."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--checkout-report={report}"]
        done = subprocess.run(
            [*command, f"--checkout-seed={seed}", *options],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        seconds = time.perf_counter() - started
        if not report.exists():
            return Outcome(
                name=name,
                status=done.returncode,
                broken=(),
                untried=(),
                requests=0,
                seconds=seconds,
                problem=done.stdout[-2000:],
            )
        plain: dict[str, Any] = json.loads(report.read_text())
    behaviours = plain["behaviours"]
    return Outcome(
        name=name,
        status=done.returncode,
        broken=tuple(each["id"] for each in behaviours if each["verdict"] == "broken"),
        untried=tuple(each["id"] for each in behaviours if each["verdict"] == "untried"),
        requests=plain["requests"],
        seconds=seconds,
    )


def of_fault(fault: Fault, *, whole: bool) -> list[str]:
    """The options that judge a fault."""
    areas = {each.split(".")[0] for each in fault.breaks}
    if fault.name.split(".")[0] in UNIVERSAL:
        whole = True  # what is judged on all exchanges needs them
    return [f"--checkout-fault={fault.name}", *([] if whole else [f"--checkout-area={area}" for area in sorted(areas)])]


def complaints(fault: Fault, outcome: Outcome) -> Iterator[str]:
    """What is not as the fault declares."""
    if outcome.problem:
        yield f"no report: {outcome.problem}"
    missed = [each for each in fault.breaks if each not in outcome.broken]
    if missed:
        yield f"not reported: {', '.join(missed)}"
    wanted = (*fault.breaks, *fault.also)
    more = [
        each
        for each in outcome.broken
        if each not in fault.breaks and not any(fnmatch.fnmatchcase(each, _glob(glob)) for glob in wanted)
    ]
    if more:
        yield f"reported, and not declared: {', '.join(more)}"
    if outcome.status != 1:
        yield f"exit status {outcome.status}"


def _glob(pattern: str) -> str:
    """A pattern in which square brackets stand for themselves."""
    return pattern.replace("[", "[[]")


def main() -> int:
    """Run the proof; the exit status is 1 where something is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contract", default="speed")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth only")
    parser.add_argument("--first", type=int, default=0, metavar="K", help="with --every: start at the Kth")
    parser.add_argument("--whole", action="store_true", help="judge each fault by the whole suite")
    parser.add_argument("--only", default="*", metavar="GLOB")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-variants", action="store_true")
    parser.add_argument("--combined", action="store_true", help="no faults, and the variants combined")
    parser.add_argument("--table", type=Path, metavar="PATH", help="write a table of behaviours and faults as Markdown")
    chosen = parser.parse_args()
    contract = load_contract(chosen.contract)
    faults = [each for each in faults_of(contract) if fnmatch.fnmatchcase(each.name, chosen.only)][
        chosen.first :: chosen.every
    ]
    variants: list[tuple[str, ...]] = [(name,) for name in variant_names(contract)]
    if chosen.combined:
        faults, variants = [], covering_array(variants_of(contract), seed=chosen.seed)
    variants = [] if chosen.no_variants else variants[chosen.first :: chosen.every]
    base = [f"--checkout-contract={chosen.contract}"]
    found, outcomes, wrong = 0, [], 0
    with ThreadPoolExecutor(chosen.jobs) as pool:
        runs = {
            fault: pool.submit(judge, fault.name, [*base, *of_fault(fault, whole=chosen.whole)], seed=chosen.seed)
            for fault in faults
        }
        calm = {
            names: pool.submit(
                judge, names[0], [*base, *(f"--checkout-variant={name}" for name in names)], seed=chosen.seed
            )
            for names in variants
        }
        for fault, future in runs.items():
            outcome = future.result()
            outcomes.append(outcome)
            found += set(fault.breaks) <= set(outcome.broken)
            for complaint in complaints(fault, outcome):
                wrong += 1
                print(f"{fault.name}: {complaint}", flush=True)
        for names, future in calm.items():
            outcome = future.result()
            outcomes.append(outcome)
            if outcome.status != 0 or outcome.broken:
                wrong += 1
                print(
                    f"variant {' + '.join(names)}: accused of {', '.join(outcome.broken)}; untried {', '.join(outcome.untried)} {outcome.problem}",
                    flush=True,
                )
    if chosen.table is not None:
        chosen.table.write_text(table(contract, {fault: runs[fault].result() for fault in faults}), encoding="utf-8")
    print(
        f"{found} of {len(faults)} faults reported under all that they declare; {len(variants)} variants; "
        f"median {statistics.median(each.requests for each in outcomes):.0f} requests, "
        f"{statistics.median(each.seconds for each in outcomes):.1f} s a run; {wrong} lines above"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
