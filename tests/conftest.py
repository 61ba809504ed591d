from pathlib import Path

import pytest
import yaml

pytest_plugins = ["pytester"]

ACME = Path(__file__).parent / "contracts" / "acme.yaml"


@pytest.fixture
def acme_without_create(tmp_path: Path) -> Path:
    """Acme's contract, for those who may only work on pages that somebody else makes."""
    plain = yaml.safe_load(ACME.read_text("utf-8"))
    del plain["paths"]["/v2/payment-pages"]
    path = tmp_path / "acme_without_create.yaml"
    path.write_text(yaml.safe_dump(plain), "utf-8")
    return path
