"""Whether a person has to sign in before an application gets a code (OIDC Core)."""

from __future__ import annotations

from .authorization_request import AuthorizationRequest
from .sessions import LogtoSession


def login_refusal(
    wanted: AuthorizationRequest,
    session: LogtoSession | None,
    *,
    now: float,
    has_signed_in: bool,
) -> str | None:
    """Return why the person has to sign in, None when they need not.

    Args:
        now: Seconds since the epoch.
        has_signed_in: Whether they did because of this very request.
    """
    if session is None or session.sub is None:
        return "End-User authentication is required"
    age = int(now) - session.signed_in_at
    if wanted.max_age is not None and age > wanted.max_age and not has_signed_in:
        return "End-User authentication could not be obtained"
    if wanted.subject_hint not in (None, session.sub):
        return "id_token_hint and authenticated subject do not match"
    if "login" in wanted.prompts and not has_signed_in:
        return "interaction is required from the end-user"
    return None
