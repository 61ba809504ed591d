"""``python -m pytest_checkout mock``: the mock for any other client."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Iterator

from pytest_checkout.contract.load import load_contract
from pytest_checkout.contract.model import Contract
from pytest_checkout.errors import CheckoutError
from pytest_checkout.mock.catalogue import faults_of, variants_of
from pytest_checkout.mock.mock import Mock


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("--port", type=int, default=8080, help="port on 127.0.0.1; 0 takes a free one (default: 8080)")
    parser.add_argument("--contract", default="speed", metavar="NAME|PATH", help="the contract (default: speed)")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME", help="plant a fault; repeats")
    parser.add_argument("--variant", action="append", default=[], metavar="NAME", help="take a latitude; repeats")
    parser.add_argument("--seed", type=int, default=0, help="make keys and ids the same in every run (default: random)")
    parser.add_argument("--list", action="store_true", help="print the faults and variants, and stop")


def run(arguments: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM.

    Args:
        arguments: What :func:`add_arguments` asked for.

    Returns:
        The exit status: 0, or 4 where the arguments can't be used.

    """
    try:
        contract = load_contract(arguments.contract)
        if arguments.list:
            sys.stdout.writelines(f"{line}\n" for line in listing(contract))
            return 0
        mock = Mock(
            contract,
            faults=arguments.fault,
            variants=arguments.variant,
            port=arguments.port,
            seed=arguments.seed,
        ).start()
    except CheckoutError as problem:
        sys.stderr.write(f"ERROR: {problem}\n")
        return 4
    try:
        sys.stdout.writelines(f"{line}\n" for line in _greeting(mock))
        sys.stdout.flush()
        _wait()
    finally:
        mock.stop()
    return 0


def listing(contract: Contract) -> Iterator[str]:
    """Each fault with what it breaks, and each variant."""
    yield "Faults:"
    for fault in faults_of(contract):
        yield f"  {fault.name}"
        yield f"      {fault.summary} Breaks {', '.join(fault.breaks)}."
    yield "Variants:"
    for variant in variants_of(contract):
        yield f"  {variant.name}"
        yield f"      {variant.summary}"


def _greeting(mock: Mock) -> Iterator[str]:
    yield f"# The mock of {mock.contract.title} listens on {mock.base_url}; Ctrl-C stops it."
    yield f"export CHECKOUT_BASE_URL={mock.base_url}"
    yield f"export CHECKOUT_API_KEY={mock.secret_key}"
    yield f"export CHECKOUT_OTHER_API_KEY={mock.other_secret_key}"
    if mock.publishable_key is not None:
        yield f"export CHECKOUT_PUBLISHABLE_KEY={mock.publishable_key}"


def _wait() -> None:
    stopped = threading.Event()
    before = {name: signal.signal(name, lambda *_: stopped.set()) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        while not stopped.wait(0.5):
            pass
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
