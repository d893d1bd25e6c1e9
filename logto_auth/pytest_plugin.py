"""Fixtures for the tests of sites that sign in with Logto; pytest finds them by itself.

They build on pytest-django. Nothing else of this package is imported before a test uses
one of them: every project in the environment gets this plugin, whatever it is about.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .testing import SignIn, Simulator, Visitor


@pytest.fixture(scope="session")
def logto_simulator() -> Iterator[Simulator]:
    """The simulator that runs as long as the tests do; tests use `logto`."""
    from .testing import Simulator

    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def logto_sites() -> tuple[str, ...]:
    """The addresses, scheme and host, under which the test client meets the site.

    Override it for a site with hosts of its own.
    """
    from .testing.wiring import CLIENT_SITES

    return CLIENT_SITES


@pytest.fixture
def logto(
    request: pytest.FixtureRequest,
    logto_simulator: Simulator,
    logto_sites: tuple[str, ...],
    settings: Any,
) -> Simulator:
    """A running simulator, new for each test, as the Logto of ``settings.LOGTO``.

    It knows pytest-django's ``live_server`` in tests that use that.
    """
    from .testing.wiring import connect

    sites = list(logto_sites)
    if "live_server" in request.fixturenames:
        sites.append(request.getfixturevalue("live_server").url)
    settings.LOGTO = connect(logto_simulator, sites)
    return logto_simulator


@pytest.fixture
def logto_visitor(logto: Simulator, _logto_db: None) -> Visitor:
    """Somebody with a browser, to go through a whole sign-in at `logto`."""
    from .testing import Visitor

    return Visitor(logto)


@pytest.fixture
def logto_sign_in(
    request: pytest.FixtureRequest, settings: Any, _logto_db: None
) -> SignIn:
    """Sign a test client in without a network; see `logto_auth.testing.logto_sign_in`.

    Unless the test has `logto`, ``settings.LOGTO`` names a Logto that is not there.
    """
    from .testing import logto_sign_in
    from .testing.wiring import offline_settings

    if "logto" not in request.fixturenames:
        settings.LOGTO = offline_settings()
    return logto_sign_in


@pytest.fixture
def _logto_db(db: None) -> None:
    """The database, for fixtures of this plugin."""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tell what is missing where pytest would only say that `settings` is not found."""
    if _is_ours(item) and not _has_pytest_django(item.config):
        pytest.fail("Logto's fixtures need pytest-django", pytrace=False)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let coroutines that use `_logto_db` have a database without a transaction.

    Django runs their queries in another thread, past the transaction that is rolled
    back after a test: what they write would be there in the next one. The mark of a
    whole module is no word against it; ``transaction=False`` is.
    """
    if (
        _logto_db.__name__ in _fixtures_of(item)
        and iscoroutinefunction(getattr(item, "function", None))
        and _has_pytest_django(item.config)
    ):
        mark = item.get_closest_marker("django_db") or pytest.mark.django_db.mark
        if not mark.args and "transaction" not in mark.kwargs:
            stated = {**mark.kwargs, "transaction": True}
            item.add_marker(pytest.mark.django_db(**stated), append=False)


def _is_ours(item: pytest.Item) -> bool:
    ours = {logto_simulator.__name__, _logto_db.__name__}
    return not ours.isdisjoint(_fixtures_of(item))


def _has_pytest_django(config: pytest.Config) -> bool:
    # Its name depends on how it was asked for.
    plugin = sys.modules.get("pytest_django.plugin")
    return plugin is not None and config.pluginmanager.is_registered(plugin)


def _fixtures_of(item: pytest.Item) -> Sequence[str]:
    return getattr(item, "fixturenames", ())
