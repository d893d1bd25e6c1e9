"""Errors in Logto's form: the OAuth fields beside its own ``code`` and ``message``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MESSAGES = {
    "invalid_scope": "Invalid scope: {{error_description}}.",
    "invalid_token": "Invalid token provided.",
    "insufficient_scope": "Token missing scope `{{scope}}`.",
    "invalid_request": "Request is invalid.",
    "invalid_grant": "Grant request is invalid.",
    "invalid_redirect_uri": (
        "`redirect_uri` did not match any of the client's registered `redirect_uris`."
    ),
    "access_denied": "Access denied.",
    "invalid_target": "Invalid resource indicator.",
    "unsupported_grant_type": "Unsupported `grant_type` requested.",
    "unsupported_response_mode": "Unsupported `response_mode` requested.",
    "unsupported_response_type": "Unsupported `response_type` requested.",
}
SESSION_NOT_FOUND = "Session not found. Please go back and sign in again."
_ERROR_URIS = {"invalid_grant": "https://openid.sh/debug/invalid_grant"}


class OidcError(Exception):
    """An error of an OIDC endpoint.

    Args:
        error: OAuth error code.
        description: ``error_description``; left out when None.
        status: HTTP status.
        scope: What ``insufficient_scope`` and ``invalid_scope`` are about.
        headers: Added to the answer.
        session_lost: Logto answers with its own code for these.
    """

    def __init__(
        self,
        error: str,
        description: str | None = None,
        *,
        status: int = 400,
        scope: str | None = None,
        headers: Mapping[str, str] | None = None,
        session_lost: bool = False,
    ) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status
        self.scope = scope
        self.headers = dict(headers or {})
        self.session_lost = session_lost

    def parameters(self) -> dict[str, str]:
        """Return the OAuth fields alone, as they travel in a redirect."""
        fields = {
            "error": self.error,
            "error_description": self.description,
            "scope": self.scope,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def document(self) -> dict[str, Any]:
        """Return the JSON body."""
        code = f"oidc.{self.error}"
        message = _MESSAGES.get(self.error, f"An OIDC error occurred: {code}.")
        if self.session_lost:
            code, message = "session.not_found", SESSION_NOT_FOUND
        document = {"code": code, "message": message}
        if self.error in _ERROR_URIS:
            document["error_uri"] = _ERROR_URIS[self.error]
        return {**document, **self.parameters()}


def invalid_request(description: str) -> OidcError:
    """Return the error for a request that is malformed."""
    return OidcError("invalid_request", description)


def invalid_grant() -> OidcError:
    """Return the error for every code and refresh token that is not good."""
    return OidcError("invalid_grant", "grant request is invalid")


def invalid_target(
    description: str = "resource indicator is missing, or unknown",
) -> OidcError:
    """Return the error for a resource that was never asked for, or is unknown."""
    return OidcError("invalid_target", description)


def session_not_found(description: str) -> OidcError:
    """Return the error for an interaction that is gone."""
    return OidcError("invalid_request", description, session_lost=True)


def missing_parameters(*names: str) -> OidcError:
    """Return the error that names the parameters that are not there."""
    quoted = [f"'{name}'" for name in names]
    listed = quoted[0] if len(quoted) == 1 else " and ".join(quoted)
    plural = "" if len(quoted) == 1 else "s"
    return invalid_request(f"missing required parameter{plural} {listed}")


def duplicated_parameters(*names: str) -> OidcError:
    """Return the error that names the parameters that are there twice."""
    listed = " and ".join(f"'{name}'" for name in names)
    plural = "" if len(names) == 1 else "s"
    return invalid_request(f"{listed} parameter{plural} must not be provided twice")
