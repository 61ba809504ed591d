"""Mutation testing: which small changes of the code that judges no test notices.

    pip install "mutmut>=3.8"
    python benchmarks/mutants.py                 # all of what pyproject.toml names; about ten minutes on two cores
    python benchmarks/mutants.py --survivors     # the same, with each change that was not noticed as a diff
    python benchmarks/mutants.py --no-run        # only tell again what the last run found

It runs from the repository's root; mutmut works in a copy of it, in the folder `mutants`. Only code in functions is changed, and
a test must call the function itself: what was made when a test's module was imported is not made anew for a mutant.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

COPY = Path("mutants")
#: What became of a mutant, by the exit status of the tests under it; any other status is a test that failed, or took too long.
SURVIVED, UNTESTED = 0, 33


def statuses() -> Mapping[str, Mapping[str, int]]:
    """The exit status of each mutant, by file."""
    found = {}
    for path in sorted(COPY.rglob("*.py.meta")):
        known = json.loads(path.read_text("utf-8"))["exit_code_by_key"]
        if known:
            found[str(path.relative_to(COPY)).removesuffix(".meta")] = known
    return found


def table(found: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    """A row of Markdown for each file, and one for all."""
    yield "| file | mutants | killed | survived | not tested |"
    yield "|---|---|---|---|---|"
    whole: Counter[str] = Counter()
    for name, known in found.items():
        counted = Counter(_word(status) for status in known.values())
        whole += counted
        yield _row(f"`{name}`", counted)
    yield _row("all", whole)


def _word(status: int | None) -> str:
    return {SURVIVED: "survived", UNTESTED: "not tested", None: "not tested"}.get(status, "killed")


def _row(name: str, counted: Mapping[str, int]) -> str:
    figures = (counted[word] for word in ("killed", "survived", "not tested"))
    return f"| {name} | {sum(counted.values())} | {' | '.join(map(str, figures))} |"


def mutmut(*arguments: str) -> int:
    """Run mutmut, which prints what it does."""
    return subprocess.run([sys.executable, "-m", "mutmut", *arguments], check=False).returncode


def main() -> int:
    """Run all mutants, and tell what became of them; the exit status is mutmut's own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--survivors", action="store_true", help="show what each mutant changed that no test noticed")
    parser.add_argument("--no-run", action="store_true", help="only tell what the last run found")
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args()
    status = 0 if chosen.no_run else mutmut("run", "--max-children", str(chosen.jobs))
    found = statuses()
    print("", *table(found), sep="\n")
    for known in found.values() if chosen.survivors else ():
        for name, became in known.items():
            if _word(became) != "killed":
                mutmut("show", name)
    return status


if __name__ == "__main__":
    sys.exit(main())
