"""Metadata, keys and health (OpenID Connect Discovery 1.0; RFC 8414)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ...claim_rules import CLAIM_SCOPES
from .answers import json_answer
from .authorization_request import RESPONSE_TYPES
from .claims import SCOPES
from .tenant import TENANT, Tenant


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get("/oidc/.well-known/openid-configuration", show_metadata),
        web.get("/oidc/.well-known/oauth-authorization-server", show_metadata),
        web.get("/oidc/jwks", show_keys),
        web.get("/api/status", show_status),
    ]


async def show_metadata(request: web.Request) -> web.Response:
    """Return the provider's metadata."""
    tenant = request.app[TENANT]
    return json_answer(metadata(tenant), no_store=False)


async def show_keys(request: web.Request) -> web.Response:
    """Return the keys that verify tokens."""
    tenant = request.app[TENANT]
    response = json_answer(
        tenant.keys.jwks(),
        no_store=False,
        content_type="application/jwk-set+json",
    )
    response.headers["Cache-Control"] = "no-cache, max-age=0, must-revalidate"
    return response


async def show_status(request: web.Request) -> web.Response:
    """Say that the server is up."""
    return web.Response(status=204)


def metadata(tenant: Tenant) -> dict[str, Any]:
    """Return the metadata document of a Logto tenant."""
    base = tenant.issuer
    return {
        "authorization_endpoint": f"{base}/auth",
        "device_authorization_endpoint": f"{base}/device/auth",
        "claims_parameter_supported": False,
        "claims_supported": [*CLAIM_SCOPES, "sid", "auth_time", "iss"],
        "code_challenge_methods_supported": ["S256"],
        "end_session_endpoint": f"{base}/session/end",
        "grant_types_supported": [
            "implicit",
            "authorization_code",
            "refresh_token",
            "client_credentials",
            "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ],
        "issuer": base,
        "jwks_uri": f"{base}/jwks",
        "authorization_response_iss_parameter_supported": True,
        "response_modes_supported": ["form_post", "fragment", "query"],
        "response_types_supported": list(RESPONSE_TYPES),
        "scopes_supported": list(SCOPES),
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_jwt",
            "client_secret_post",
            "private_key_jwt",
            "none",
        ],
        "token_endpoint_auth_signing_alg_values_supported": [
            "HS256",
            "RS256",
            "PS256",
            "ES256",
            "Ed25519",
            "EdDSA",
        ],
        "token_endpoint": f"{base}/token",
        "id_token_signing_alg_values_supported": [tenant.keys.algorithm],
        "pushed_authorization_request_endpoint": f"{base}/request",
        "request_uri_parameter_supported": False,
        "userinfo_endpoint": f"{base}/me",
        "introspection_endpoint": f"{base}/token/introspection",
        "revocation_endpoint": f"{base}/token/revocation",
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
        "claim_types_supported": ["normal"],
    }
