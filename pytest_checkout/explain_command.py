"""``python -m pytest_checkout explain``: what a behaviour is about, without an API."""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterator, Mapping

from pytest_checkout.claims import claims
from pytest_checkout.contract.load import load_contract
from pytest_checkout.errors import UsageProblem
from pytest_checkout.judging import Claim
from pytest_checkout.options import AREAS
from pytest_checkout.report.text import wrapped

_WIDTH = 100
_LABEL = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("behaviours", nargs="*", metavar="BEHAVIOUR", help="ids such as success.exclusive, or areas")
    parser.add_argument("--all", action="store_true", help="explain every behaviour")
    parser.add_argument("--contract", default="speed", metavar="NAME|PATH", help="the contract (default: speed)")


def run(arguments: argparse.Namespace) -> int:
    """Print the explanations.

    Raises:
        ContractError: the contract can't be used.
        UsageProblem: nothing was named, or something that there is not.
    """
    known = claims(load_contract(arguments.contract), AREAS)
    if not arguments.behaviours and not arguments.all:
        raise UsageProblem("name a behaviour, such as success.exclusive, or an area, or give --all")
    chosen = known if arguments.all else {}
    for name in arguments.behaviours:
        chosen = {**chosen, **_named(name, known)}
    sys.stdout.write("\n".join("\n".join([*explanation(claim, node_id), ""]) for node_id, claim in chosen.items()))
    return 0


def _named(name: str, known: Mapping[str, Claim]) -> dict[str, Claim]:
    """The behaviours of this id, of this area, or of this id for any field."""
    found = {
        node_id: claim
        for node_id, claim in known.items()
        if name in (claim.id, claim.area, node_id) or claim.id.startswith(f"{name}[")
    }
    if not found:
        near = difflib.get_close_matches(name, [claim.id for claim in known.values()], n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(near)}?" if near else f" The areas are {', '.join(AREAS)}."
        raise UsageProblem(f"there is no behaviour {name!r}.{hint}")
    return found


def explanation(claim: Claim, node_id: str) -> Iterator[str]:
    """What is said of a behaviour, in lines."""
    yield f"{claim.id} ({claim.level})"
    yield from wrapped(claim.statement, _WIDTH, first="  ", rest="  ")
    yield ""
    yield from _labelled("source", claim.source)
    for paragraph in claim.explanation.split("\n\n"):
        label, _, text = paragraph.partition(": ")
        yield from _labelled(label.lower(), text)
    yield from _labelled("alone", f"pytest --checkout-base-url=URL '{node_id}'")
    yield from _labelled("silence", _silence(claim, node_id))


def _labelled(label: str, text: str) -> list[str]:
    return wrapped(text, _WIDTH, first=f"  {label:<{_LABEL}}", rest=" " * (_LABEL + 2))


def _silence(claim: Claim, node_id: str) -> str:
    ways = [
        f"list {claim.id!r} with a reason in a --checkout-baseline, which also says when it is mended",
        f"leave it out with --deselect '{node_id}'",
    ]
    if claim.level == "should":
        ways.append("or take --checkout-level=must, where no break of this level turns a run red")
    return "it is observed, and never turns a run red" if claim.level == "observe" else "; ".join(ways)
