"""Where Logto's issuer is; importable without loading the engine."""

from __future__ import annotations

ISSUER_PATH = "/oidc"


def issuer_of(endpoint: str) -> str:
    """Return the issuer of the Logto server at ``endpoint``."""
    return endpoint + ISSUER_PATH
