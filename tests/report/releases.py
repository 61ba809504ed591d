"""A release manager's day: a run with ten faults, every report of it, and what is asked of it later.

The mock runs outside of the run that judges it, as an API does, so that its keys are known here and can be looked for.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processes import Done, keys_of, run_pytest, run_tool

from pytest_checkout.mock import Mock

FAULTS = {
    "update.exact[description]": "trimmed",
    "success.exclusive": "when_success_message_is_set",
    "image.refuses_large[data-png]": "no_limit_for_data",
    "metadata.case": "known_key_wins",
    "session.unknown": "answered_400",
    "version.unknown": "words_taken",
    "auth.near_miss": "without_case",
    "input.type[description]": "number_as_text",
    "errors.no_leak": "key_echoed",
    "concurrency.same_field": "values_joined",
}
SUFFIXES = ("html", "json", "md", "sarif", "svg", "har")
#: A user's own test, which sends the key where no key should be, and prints it.
OWN = """
import base64, os, pytest

@pytest.mark.checkout("acme.keys")
def test_keys(checkout_api, checkout_session):
    key = os.environ["CHECKOUT_API_KEY"]
    encoded = base64.b64encode(key.encode()).decode()
    checkout_api.retrieve(key)
    checkout_api.retrieve("x?key=" + "".join(f"%{ord(each):02x}" for each in key))
    checkout_api.update(checkout_session["id"], {"description": key, "metadata": {key: encoded}})
    checkout_api.update(checkout_session["id"], {"description": key + " " * 100_000})
"""


@dataclass(frozen=True, kw_only=True)
class Release:
    """The folder of the runs, the API, and what the first run said."""

    folder: Path
    mock: Mock
    first: Done

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(keys_of(self.mock).values())

    def run(self, *arguments: str, mock: Mock | None = None) -> Done:
        """Judge the release's mock again, or another one."""
        return judged(self.folder, mock or self.mock, *arguments)

    def tool(self, *arguments: str) -> Done:
        return run_tool(self.folder, *arguments)

    def report(self, name: str = "r.json") -> dict[str, Any]:
        return json.loads((self.folder / name).read_text("utf-8"))

    def behaviours(self, name: str = "r.json") -> dict[str, dict[str, Any]]:
        return {each["id"]: each for each in self.report(name)["behaviours"]}

    def broken(self, name: str = "r.json") -> dict[str, dict[str, Any]]:
        return {id: each for id, each in self.behaviours(name).items() if each["verdict"] == "broken"}

    def items(self, *ids: str) -> list[str]:
        return [node_id for id in ids for node_id in self.broken()[id]["node_ids"]]


def judged(folder: Path, mock: Mock, *arguments: str, **environment: str) -> Done:
    options = ("-p", "no:cacheprovider", f"--checkout-base-url={mock.base_url}", *arguments)
    return run_pytest(folder, *options, environment={**keys_of(mock), **environment}, timeout=900)
