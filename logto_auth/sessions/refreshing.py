"""Access tokens that are fresh, by one refresh for all who ask at the same time.

Whoever may hold the row (`ledger`) asks Logto and stores what came before anybody uses
it; the others look again until it is there.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import close_old_connections
from django.views.decorators.debug import sensitive_variables

from ..conf import logto_settings
from ..engine.deadline import deadline, remaining
from ..engine.mode import Mode
from ..errors import (
    LogtoError,
    ProviderError,
    SignInRequired,
    TokenInvalid,
    TokenRequestRefused,
)
from ..log import Event, log
from ..models import LogtoSession
from ..storable import storable
from .access_tokens import KEY as ACCESS_TOKENS
from .access_tokens import Wanted, with_token
from .kept_tokens import Obtained, Seen, kept, seen_in
from .ledger import Ledger
from .tokens import ID_TOKEN, REFRESH_TOKEN, open_tokens

if TYPE_CHECKING:
    from ..engine.token_response import RefreshedTokens

LOOK_AGAIN_SECONDS = 0.05


class _ChangedMeanwhile(Exception):
    """Another holder has replaced the tokens: look at theirs."""


@sensitive_variables()
async def obtain(
    mode: Mode,
    ledger: Ledger,
    row_id: UUID,
    wanted: Wanted,
    *,
    not_before: float = 0,
    waits: bool = True,
) -> Obtained | None:
    """Return an access token from the row or, through it, from Logto.

    One that is about to end is renewed early, and used while another request renews it
    and while Logto cannot.

    Args:
        not_before: When it must have been obtained at the earliest, in seconds since
            the epoch.
        waits: Whether to wait while another request renews it; None is returned else.

    Raises:
        SignInRequired: None is to be had without a new sign-in.
        TokenRequestRefused: Logto issues none for that resource or organization.
        ProviderError: Logto did not answer as it should; nothing has changed.
    """
    with deadline(logto_settings.TIMEOUT):
        while True:
            row = await mode.call(ledger.find, row_id)
            seen = seen_in(row, wanted, not_before)
            if seen.is_enough:
                return seen.obtained
            if await mode.call(ledger.take, seen.row):
                try:
                    return await _renewed(mode, ledger, seen, wanted, not_before)
                except _ChangedMeanwhile:
                    continue
            if seen.token is not None or not waits:
                return seen.obtained
            remaining()
            await mode.sleep(LOOK_AGAIN_SECONDS)


@sensitive_variables()
async def _renewed(
    mode: Mode, ledger: Ledger, seen: Seen, wanted: Wanted, since: float
) -> Obtained | None:
    try:
        return await mode.shield(
            _refresh(mode, ledger, seen.row, seen.tokens, wanted),
            # Django does so when a request ends, which was before this work went on.
            when_abandoned=close_old_connections,
        )
    except ProviderError as error:
        # A holder who was taken for dead may have heard from Logto meanwhile.
        newest = await mode.call(kept, ledger, seen.row.pk, wanted, not_before=since)
        if newest is None and seen.token is None:
            raise
        log(Event.TOKEN_REFRESH_FAILED, code=error.code, reason=error.reason)
        return newest or seen.obtained


class _Held:
    """A row that is held, and what it is to hold afterwards.

    Tokens that were given to `Mode.call` would be in frames that hide nothing.
    """

    def __init__(
        self, ledger: Ledger, row: LogtoSession, tokens: Mapping[str, str]
    ) -> None:
        self.tokens = dict(tokens)
        self.fields: dict[str, Any] = {}
        self._ledger, self._row, self._is_held = ledger, row, True

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @sensitive_variables()
    def store(self) -> bool:
        is_stored = self._ledger.store(self._row, self.tokens, **self.fields)
        self._is_held = False
        return is_stored

    def free(self) -> None:
        if self._is_held:
            self._ledger.free(self._row)


@sensitive_variables()
async def _refresh(
    mode: Mode,
    ledger: Ledger,
    row: LogtoSession,
    tokens: Mapping[str, str],
    wanted: Wanted,
) -> Obtained:
    """Ask Logto as the holder of the row, which others can be afterwards."""
    from ..engine.refreshed_id_token import says_as_much

    held = _Held(ledger, row, tokens)
    try:
        asked_at = time.time()
        answer = await _asked(mode, tokens, wanted)
        if answer.refresh_token is not None:
            held.tokens[REFRESH_TOKEN] = answer.refresh_token
        try:
            claims = await _verified(mode, answer, tokens, row.claims)
        except LogtoError as error:
            # The one before works for a few seconds only, whatever is wrong with this.
            if held.tokens != tokens and not _end_of(error):
                await mode.call(held.store)
            raise
        if answer.id_token is not None:
            known = tokens.get(ID_TOKEN, "")
            if says_as_much(answer.id_token, known):
                held.tokens[ID_TOKEN] = answer.id_token
        held.tokens = with_token(
            held.tokens,
            wanted,
            answer.access_token,
            obtained_at=asked_at,
            expires_in=answer.expires_in,
        )
        held.fields["claims"] = storable(claims)
        is_stored = await mode.call(held.store)
    except (TokenRequestRefused, TokenInvalid) as error:
        reason = _end_of(error)
        if not reason:
            raise
        newest = await mode.call(ledger.find, row.pk)
        if newest is not None and newest.version != row.version:
            raise _ChangedMeanwhile from None
        await mode.call(ledger.end, row)
        log(Event.SESSION_ENDED, reason=reason, cause=error.reason)
        raise SignInRequired(reason=reason) from None
    finally:
        await mode.call(held.free)
    if not is_stored:
        raise _ChangedMeanwhile
    log(Event.TOKENS_REFRESHED, resource=wanted.resource or "userinfo")
    return Obtained(answer.access_token, claims)


def _end_of(error: LogtoError) -> str:
    """Return why the session has ended, empty when it has not."""
    from ..engine.refreshed_id_token import OTHER_IDENTITY

    if isinstance(error, TokenInvalid):
        return "identity_changed" if error.reason in OTHER_IDENTITY else ""
    return "refresh_refused" if error.reason == "invalid_grant" else ""


@sensitive_variables()
async def _asked(
    mode: Mode, tokens: Mapping[str, str], wanted: Wanted
) -> RefreshedTokens:
    from ..engine.provider import current_provider
    from ..engine.token_endpoint import refresh_tokens

    metadata = await current_provider().metadata(mode)
    return await refresh_tokens(
        mode,
        metadata.token_endpoint,
        client_id=logto_settings.APP_ID,
        client_secret=logto_settings.APP_SECRET,
        refresh_token=tokens[REFRESH_TOKEN],
        resource=wanted.resource,
        organization_id=wanted.organization_id,
    )


@sensitive_variables()
async def _verified(
    mode: Mode,
    answer: RefreshedTokens,
    tokens: Mapping[str, str],
    known_claims: Mapping[str, Any],
) -> Mapping[str, Any]:
    """Return the claims of the ID token in the answer, if there is one."""
    from ..engine.provider import current_provider
    from ..engine.refreshed_id_token import verify_refreshed

    if answer.id_token is None:
        return known_claims
    return dict(
        await verify_refreshed(
            mode,
            current_provider(),
            answer.id_token,
            known_id_token=tokens.get(ID_TOKEN, ""),
            client_id=logto_settings.APP_ID,
            access_token=answer.access_token,
        )
    )


@sensitive_variables()
async def forget_access_tokens(mode: Mode, ledger: Ledger, row_id: UUID) -> None:
    """Forget the access tokens of a row, so that the next one asked for is new.

    Raises:
        ProviderTimeout: Somebody refreshes them, and has not done so in time.
    """
    with deadline(logto_settings.TIMEOUT):
        while (row := await mode.call(ledger.find, row_id)) is not None:
            held = _Held(ledger, row, open_tokens(row))
            if held.tokens.pop(ACCESS_TOKENS, None) is None:
                return
            if await mode.call(ledger.take, row) and await mode.call(held.store):
                return
            remaining()
            await mode.sleep(LOOK_AGAIN_SECONDS)
