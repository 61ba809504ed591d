"""Where and how users start pytest: what is unusual there changes no verdict."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from processes import Done, run_pytest

FAULT = "--checkout-fault=success.exclusive/when_success_message_is_set"

GROUNDS: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]] = {
    "no assertions": ((), {"PYTHONOPTIMIZE": "1"}),
    "no cache": (("-p", "no:cacheprovider"), {}),
    "warnings are errors": (("-W", "error"), {}),
    "plain assertions": (("--assert=plain",), {}),
    "a proxy that is not there": ((), {"HTTP_PROXY": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"}),
    "four workers that steal": (("-n", "4", "--dist", "worksteal"), {}),
    "workers by --tx": (("-d", "--tx", "2*popen"), {}),
    "strict markers and options": (("--strict-markers", "--strict-config"), {}),
}


def judged(folder: Path, *options: str, **environment: str) -> Done:
    chosen = (FAULT, "--checkout-area=success", "--checkout-seed=1")
    return run_pytest(folder, *chosen, *options, environment=environment, timeout=180)


def finds_the_fault(done: Done) -> None:
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 broken, 2 held, 1 observed" in done.stdout
    assert "BROKEN success.exclusive (must)" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(("options", "environment"), GROUNDS.values(), ids=GROUNDS)
def test_the_verdicts_are_the_same(options: tuple[str, ...], environment: Mapping[str, str], tmp_path: Path) -> None:
    finds_the_fault(judged(tmp_path, *options, **environment))


def test_a_folder_with_spaces_and_other_letters_is_like_any(tmp_path: Path) -> None:
    folder = tmp_path / "größe & prüfung 結帳"
    folder.mkdir()
    finds_the_fault(judged(folder, "--checkout-report=bericht ü.json"))
    assert (folder / "bericht ü.json").exists()


def test_nothing_has_to_be_written_where_pytest_is_started() -> None:
    # Nobody can make a file there, root neither.
    finds_the_fault(judged(Path("/proc"), "-p", "no:cacheprovider", "checkout::success"))
