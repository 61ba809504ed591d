"""The fixtures for a user's own tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_checkout.api import Api
    from pytest_checkout.contract.model import Contract
    from pytest_checkout.mock import Mock


@pytest.fixture(scope="session")
def checkout_contract(pytestconfig: pytest.Config) -> Contract:
    """The contract of the run: ``--checkout-contract``, or Speed's."""
    contract: Contract = _plugin(pytestconfig).contract
    return contract


@pytest.fixture(scope="session")
def checkout_base_url(pytestconfig: pytest.Config) -> str:
    """The address of the API under test; override it to start an app of your own."""
    target = _plugin(pytestconfig).fixture_target()
    if target is None:
        pytest.fail(
            "There is no API to talk to. Give --checkout-base-url=URL or --checkout-mock, set CHECKOUT_BASE_URL or the ini "
            "value checkout_base_url, or override the fixture checkout_base_url.",
            pytrace=False,
        )
    address: str = target.base_url
    return address


@pytest.fixture(scope="session")
def checkout_api(pytestconfig: pytest.Config, checkout_base_url: str) -> Iterator[Api]:
    """The API by its operations: ``create()``, ``retrieve(id)``, ``update(id, body)``, each giving an ``Exchange``."""
    yield from _plugin(pytestconfig).users_api(checkout_base_url)


@pytest.fixture(scope="session")
def checkout_sessions(checkout_api: Api) -> Callable[..., dict[str, Any]]:
    """A factory of fresh sessions, for ``@given`` tests: each call creates one and returns it."""

    def fresh(**fields: Any) -> dict[str, Any]:
        create = checkout_api.contract.create
        body = dict(create.examples.get("minimal", {})) if create is not None else {}  # type: ignore[arg-type]
        created = checkout_api.create({**body, **fields})
        checkout_api.session_id(created)
        session: dict[str, Any] = created.value
        return session

    return fresh


@pytest.fixture
def checkout_session(checkout_sessions: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """A fresh session for each test."""
    return checkout_sessions()


@pytest.fixture(scope="session")
def checkout_mock(checkout_contract: Contract) -> Iterator[Mock]:
    """A running mock of the contract, for an integrator's tests; it needs no option."""
    from pytest_checkout.mock import Mock

    with Mock(checkout_contract) as mock:
        yield mock


def _plugin(config: pytest.Config) -> Any:
    """The run's plugin object; an option or ini value that can't be used is told in its words alone."""
    from pytest_checkout.plugin import plugin_of

    try:
        return plugin_of(config)
    except pytest.UsageError as problem:
        pytest.fail(str(problem), pytrace=False)
