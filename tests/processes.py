"""pytest and this package's commands in a process of their own, as users start them."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pytest_checkout.mock import Mock

Done = subprocess.CompletedProcess[str]
#: What the shell or the CI that runs these tests has set is no part of what they start.
_OURS = ("CHECKOUT_", "PYTEST_", "GITHUB_")


def keys_of(mock: Mock) -> dict[str, str]:
    """A mock's keys, as the environment variables that a run takes them from."""
    return {
        "CHECKOUT_API_KEY": mock.secret_key,
        "CHECKOUT_OTHER_API_KEY": mock.other_secret_key,
        "CHECKOUT_PUBLISHABLE_KEY": mock.publishable_key or "",
    }


def plain_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}


def pytest_command(*arguments: str, program: str = "") -> list[str]:
    """The command that starts pytest, or a program that does it; Schemathesis's plugin takes a second to load."""
    start = ("-c", program) if program else ("-m", "pytest")
    return [sys.executable, *start, "-p", "no:schemathesis", *arguments]


def run_pytest(
    folder: Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    program: str = "",
    timeout: float = 300,
) -> Done:
    """Run pytest in a folder, with these environment variables besides the usual ones."""
    return subprocess.run(
        pytest_command(*arguments, program=program),
        cwd=folder,
        env={**plain_environment(), **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )


def run_tool(folder: Path, *arguments: str) -> Done:
    """Run ``python -m pytest_checkout``."""
    command = [sys.executable, "-m", "pytest_checkout", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
