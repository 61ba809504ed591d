from collections.abc import Iterator

import pytest
from releases import FAULTS, OWN, SUFFIXES, Release, judged

from pytest_checkout import load_contract
from pytest_checkout.mock import Mock


# For the whole session, as its first run is a long one.
@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    folder = tmp_path_factory.mktemp("release")
    (folder / "test_own.py").write_text(OWN)
    with Mock(load_contract("speed"), faults=[f"{id}/{what}" for id, what in FAULTS.items()]) as mock:
        first = judged(
            folder,
            mock,
            "--checkout-seed=7",
            "--junitxml=r.xml",
            *(f"--checkout-report=r.{suffix}" for suffix in SUFFIXES),
            GITHUB_ACTIONS="true",
            GITHUB_STEP_SUMMARY=str(folder / "summary.md"),
        )
        (folder / "terminal.txt").write_text(first.stdout + first.stderr)
        yield Release(folder=folder, mock=mock, first=first)
