"""The doorway into pytest: hooks in the order in which pytest calls them, each a line or two.

See https://docs.pytest.org/en/stable/reference/reference.html#hooks for when each is called.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from pytest_checkout.errors import ContractError, SetupProblem, UsageProblem
from pytest_checkout.fixtures import (
    checkout_api,
    checkout_base_url,
    checkout_contract,
    checkout_mock,
    checkout_session,
    checkout_sessions,
)
from pytest_checkout.options import Settings, add_options, read_settings

if TYPE_CHECKING:
    from pytest_checkout.session import Plugin

__all__ = [
    "checkout_api",
    "checkout_base_url",
    "checkout_contract",
    "checkout_mock",
    "checkout_session",
    "checkout_sessions",
    "plugin_of",
]

_plugin_key = pytest.StashKey["Plugin"]()
_MARKER = (
    "checkout(id, level='must'|'should'|'observe', area=None): a behaviour of the checkout API; select the suite's with "
    "-m \"checkout(level='must')\", or mark a test of your own to see it in the report."
)


def plugin_of(config: pytest.Config) -> Plugin:
    """The run's plugin object, made when a run or a fixture first needs it."""
    if _plugin_key not in config.stash:
        from pytest_checkout.session import Plugin

        config.stash[_plugin_key] = Plugin(config, _settings(config))
    return config.stash[_plugin_key]


def _settings(config: pytest.Config) -> Settings:
    try:
        return read_settings(config)
    except UsageProblem as problem:
        raise pytest.UsageError(str(problem)) from None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the options and ini values."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker; where a target is given, take the suite's arguments and start what the run needs."""
    config.addinivalue_line("markers", _MARKER)
    if config.getoption("checkout_self_test"):
        _configure_self_test(config)
        return
    worker = hasattr(config, "workerinput")
    arguments = [str(each) for each in config.args]
    if not worker and not _asked(config):
        if any("checkout::" in each for each in arguments):
            raise pytest.UsageError(
                "checkout:: names a part of the suite, which needs a target: --checkout-base-url=URL or --checkout-mock."
            )
        return
    if worker and "checkout" not in getattr(config, "workerinput", {}):
        return
    try:
        plugin = plugin_of(config)
        config.pluginmanager.register(plugin, "checkout-run")
        plugin.configure()
    except (UsageProblem, ContractError, SetupProblem) as problem:
        raise pytest.UsageError(str(problem)) from None


def _configure_self_test(config: pytest.Config) -> None:
    """Register the self-test, which takes the place of everything else."""
    from pytest_checkout.self_test.session import SelfTest

    try:
        config.pluginmanager.register(SelfTest(config, _settings(config)), "checkout-self-test")
    except (UsageProblem, ContractError) as problem:
        raise pytest.UsageError(str(problem)) from None


def _asked(config: pytest.Config) -> bool:
    """Whether an option names a target; a bare ``pytest`` never judges an API."""
    options = ("checkout_base_url", "checkout_mock", "checkout_fault", "checkout_variant")
    return any(config.getoption(name, default=None) for name in options) or config.getoption("checkout_base_url") == ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put a user's own behaviours into the report when fixtures alone are used."""
    report = yield
    if _plugin_key in item.config.stash:
        item.config.stash[_plugin_key].report_on(item, report)
    return report


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what the run started."""
    if _plugin_key in config.stash:
        config.stash[_plugin_key].stop()
