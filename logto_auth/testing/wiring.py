"""Connects a site under test with the simulator, or with a Logto that is not there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.request import getproxies_environment

from ..conf import logto_settings
from ..setting import site_settings
from ..web.origin import CALLBACK, SIGNED_OUT, paths
from .simulator.application import Application
from .simulator.resource import by_indicator

if TYPE_CHECKING:
    from .simulator.server import Simulator

#: Where Django's test client finds the site, without and with ``secure=True``.
CLIENT_SITES = ("http://testserver", "https://testserver")
#: Nobody may listen on port 1 without being asked by the machine's administrator, so
#: that a call is refused at once and never leaves the machine.
NOWHERE = "http://localhost:1"


def offline_settings() -> dict[str, Any]:
    """Return the site's ``LOGTO`` for tests that sign in without a Logto."""
    return _settings(NOWHERE, Application())


def connect(simulator: Simulator, sites: Iterable[str]) -> dict[str, Any]:
    """Begin anew: as it was started, and with the addresses of the site registered.

    Args:
        sites: Scheme and host of each, without a slash at the end.

    Returns:
        The site's ``LOGTO`` for tests with this simulator.
    """
    from ..engine.provider import Provider, forget_providers
    from ..management_api import Credentials
    from ..management_api.access import access_of
    from ..management_api.caller import forget_pacings

    sites = tuple(sites)
    # What a page of the test before has begun ends first, and is not counted here.
    simulator.start().faults.clear()
    forget_providers()
    forget_pacings()  # a suite calls more than Logto Cloud takes, one after the other
    simulator.reset()
    application = simulator.application
    application.redirect_uris = _addresses(sites, CALLBACK)
    application.post_logout_redirect_uris = _addresses(sites, SIGNED_OUT)
    for indicator, resource in by_indicator(logto_settings.RESOURCES).items():
        simulator.resources.setdefault(indicator, resource)
    Provider(simulator.endpoint).forget()
    found = _settings(simulator.endpoint, application)
    for other in simulator.applications.values():
        if other.type == "MachineToMachine":
            found |= {"M2M_APP_ID": other.app_id, "M2M_APP_SECRET": other.secret}
            access_of(
                Credentials(simulator.endpoint, other.app_id, other.secret)
            ).forget()
    return found


def _addresses(sites: Iterable[str], name: str) -> tuple[str, ...]:
    """Return the absolute addresses of the URL ``name``, in every language."""
    found = sorted(paths(name))
    return tuple(site + path for site in sites for path in found)


def _settings(endpoint: str, application: Application) -> dict[str, Any]:
    _pass_proxies_by()
    # The address of the site is the test client's, whatever it is in production; and so
    # is every visitor's.
    of_production = {"BASE_URL", "RATE_LIMITS"}
    of_production |= {"M2M_APP_ID", "M2M_APP_SECRET", "M2M_RESOURCE"}
    kept = {n: v for n, v in site_settings().items() if n not in of_production}
    return {
        **kept,
        "ENDPOINT": endpoint,
        "APP_ID": application.app_id,
        "APP_SECRET": application.secret,
    }


def _pass_proxies_by() -> None:
    """Keep a proxy that the environment names from what is for this machine alone."""
    from ..engine.sockets import drop_blocking_client

    named = getproxies_environment()
    exempt = named.pop("no", "")
    if named and not {"*", "localhost"} & set(exempt.replace(" ", "").split(",")):
        os.environ["no_proxy"] = f"{exempt},localhost".lstrip(",")
        drop_blocking_client()
