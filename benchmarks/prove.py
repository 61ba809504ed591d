"""Plant the mock's faults one by one, take its latitudes one by one, and say what the suite reports of each.

    python benchmarks/prove.py                   every fault on the areas that it declares, every variant whole
    python benchmarks/prove.py --every 10        a tenth of them
    python benchmarks/prove.py --whole           every fault on the whole suite
    python benchmarks/prove.py --combined        combinations of variants, every pair of them at least once
    python benchmarks/prove.py --seeds 1-10      under ten seeds
    python benchmarks/prove.py --seeds 1-10 --combined-too --results benchmarks/RESULTS.md   the full proof, written down
    python benchmarks/prove.py --table docs/behaviours.md   write down what each fault was reported as

Each is judged inside one of ``--jobs`` processes, as ``pytest --checkout-self-test`` does. Prints a line for each that is
not as it should be, and a summary for each seed; exit status 1 where there is such a line.
"""

from __future__ import annotations

import argparse
import datetime as dt
import fnmatch
import platform
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tables import table

from pytest_checkout import load_contract
from pytest_checkout.contract.model import Contract
from pytest_checkout.mock import Fault, faults_of, variant_names, variants_of
from pytest_checkout.self_test.covering import covering_array
from pytest_checkout.self_test.proof import Outcome, complaints, of_fault, of_whole

Variants = tuple[str, ...]


@cache
def contract_of(name: str) -> Contract:
    """The contract, read once in a process."""
    return load_contract(name)


@cache
def fault_of(contract: str, name: str) -> Fault:
    """A fault by its name; a process that judges is sent names only."""
    return next(fault for fault in faults_of(contract_of(contract)) if fault.name == name)


def judge_fault(contract: str, name: str, *, seed: int, whole: bool) -> Outcome:
    """What the suite says of a fault."""
    if whole:
        return of_whole(contract_of(contract), faults=[name], seed=seed)
    return of_fault(contract_of(contract), fault_of(contract, name), seed=seed)


def judge_variants(contract: str, names: Variants, *, seed: int) -> Outcome:
    """What the suite says of an API that takes these latitudes."""
    return of_whole(contract_of(contract), variants=names, seed=seed)


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What came out under one seed."""

    seed: int
    faults: Mapping[Fault, Outcome]
    calm: Mapping[Variants, Outcome]
    minutes: float

    def missed(self) -> list[str]:
        """Faults that were not reported under all that they declare."""
        return [fault.name for fault, outcome in self.faults.items() if not set(fault.breaks) <= set(outcome.broken)]

    def accused(self) -> list[Variants]:
        """Conforming APIs of which something red was said."""
        return [names for names, outcome in self.calm.items() if not outcome.calm]

    def wrong(self) -> Iterator[str]:
        """A line for each outcome that is not as it should be."""
        for fault, outcome in self.faults.items():
            yield from (f"{fault.name}: {complaint}" for complaint in complaints(fault, outcome))
        for names in self.accused():
            said = self.calm[names]
            yield f"variant {' + '.join(names)}: accused of {said.broken}; untried {said.untried} {said.problem}"

    def sentence(self) -> str:
        """The figures."""
        outcomes = [*self.faults.values(), *self.calm.values()]
        single = sum(len(names) == 1 for names in self.calm)
        return (
            f"seed {self.seed}: {len(self.faults) - len(self.missed())} of {len(self.faults)} faults reported under all that "
            f"they declare; {single} variants and {len(self.calm) - single} combinations, {len(self.accused())} accused; "
            f"median {statistics.median(each.requests for each in outcomes):.0f} requests, "
            f"{statistics.median(each.seconds for each in outcomes):.1f} s a mock; {self.minutes:.1f} minutes"
        )


def prove(
    pool: ProcessPoolExecutor,
    contract: str,
    faults: Sequence[Fault],
    variants: Sequence[Variants],
    seed: int,
    *,
    whole: bool,
) -> Proof:
    """Judge all of them under one seed."""
    started = time.perf_counter()
    runs = {fault: pool.submit(judge_fault, contract, fault.name, seed=seed, whole=whole) for fault in faults}
    calm = {names: pool.submit(judge_variants, contract, names, seed=seed) for names in variants}
    return Proof(
        seed=seed,
        faults={fault: future.result() for fault, future in runs.items()},
        calm={names: future.result() for names, future in calm.items()},
        minutes=(time.perf_counter() - started) / 60,
    )


def results(contract: str, proofs: Sequence[Proof]) -> str:
    """The proof as a section of Markdown: a row for each seed, and what was missed in any."""
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    rows = [
        f"| {proof.seed} | {len(proof.faults) - len(proof.missed())} of {len(proof.faults)} | {len(proof.calm)} | "
        f"{len(proof.accused())} | {proof.minutes:.1f} |"
        for proof in proofs
    ]
    missed = Counter(name for proof in proofs for name in proof.missed())
    lines = [f"- `{name}`: missed under {count} of {len(proofs)} seeds" for name, count in sorted(missed.items())]
    return "\n".join(
        [
            "",
            f"## The full proof of {contract}, {today}",
            "",
            f"`python {' '.join(sys.argv)}`, Python {platform.python_version()}.",
            "",
            "| seed | faults reported | variants and combinations | accused | minutes |",
            "|---|---|---|---|---|",
            *rows,
            "",
            *(lines or ["No fault was missed under any seed."]),
            "",
        ]
    )


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def main() -> int:
    """Run the proof; the exit status is 1 where something is not as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contract", default="speed")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take every Nth only")
    parser.add_argument("--first", type=int, default=0, metavar="K", help="with --every: start at the Kth")
    parser.add_argument("--whole", action="store_true", help="judge each fault by the whole suite")
    parser.add_argument("--only", default="*", metavar="GLOB")
    parser.add_argument("--seeds", type=_seeds, default=[1], metavar="N[-M]")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-variants", action="store_true")
    parser.add_argument("--combined", action="store_true", help="no faults, and the variants combined")
    parser.add_argument("--combined-too", action="store_true", help="faults, variants, and the variants combined")
    parser.add_argument("--table", type=Path, metavar="PATH", help="write a table of behaviours and faults as Markdown")
    parser.add_argument("--results", type=Path, metavar="PATH", help="put the figures at the end of this file")
    chosen = parser.parse_args()
    contract = contract_of(chosen.contract)
    one_of = slice(chosen.first, None, chosen.every)
    faults = [each for each in faults_of(contract) if fnmatch.fnmatchcase(each.name, chosen.only)][one_of]
    proofs = []
    with ProcessPoolExecutor(chosen.jobs) as pool:
        for seed in chosen.seeds:
            combined = covering_array(variants_of(contract), seed=seed)
            variants: list[Variants] = [(name,) for name in variant_names(contract)]
            if chosen.combined:
                faults, variants = [], combined
            elif chosen.combined_too:
                variants += combined
            variants = [] if chosen.no_variants else variants[one_of]
            proof = prove(pool, chosen.contract, faults, variants, seed, whole=chosen.whole)
            proofs.append(proof)
            print(*proof.wrong(), proof.sentence(), sep="\n", flush=True)
    if chosen.table is not None:
        chosen.table.write_text(table(contract, proofs[0].faults), encoding="utf-8")
    if chosen.results is not None:
        with chosen.results.open("a", encoding="utf-8") as file:
            file.write(results(chosen.contract, proofs))
    return 1 if any(line for proof in proofs for line in proof.wrong()) else 0


if __name__ == "__main__":
    sys.exit(main())
