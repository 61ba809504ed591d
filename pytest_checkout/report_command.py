"""``python -m pytest_checkout report``: JSON reports to any other format, several of one run to one.

With ``--har`` it judges a recording of anybody's requests by the statements that hold for every exchange.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from importlib.metadata import version
from pathlib import Path

from pytest_checkout.archive import judged, read_archive
from pytest_checkout.contract.load import load_contract
from pytest_checkout.contract.model import Contract
from pytest_checkout.errors import UsageProblem
from pytest_checkout.report.reading import Report, merged, read_report
from pytest_checkout.report.terminal import lines
from pytest_checkout.report.writers import WRITERS, check_writable, write
from pytest_checkout.verdict import RunSummary


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the parser what the command takes."""
    what = "judge this recording of requests, instead of reading reports"
    parser.add_argument("--har", type=Path, metavar="FILE.har", help=what)
    parser.add_argument(
        "--contract", default="speed", metavar="NAME|PATH", help="the recording's contract (default: speed)"
    )
    parser.add_argument(
        "reports", nargs="*", type=Path, metavar="REPORT.json", help="reports of one run, or of its parts"
    )
    for suffix in WRITERS:
        parser.add_argument(
            f"--{suffix[1:]}", type=Path, metavar=f"PATH{suffix}", help=f"write the report to this {suffix} file"
        )


def run(arguments: argparse.Namespace) -> int:
    """Write what was asked for; with nothing asked for, print the section that ends a run.

    Returns:
        For reports 0, also where behaviours are broken: the run itself was red then. For a recording 1 in that case.

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
    if bool(arguments.har) == bool(arguments.reports):
        raise UsageProblem("give JSON reports, or --har FILE, and not both")
    if arguments.har is not None:
        summary, verdicts = _of_recording(arguments.har, load_contract(arguments.contract))
    else:
        summary, verdicts = merged([read_report(path) for path in arguments.reports])
    for path in wanted:
        write(path, summary, verdicts)
    if not wanted:
        sys.stdout.writelines(f"{line}\n" for line in lines(summary, verdicts, width=100, verbose=True))
    return summary.exit_status if arguments.har is not None else 0


def _of_recording(path: Path, contract: Contract) -> Report:
    exchanges = read_archive(path, contract)
    if not exchanges:
        raise UsageProblem(f"{path}: no request in it is one of the contract {contract.name}'s operations")
    verdicts = judged(contract, exchanges)
    summary = RunSummary(
        tool=f"pytest-checkout {version('pytest-checkout')}",
        target=str(path),
        contract=contract.name,
        versions=contract.versions.names if contract.versions is not None else (),
        seed=0,
        started=dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"),
        duration_s=0.0,
        requests=len(exchanges),
        exit_status=int(any(verdict.red for verdict in verdicts)),
    )
    return summary, verdicts
