"""The mock as its users see it: started, asked, stopped."""

from __future__ import annotations

import random
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pytest_checkout.contract.model import Contract
from pytest_checkout.mock.catalogue import build
from pytest_checkout.mock.keys import Keys

if TYPE_CHECKING:
    from pytest_checkout.mock.server import Server


class Mock:
    """An API of this contract on 127.0.0.1, as a context manager.

    Args:
        contract: What the API offers.
        faults: Names of faults to plant, see :func:`fault_names`.
        variants: Names of latitudes to take, see :func:`variant_names`.
        port: The port to listen on; 0 takes a free one.
        seed: Makes keys and ids the same in every run; 0 makes them random.

    Raises:
        UsageProblem: A fault or variant of this name is not there, variants exclude each other, or the port is taken.

    """

    def __init__(
        self,
        contract: Contract,
        *,
        faults: Sequence[str] = (),
        variants: Sequence[str] = (),
        port: int = 0,
        seed: int = 0,
    ) -> None:
        chance = random.Random(seed) if seed else random.SystemRandom()  # noqa: S311 - a seed is for repeating
        self.contract = contract
        self._keys = Keys.of(contract.security, chance)
        self._api = build(contract, faults=faults, variants=variants)(contract, self._keys, chance)
        self._port = port
        self._server: Server | None = None

    def start(self) -> Self:
        """Listen; the mock answers when this returns."""
        from pytest_checkout.mock.server import Server

        self._server = Server(self._api, port=self._port)
        self._api.base_url = self.base_url
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop listening and close every connection; a second call does nothing."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def base_url(self) -> str:
        """Where the API is: the URL to give as ``--checkout-base-url``."""
        if self._server is None:
            raise RuntimeError("the mock is not running: call start() first, or use it in a with statement")
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def secret_key(self) -> str:
        """A secret key of the first account."""
        return self._keys.secret

    @property
    def other_secret_key(self) -> str:
        """A secret key of the other account."""
        return self._keys.other_secret

    @property
    def publishable_key(self) -> str | None:
        """A publishable key of the first account, where the contract knows such keys."""
        return self._keys.publishable

    @property
    def requests(self) -> int:
        """How many requests were answered so far."""
        return self._api.count
