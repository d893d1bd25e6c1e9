"""What ``request.logto`` does with the tokens of its session.

Each method has an async twin. Where a method is called in a transaction, what Logto
gives is saved all the same when that fails.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from ..conf import logto_settings
from ..engine.deadline import deadline
from ..engine.mode import BLOCKING, ON_LOOP, Mode, run_blocking
from ..errors import ProviderResponseInvalid, SignInRequired
from ..moment import stored
from ..sessions.access_tokens import SecretText, Wanted
from ..sessions.record import SessionRecord

if TYPE_CHECKING:
    from ..sessions.kept_tokens import Obtained
    from ..sessions.ledger import Ledger

T = TypeVar("T")

LATER_ATTRIBUTE = "_logto_later"
#: Reasons of `SignInRequired` that leave nothing of the session.
ENDED = frozenset({"session_ended", "refresh_refused", "identity_changed"})


class RequestTokens:
    """The part of `RequestLogto` that may ask Logto."""

    _request: HttpRequest | None

    def get_access_token(
        self, resource: str | None = None, organization_id: str | None = None
    ) -> str:
        """Return an access token of this user, a new one where the old one ends.

        However many requests ask for it at the same time, in whatever processes, Logto
        is asked once.

        Args:
            resource: Indicator of an API, one of ``RESOURCES``: the token is a JWT for
                it. Without one the token is for Logto's userinfo and Account API.
            organization_id: Logto's id of an organization: the token is for the
                organization itself or, with ``resource``, for the API in it.

        Returns:
            A text that does not show in error reports.

        Raises:
            SignInRequired: None is to be had without a new sign-in; ``reason`` says
                why. Where nothing catches it, the visitor is sent to sign in.
            TokenRequestRefused: Logto issues none for that; ``reason`` is its word,
                such as ``invalid_target`` or ``access_denied``.
            ProviderError: Logto did not answer as it should; nothing has changed.
        """
        wanted = Wanted(resource or "", organization_id or "")
        return run_blocking(self._access_token(BLOCKING, wanted))

    async def aget_access_token(
        self, resource: str | None = None, organization_id: str | None = None
    ) -> str:
        """See get_access_token()."""
        wanted = Wanted(resource or "", organization_id or "")
        return await self._access_token(ON_LOOP, wanted)

    def get_organization_token(self, organization_id: str) -> str:
        """Return an access token for an organization. See get_access_token()."""
        return self.get_access_token(organization_id=organization_id)

    async def aget_organization_token(self, organization_id: str) -> str:
        """See get_access_token()."""
        return await self.aget_access_token(organization_id=organization_id)

    def clear_access_tokens(self) -> None:
        """Forget the access tokens, so that the next one has what was granted since.

        Raises:
            SignInRequired: This user did not sign in with Logto in this session.
        """
        run_blocking(self._clear(BLOCKING))

    async def aclear_access_tokens(self) -> None:
        """See clear_access_tokens()."""
        await self._clear(ON_LOOP)

    def fetch_userinfo(self) -> Mapping[str, Any]:
        """Return what Logto's userinfo says now (OIDC Core, 5.3), and store it.

        The account, its linked identities and ``request.logto.userinfo`` follow. Fields
        of the user do at the next sign-in, where the site's hooks have a say.

        Raises:
            SignInRequired: See get_access_token().
            ProviderError: Logto did not answer as it should; nothing has changed.
        """
        return run_blocking(self._fetch_userinfo(BLOCKING))

    async def afetch_userinfo(self) -> Mapping[str, Any]:
        """See fetch_userinfo()."""
        return await self._fetch_userinfo(ON_LOOP)

    async def _record(self, mode: Mode) -> SessionRecord | None:
        raise NotImplementedError

    def _forget(self) -> None:
        """Forget what was read of the session: it has changed."""
        raise NotImplementedError

    @sensitive_variables()
    async def _access_token(
        self, mode: Mode, wanted: Wanted, *, since: float = 0
    ) -> str:
        request, record = await self._signed_in(mode)
        obtained = await obtain_for(mode, request, record, wanted, since=since)
        assert obtained is not None  # noqa: S101 - it has waited
        self._forget()
        return SecretText(obtained.value)

    async def _clear(self, mode: Mode) -> None:
        from ..sessions.autonomy import autonomously
        from ..sessions.refreshing import forget_access_tokens

        request, record = await self._signed_in(mode)

        async def clear(mode: Mode, ledger: Ledger) -> None:
            await forget_access_tokens(mode, ledger, record.row_id)

        await autonomously(mode, clear, later=_later(request))

    @sensitive_variables()
    async def _fetch_userinfo(self, mode: Mode) -> Mapping[str, Any]:
        from ..engine.provider import current_provider
        from ..engine.userinfo import fetch_userinfo

        asked_at = stored(datetime.now(UTC))
        with deadline(logto_settings.TIMEOUT):
            token = await self._access_token(mode, Wanted())
            metadata = await current_provider().metadata(mode)
            _, record = await self._signed_in(mode)
            row = await mode.call(_row, record)
            subject = row.account.subject
            endpoint = metadata.userinfo_endpoint
            try:
                document = await fetch_userinfo(
                    mode, endpoint, access_token=token, subject=subject
                )
            except ProviderResponseInvalid as error:
                if error.reason != "userinfo_status_401":
                    raise
                # Revoked before its time; so may the refresh token be, which tells.
                token = await self._access_token(mode, Wanted(), since=time.time())
                document = await fetch_userinfo(
                    mode, endpoint, access_token=token, subject=subject
                )
        await mode.call(_mirror, row.account, document, asked_at)
        self._forget()
        return document

    async def _signed_in(self, mode: Mode) -> tuple[HttpRequest, SessionRecord]:
        record = await self._record(mode)
        if self._request is None or record is None:
            raise SignInRequired(reason="not_signed_in")
        return self._request, record


@sensitive_variables()
async def obtain_for(
    mode: Mode,
    request: HttpRequest,
    record: SessionRecord,
    wanted: Wanted,
    *,
    since: float = 0,
    waits: bool = True,
) -> Obtained | None:
    """Return an access token for the session of a request; see `refreshing.obtain`.

    What it brings of the person is in the session afterwards. If the session has ended,
    so has that of the request.
    """
    from ..sessions.autonomy import autonomously
    from ..sessions.kept_tokens import kept
    from ..sessions.refreshing import obtain

    async def work(mode: Mode, ledger: Ledger) -> Obtained | None:
        return await obtain(
            mode, ledger, record.row_id, wanted, not_before=since, waits=waits
        )

    try:
        obtained = await autonomously(
            mode,
            work,
            look=lambda ledger: kept(ledger, record.row_id, wanted, not_before=since),
            later=_later(request),
        )
    except SignInRequired as error:
        if error.reason in ENDED:
            from .ended_session import leave_ended_session

            is_elsewhere = error.reason == "session_ended"
            await mode.call(leave_ended_session, request, is_elsewhere=is_elsewhere)
        raise
    if obtained is not None and "sub" in obtained.claims:
        newer = record.renewed(obtained.claims)
        if newer is not None:
            await mode.call(newer.store, request.session)
    return obtained


def tokens_that_waited(request: HttpRequest) -> Iterator[Callable[[], None]]:
    """Yield what saves tokens that could not be saved while the view ran."""
    yield from request.__dict__.pop(LATER_ATTRIBUTE, ())


def _later(request: HttpRequest) -> list[Callable[[], None]]:
    later: list[Callable[[], None]] = request.__dict__.setdefault(LATER_ATTRIBUTE, [])
    return later


def _row(record: SessionRecord) -> Any:
    from ..models import LogtoSession, on_primary

    rows = on_primary(LogtoSession).select_related("account")
    row = rows.filter(pk=record.row_id).first()
    if row is None or row.account is None:
        raise SignInRequired(reason="session_ended")
    return row


def _mirror(account: Any, document: Mapping[str, Any], asked_at: datetime) -> None:
    from ..accounts.mirroring import mirror_known
    from ..accounts.userinfo import document_of

    document = document_of(document)
    mirror_known(account, document, asked_at=asked_at, is_sign_in=False)
