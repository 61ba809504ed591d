"""A run against each hostile server under tests/hostile, as a table: the verdict, the time and the peak memory.

python benchmarks/hostile.py
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "hostile"))

from runs import run_against
from servers import CASES, SESSION, whole, zeros

_SHOWN = 160


def main() -> int:
    """Run and print; the exit status is 1 where a run did not end with 1."""
    zeros()
    quiet = run_against(whole(SESSION))
    print("| every update is answered with | verdict | seconds | MB above a quiet run |")
    print("|---|---|---|---|")
    print(f"| the same session (a quiet run: {quiet.megabytes:.0f} MB) | {quiet.status} | {quiet.seconds:.1f} | 0 |")
    wrong = 0
    for name, (answer, _, _) in CASES.items():
        seen = run_against(answer)
        wrong += seen.status != 1
        said = " ".join(seen.verdict.split()).replace("|", "\\|")[:_SHOWN]
        print(f"| {name} | {said} | {seen.seconds:.1f} | {seen.megabytes - quiet.megabytes:.0f} |", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
