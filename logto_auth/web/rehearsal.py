"""Asks Logto, while ``DEBUG`` is on, what it would show the visitor next.

Logto tells an unknown application or address to the visitor only, who is stranded on
its page. Each address is asked about once in each process, until Logto accepts it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from urllib.parse import urlsplit

from ..conf import logto_settings
from ..engine.deadline import deadline
from ..engine.mode import Mode
from ..errors import (
    ClientRefused,
    ProviderError,
    RedirectUriUnregistered,
    SignOutUriUnregistered,
)
from ..loopback import LOOPBACK_HOSTS
from .explanation import origin_of

#: What Logto calls an unknown address, at a sign-in and at a sign-out.
UNREGISTERED = {"invalid_redirect_uri", "invalid_request"}
#: Seconds; a Logto that is slow must not make development slow.
PATIENCE = 2.0

Ask = Callable[[str], Awaitable[str]]
Unregistered = type[RedirectUriUnregistered | SignOutUriUnregistered]
_accepted: set[tuple[str, str, str]] = set()


async def rehearse_sign_in(mode: Mode, redirect_uri: str) -> None:
    """Return when Logto would take the visitor, or does not tell.

    Raises:
        RedirectUriUnregistered: Logto does not know ``redirect_uri``.
        ClientRefused: It does not know this application.
    """
    await _rehearse(_sign_in(mode), redirect_uri, RedirectUriUnregistered)


async def rehearse_sign_out(mode: Mode, signed_out_uri: str) -> None:
    """Return when Logto would return the visitor, or does not tell.

    Raises:
        SignOutUriUnregistered: Logto does not know ``signed_out_uri``.
        ClientRefused: It does not know this application.
    """
    await _rehearse(_sign_out(mode), signed_out_uri, SignOutUriUnregistered)


async def certain_sign_in(mode: Mode, redirect_uri: str) -> None:
    """Return when Logto would take the visitor. See rehearse_sign_in().

    Raises:
        ProviderError: Logto would not, or does not tell.
    """
    ask = _sign_in(mode)
    await _raise_for(
        await ask(redirect_uri), ask, redirect_uri, RedirectUriUnregistered
    )


async def certain_sign_out(mode: Mode, signed_out_uri: str) -> None:
    """Return when Logto would return the visitor. See rehearse_sign_out().

    Raises:
        ProviderError: Logto would not, or does not tell.
    """
    ask = _sign_out(mode)
    await _raise_for(
        await ask(signed_out_uri), ask, signed_out_uri, SignOutUriUnregistered
    )


def _sign_in(mode: Mode) -> Ask:
    from ..engine.refusal import sign_in_refusal

    return partial(sign_in_refusal, mode, logto_settings.APP_ID)


def _sign_out(mode: Mode) -> Ask:
    from ..engine.refusal import sign_out_refusal

    return partial(sign_out_refusal, mode, logto_settings.APP_ID)


async def _rehearse(ask: Ask, uri: str, unregistered: Unregistered) -> None:
    asked = logto_settings.ENDPOINT, logto_settings.APP_ID, uri
    if asked in _accepted:
        return
    try:
        with deadline(PATIENCE):
            refusal = await ask(uri)
    except ProviderError:
        return  # the visitor goes on, and sees for themselves
    with deadline(PATIENCE):
        await _raise_for(refusal, ask, uri, unregistered)
    if not refusal:
        _accepted.add(asked)


async def _raise_for(
    refusal: str, ask: Ask, uri: str, unregistered: Unregistered
) -> None:
    if refusal == "invalid_client":
        raise ClientRefused("check APP_ID", reason="unknown_application")
    if refusal in UNREGISTERED:
        raise await _nearest(ask, uri, unregistered)


async def _nearest(
    ask: Ask, uri: str, unregistered: Unregistered
) -> RedirectUriUnregistered | SignOutUriUnregistered:
    """Return the error, with the address that Logto knows instead if it is alike."""
    try:
        for difference, other in _alike(uri):
            if not await ask(other):
                return unregistered(
                    f"{uri} is not registered, {other} is",
                    reason=difference,
                    registered=other,
                    registered_site=origin_of(other),
                )
    except ProviderError:
        pass  # one refusal is certain
    return unregistered(f"{uri} is not registered", reason="unregistered")


def _alike(uri: str) -> Iterator[tuple[str, str]]:
    """Yield addresses that people take for the same, with what differs."""
    parts = urlsplit(uri)
    port = f":{parts.port}" if parts.port else ""
    if parts.hostname in LOOPBACK_HOSTS:
        for host in LOOPBACK_HOSTS:
            if host != parts.hostname:
                netloc = f"[{host}]{port}" if ":" in host else host + port
                yield "loopback_name", parts._replace(netloc=netloc).geturl()
    scheme = "http" if parts.scheme == "https" else "https"
    yield "scheme", parts._replace(scheme=scheme).geturl()
    yield "slash", uri.rstrip("/")
