"""Keys that people made up: words of the API, one letter over and over, each other's neighbours."""

from collections.abc import Callable
from typing import Any

import pytest

from pytest_checkout.mock import Mock
from pytest_checkout.mock.keys import Keys

Run = Callable[..., Any]


@pytest.mark.parametrize(
    "word", ["", "x", "checkout_session_", "a" * 16, "title_description_", "account_", "abcdefghijklmnop"]
)
def test_a_conforming_api_passes_whole(
    run: Run, speed_mock: Callable[..., Mock], monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    last = "ab" if word == "a" * 16 else "12"
    keys = Keys(
        secret=f"sk_test_{word}{last[0]}",
        other_secret=f"sk_test_{word}{last[1]}",
        publishable=f"pk_test_{word}{last[0]}",
    )
    monkeypatch.setattr(Keys, "of", lambda *_: keys)
    result = run(f"--checkout-base-url={speed_mock().base_url}", "--checkout-effort=quick")
    assert result.ret == 0, result.outlines
    result.assert_outcomes(passed=128)
    assert keys.secret not in result.stdout.str()
