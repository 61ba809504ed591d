"""Every behaviour with its faults, and what each fault was reported as, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pytest_checkout.claims import claims
from pytest_checkout.contract.model import Contract
from pytest_checkout.mock import Fault
from pytest_checkout.options import AREAS


class Reported(Protocol):
    """What a run with a fault said."""

    @property
    def broken(self) -> tuple[str, ...]:
        """The behaviours that it called broken."""


def table(contract: Contract, outcomes: Mapping[Fault, Reported]) -> str:
    """The whole page.

    Args:
        contract: whose behaviours are listed.
        outcomes: each fault of the mock, and what the run with it said.
    """
    known = claims(contract, AREAS).values()
    parts = [
        "# Behaviours and their faults",
        "",
        f"{len(known)} behaviours of the contract {contract.name}, and the {len(outcomes)} faults that its mock can be",
        "given, each with what a run on its area reported. Made by `python benchmarks/prove.py --table`.",
    ]
    for area in AREAS:
        parts += ["", f"## {area}"]
        for claim in known:
            if claim.area != area:
                continue
            parts += ["", f"### `{claim.id}` ({claim.level})", "", claim.statement, "", f"Source: {claim.source}", ""]
            rows = [
                f"| `{fault.name}` | {_cell(fault.summary)} | {', '.join(f'`{each}`' for each in outcome.broken) or 'nothing'} |"
                for fault, outcome in outcomes.items()
                if claim.id in fault.breaks
            ]
            if rows:
                parts += ["| fault | | reported as |", "|---|---|---|", *rows]
            elif claim.level == "observe":
                parts.append("Observed: nothing is called broken.")
            else:
                parts.append("No fault breaks it.")
    return "\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
