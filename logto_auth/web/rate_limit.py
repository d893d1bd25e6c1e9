"""How often one address may start a sign-in or come back from Logto.

Off unless the site sets ``RATE_LIMITS``. Counted in windows that begin at fixed times,
in Django's cache: as exact, and as shared between processes, as that is.
"""

from __future__ import annotations

import hashlib
import math
import time
from functools import partial
from ipaddress import IPv4Address, IPv6Network, ip_address

from django.core.cache.backends.base import BaseCache
from django.http import HttpRequest

from ..conf import logto_settings
from ..engine.mode import Mode
from ..engine.shared_cache import from_cache
from ..errors import TooManySignIns
from ..log import Event, log
from ..rate import Rate

# A network gives each of its customers at least so much of the addresses of IPv6.
_NETWORK_BITS = 64
# Where networks without IPv4 put its addresses (RFC 6052, 2.1).
_NAT64 = IPv6Network("64:ff9b::/96")


async def check_rate(request: HttpRequest, mode: Mode, name: str) -> None:
    """Count a request of the kind ``name``, where the site limits that kind.

    Raises:
        TooManySignIns: There were more than the site allows from the same address.
    """
    rate = logto_settings.RATE_LIMITS.get(name)
    if rate is not None:
        await mode.call(_check, request, name, rate)


def _check(request: HttpRequest, name: str, rate: Rate) -> None:
    address = _address(request)
    # Behind a Unix socket nobody has one, and all would be counted as one visitor.
    if not address:
        return
    window, passed = divmod(time.time(), rate.seconds)
    client = _client(address).encode(errors="backslashreplace")
    digest = hashlib.sha256(client).hexdigest()[:32]
    key = f"logto_auth:rate:{name}:{rate.seconds}:{int(window)}:{digest}"
    if from_cache(partial(_count, key=key, rate=rate), 0) > rate.limit:
        raise TooManySignIns(
            reason=name, retry_after=max(1, math.ceil(rate.seconds - passed))
        )


def _address(request: HttpRequest) -> str:
    """Return what the site says is the visitor's address, else ``REMOTE_ADDR``.

    What the site's function meets is up to the visitor, and must not be a 500.
    """
    tell = logto_settings.CLIENT_ADDRESS
    if tell is not None:
        try:
            address = tell(request)
        except Exception as error:  # noqa: BLE001 - its text may hold anything
            cause = type(error).__name__
        else:
            if isinstance(address, str):
                return address
            cause = f"returned_{type(address).__name__}"
        log(Event.CLIENT_ADDRESS_FAILED, cause=cause)
    return str(request.META.get("REMOTE_ADDR") or "")


def _count(cache: BaseCache, key: str, rate: Rate) -> int:
    """Return how often this was called with ``key``."""
    if cache.add(key, 1, timeout=2 * rate.seconds):
        return 1
    count = int(cache.incr(key))
    # Some caches count by a get and a set, which forgets the timeout.
    cache.touch(key, timeout=2 * rate.seconds)
    return count


def _client(address: str) -> str:
    """Return what counts as one client: an IPv4 address, or a network of IPv6."""
    try:
        client = ip_address(address.strip())
    except ValueError:
        return address
    if isinstance(client, IPv4Address):
        return str(client)
    inside = client.ipv4_mapped or client.sixtofour
    if client in _NAT64:
        inside = IPv4Address(int(client) & 0xFFFFFFFF)
    return str(inside or IPv6Network((int(client), _NETWORK_BITS), strict=False))
