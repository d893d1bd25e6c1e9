"""Telling sites that a Logto session has ended (OIDC Back-Channel Logout 1.0).

Logto does so only when somebody signs out at its end-session endpoint: not when a
person is suspended or deleted, and not when a session grows too old.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from .application import Application
from .delivery import Delivery
from .grants import opaque
from .sessions import LogtoSession
from .tenant import Tenant

EVENT = "http://schemas.openid.net/event/backchannel-logout"
ANSWER_SECONDS = 2.5
LOGOUT_TOKEN_SECONDS = 120


def logout_token(
    tenant: Tenant, application: Application, sub: str, sid: str | None = None
) -> str:
    """Return a signed logout token.

    Args:
        sid: Left out unless the application asks for it.
    """
    now = int(tenant.clock.now())
    claims: dict[str, Any] = {
        "sub": sub,
        "events": {EVENT: {}},
        "jti": opaque(),
        "aud": application.app_id,
        "exp": now + LOGOUT_TOKEN_SECONDS,
        "iat": now,
        "iss": tenant.issuer,
    }
    if sid is not None and application.has_sid:
        claims["sid"] = sid
    return tenant.signed_logout_token(claims, application.app_id)


def send_logout_tokens(tenant: Tenant, session: LogtoSession) -> list[Delivery]:
    """Tell every application that ``session`` has signed its person in to."""
    deliveries = []
    for app_id, authorization in session.authorizations.items():
        application = tenant.applications.get(app_id)
        if application is None or authorization.grant_id is None:
            continue
        sub = session.sub or ""
        deliveries += send_logout_token(tenant, application, sub, authorization.sid)
    return deliveries


def send_logout_token(
    tenant: Tenant, application: Application, sub: str, sid: str | None = None
) -> list[Delivery]:
    """Tell one application, if it wants to be told; the list is empty otherwise."""
    if application.back_channel_logout_uri is None:
        return []
    token = logout_token(tenant, application, sub, sid)
    delivery = Delivery(
        what="backchannel-logout",
        url=application.back_channel_logout_uri,
        body=urlencode({"logout_token": token}).encode(),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        seconds=ANSWER_SECONDS,
    )
    tenant.deliveries.add(delivery)
    return [delivery]
