"""``python -m pytest_checkout image``: a picture of an exact size on standard output."""

from __future__ import annotations

import argparse
import os
import re
import sys
from typing import cast

from pytest_checkout.contract.model import ImageFormat
from pytest_checkout.images import Picture

_USAGE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments to a parser."""
    parser.description = "Write a picture of exactly so many bytes to standard output."
    parser.add_argument("format", metavar="FORMAT", help="png, jpeg, gif or webp")
    parser.add_argument("bytes", metavar="BYTES", help="the size of the picture, such as 2097153")
    parser.add_argument("--data-uri", action="store_true", help="write it as a data: URI, without a line's end")


def run(arguments: argparse.Namespace) -> int:
    """Write the picture, or its ``data:`` URI, and nothing else.

    Args:
        arguments: What a parser with :func:`add_arguments` read.

    Returns:
        The exit status: 0, or 2 where the arguments can't be used and one line on standard error says why.
    """
    if re.fullmatch("[0-9]{1,20}", arguments.bytes) is None:
        return _refuse(f"BYTES is a whole number such as 2097153, not {arguments.bytes[:40]!r}")
    try:
        picture = Picture(cast("ImageFormat", arguments.format), int(arguments.bytes))
    except ValueError as problem:
        return _refuse(str(problem))
    if sys.stdout.isatty() and not arguments.data_uri:
        return _refuse("a picture would garble this terminal; write it to a file: … > picture." + picture.format)
    try:
        sys.stdout.buffer.write(picture.data_uri().encode() if arguments.data_uri else picture.bytes())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read had enough. Python flushes once more at its exit and would complain there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _refuse(problem: str) -> int:
    print(f"python -m pytest_checkout image: {problem}", file=sys.stderr)  # noqa: T201 (a command speaks)
    return _USAGE
