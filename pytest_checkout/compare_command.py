"""``python -m pytest_checkout compare``: what changed between two runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pytest_checkout.report.reading import read_report
from pytest_checkout.report.since import FORMS, Changes, since


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("old", type=Path, metavar="OLD.json", help="the report of the run before")
    parser.add_argument("new", type=Path, metavar="NEW.json", help="the report of the run now")
    parser.add_argument("--format", choices=FORMS, default="text", help="how to print the changes (default: text)")


def run(arguments: argparse.Namespace) -> int:
    """Print the changes.

    Returns:
        1 where a behaviour is newly broken, else 0.

    Raises:
        UsageProblem: a file is no report, or the two are of different contracts.
    """
    (before, old), (after, new) = read_report(arguments.old), read_report(arguments.new)
    changes = Changes.between(old, new, since=since(before, after))
    sys.stdout.write(FORMS[arguments.format](changes))
    return 1 if changes.newly_broken else 0
