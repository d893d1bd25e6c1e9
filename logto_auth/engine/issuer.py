"""Where Logto's issuer is; importable without loading the engine."""

from __future__ import annotations

from ..conf import ISSUER_PATH


def issuer_of(endpoint: str) -> str:
    """Return the issuer of the Logto server at ``endpoint``."""
    return endpoint + ISSUER_PATH
