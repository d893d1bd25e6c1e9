"""Who may use the Management API: a machine whose token has the scope ``all``."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

import jwt
from aiohttp import web

from ..resource import MANAGEMENT_API
from ..tenant import TENANT, Tenant
from .refusal import Refused

Handler = Callable[[web.Request], Awaitable[web.Response]]
_SCOPE = "all"


def managed(handler: Handler) -> Handler:
    """Return ``handler`` for those who may, with its refusals as answers."""

    @functools.wraps(handler)
    async def answer(request: web.Request) -> web.Response:
        try:
            _check(request)
            return await handler(request)
        except Refused as refused:
            return refused.answer()

    return answer


def _check(request: web.Request) -> None:
    header = request.headers.get("Authorization")
    if header is None:
        raise Refused(
            401,
            "auth.authorization_header_missing",
            "Authorization header is missing.",
        )
    scheme, _, token = header.partition(" ")
    if scheme != "Bearer":
        raise Refused(
            401,
            "auth.authorization_token_type_not_supported",
            "Authorization type is not supported.",
            data={"supportedTypes": ["Bearer"]},
        )
    claims = _verified(request.app[TENANT], token)
    if _SCOPE not in str(claims.get("scope", "")).split():
        raise Refused(
            403,
            "auth.forbidden",
            "Forbidden. Please check your user roles and permissions.",
        )


def _verified(tenant: Tenant, token: str) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError):
        raise _unauthorized("ERR_JWS_INVALID", "JWSInvalid") from None
    keys = {key.kid: key for key in tenant.keys.published}
    key = keys.get(str(header.get("kid")))
    if key is None:
        raise _unauthorized("ERR_JWKS_NO_MATCHING_KEY", "JWKSNoMatchingKey")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            jwt.PyJWK(key.public_jwk()),
            algorithms=[key.algorithm],
            audience=MANAGEMENT_API.indicator,
            issuer=tenant.issuer,
            # By a clock that is not ours.
            options={"verify_exp": False, "verify_iat": False, "require": ["exp"]},
        )
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError):
        raise _unauthorized(
            "ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "JWSSignatureVerificationFailed"
        ) from None
    except jwt.InvalidTokenError:
        raise _unauthorized(
            "ERR_JWT_CLAIM_VALIDATION_FAILED", "JWTClaimValidationFailed"
        ) from None
    if tenant.clock.now() >= claims["exp"]:
        raise _unauthorized("ERR_JWT_EXPIRED", "JWTExpired")
    return claims


def _unauthorized(code: str, name: str) -> Refused:
    return Refused(
        401,
        "auth.unauthorized",
        "Unauthorized. Please check credentials and its scope.",
        data={"code": code, "name": name},
    )
