"""The contracts that ship are sound, and are known to be."""

import hashlib
from pathlib import Path

import pytest

from pytest_checkout.contract.load import find_contract, load_contract
from pytest_checkout.contract.shipped import SHIPPED
from pytest_checkout.errors import ContractError

CONTRACTS = sorted(find_contract("speed").parent.glob("*.yaml"))


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_a_shipped_contract_is_known_by_its_digest(path: Path) -> None:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert digest in SHIPPED, f"{path.name} was changed: put {digest} into contract/shipped.py"


@pytest.mark.parametrize("path", CONTRACTS, ids=lambda path: path.stem)
def test_a_shipped_contract_passes_every_check(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_text(path.read_text("utf-8") + "# with another digest, so that it is checked\n", "utf-8")
    checked, known = load_contract(copy), load_contract(path)
    assert checked.digest not in SHIPPED
    assert [rule.name for rule in checked.rules] == [rule.name for rule in known.rules]


def test_a_changed_copy_of_a_shipped_contract_is_checked(tmp_path: Path) -> None:
    copy = tmp_path / "speed.yaml"
    text = find_contract("speed").read_text("utf-8")
    copy.write_text(text.replace("openapi: 3.1.0", "openapi: 3.1.0\nnonsense: true", 1), "utf-8")
    with pytest.raises(ContractError, match=r"speed\.yaml:2: .*nonsense"):
        load_contract(copy)


def test_what_passed_before_is_not_checked_again(tmp_path: Path) -> None:
    copy = tmp_path / "speed.yaml"
    copy.write_text(find_contract("speed").read_text("utf-8") + "# another digest\n", "utf-8")
    first = load_contract(copy)
    moved = tmp_path / "moved.yaml"
    moved.write_bytes(copy.read_bytes())
    again = load_contract(moved, sound=[first.digest])
    assert [rule.name for rule in again.rules] == [rule.name for rule in first.rules]
