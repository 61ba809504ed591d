"""``python -m pytest_checkout``: the tools beside the pytest plugin."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from pytest_checkout.errors import CheckoutError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the tools; the result is the exit status."""
    from pytest_checkout import compare_command, explain_command, image_command, report_command
    from pytest_checkout.mock import command as mock_command

    parser = argparse.ArgumentParser(prog="python -m pytest_checkout", description=__doc__)
    tools = parser.add_subparsers(dest="tool", required=True, metavar="TOOL")
    for name, module, what in (
        ("mock", mock_command, "serve the mock to any client, on 127.0.0.1"),
        ("explain", explain_command, "say what a behaviour is about: what is sent, wanted and granted"),
        ("report", report_command, "make JSON reports of a run into one, in any format"),
        ("compare", compare_command, "say what changed between two JSON reports"),
        ("image", image_command, "write a picture of an exact size to standard output"),
    ):
        tool = tools.add_parser(name, help=what, description=what)
        module.add_arguments(tool)
        tool.set_defaults(run=module.run)
    chosen = parser.parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough; Python must not complain of it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except CheckoutError as problem:
        print(f"ERROR: {problem}", file=sys.stderr)
        return 4
    return status


if __name__ == "__main__":
    sys.exit(main())
