"""Signing somebody out of all browsers at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.views.decorators.debug import sensitive_variables

from ..conf import logto_settings
from ..engine.deadline import deadline
from ..engine.mode import Mode
from ..errors import LogtoError
from ..log import Event, log

if TYPE_CHECKING:
    from ..models import LogtoSession


@sensitive_variables()
def end_all(rows: Iterable[LogtoSession]) -> tuple[int, list[str]]:
    """End sessions; return how many, and the refresh tokens that they had."""
    from ..sessions.ending import end_sessions
    from ..sessions.tokens import REFRESH_TOKEN, open_tokens

    rows = list(rows)
    tokens = [open_tokens(row).get(REFRESH_TOKEN, "") for row in rows]
    return end_sessions(rows), list(dict.fromkeys(filter(None, tokens)))


@sensitive_variables()
async def revoke_all(mode: Mode, refresh_tokens: Iterable[str]) -> None:
    """Revoke refresh tokens and, as Logto does it, all that was granted with them.

    Raises:
        ProviderUnreachable, ProviderTimeout: Logto cannot be asked. What it refuses
            otherwise is logged.
    """
    from ..engine.provider import current_provider
    from ..engine.token_endpoint import revoke_token
    from ..errors import ProviderError, ProviderTimeout, ProviderUnreachable

    for token in refresh_tokens:
        metadata = await current_provider().metadata(mode)
        try:
            await revoke_token(
                mode,
                metadata.revocation_endpoint,
                client_id=logto_settings.APP_ID,
                client_secret=logto_settings.APP_SECRET,
                token=token,
            )
        except (ProviderUnreachable, ProviderTimeout):
            raise
        except ProviderError as error:
            log(Event.SIGN_OUT_INCOMPLETE, code=error.code, reason=error.reason)


@sensitive_variables()
async def sign_out_everywhere(mode: Mode, user: Any) -> int:
    """End all sessions with Logto that a user has here, and their grants at Logto.

    Returns:
        How many sessions there were. They have ended also where Logto cannot be told,
        which is logged.
    """
    count, tokens = await mode.call(_end_of, user)
    log(Event.SESSION_ENDED, user=user.pk, reason="everywhere", count=count)
    try:
        with deadline(logto_settings.TIMEOUT):
            await mode.shield(revoke_all(mode, tokens))
    except LogtoError as error:
        log(Event.SIGN_OUT_INCOMPLETE, code=error.code, reason=error.reason)
    return count


@sensitive_variables()
def _end_of(user: Any) -> tuple[int, list[str]]:
    from ..models import LogtoSession, on_primary

    return end_all(on_primary(LogtoSession).filter(account__user_id=user.pk))
