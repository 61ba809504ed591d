"""``python -m pytest_checkout report``: JSON reports to any other format, several of one run to one."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pytest_checkout.errors import UsageProblem
from pytest_checkout.report.reading import merged, read_report
from pytest_checkout.report.terminal import lines
from pytest_checkout.report.writers import WRITERS, check_writable, write


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument(
        "reports", nargs="+", type=Path, metavar="REPORT.json", help="reports of one run, or of its parts"
    )
    for suffix in WRITERS:
        parser.add_argument(
            f"--{suffix[1:]}", type=Path, metavar=f"PATH{suffix}", help=f"write the report to this {suffix} file"
        )


def run(arguments: argparse.Namespace) -> int:
    """Write what was asked for; with nothing asked for, print the section that ends a run.

    Returns:
        0, also where behaviours are broken: the run itself was red then.

    Raises:
        UsageProblem: a file is no report, or a format can't be written where it should be.
    """
    wanted: list[Path] = []
    for suffix in WRITERS:
        path: Path | None = getattr(arguments, suffix[1:])
        if path is None:
            continue
        if path.suffix.lower() != suffix:
            raise UsageProblem(f"--{suffix[1:]} {path}: the name has to end in {suffix}")
        check_writable(path, option=f"--{suffix[1:]} ")
        wanted.append(path)
    summary, verdicts = merged([read_report(path) for path in arguments.reports])
    for path in wanted:
        write(path, summary, verdicts)
    if not wanted:
        sys.stdout.writelines(f"{line}\n" for line in lines(summary, verdicts, width=100, verbose=True))
    return 0
