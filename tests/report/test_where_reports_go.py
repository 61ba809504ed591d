"""A place that takes no report is found out before the run."""

import subprocess
import sys
from pathlib import Path

import pytest

from pytest_checkout.errors import UsageProblem
from pytest_checkout.report.writers import check_writable

#: Where no file may have a byte, as on a full disk.
FULL = """
import resource, sys
from pathlib import Path
from pytest_checkout.errors import UsageProblem
from pytest_checkout.report.writers import check_writable
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    check_writable(Path(sys.argv[1]))
except UsageProblem as problem:
    print(problem)
"""


def test_a_device_is_not_replaced_by_a_report(tmp_path: Path) -> None:
    link = tmp_path / "report.json"
    link.symlink_to("/dev/full")
    with pytest.raises(UsageProblem, match="no file but a device"):
        check_writable(link)
    assert Path("/dev/full").is_char_device()


def test_a_disk_that_takes_no_byte_is_one_error(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path / "report.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "report.json: nothing can be written in" in done.stdout
    assert list(tmp_path.iterdir()) == []
