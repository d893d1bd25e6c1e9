"""``request.logto``, which is also ``request.user.logto``.

Nothing is read until used. Sites may declare::

    class LogtoRequest(HttpRequest):
        logto: RequestLogto
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.utils.functional import LazyObject

from ..engine.mode import BLOCKING, Mode
from ..sessions.record import RECORD_KEY, SessionRecord
from .request_tokens import RequestTokens

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from ..models import LogtoAccount


P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class _Loaded:
    record: SessionRecord | None
    claims: Mapping[str, Any] | None = None
    account: LogtoAccount | None = None


class RequestLogto(RequestTokens):
    """The Logto side of the user of one request; empty for everybody else.

    Sync properties may query, so async code uses their twins: ``await
    request.logto.aclaims()``. It is bound to the user who was signed in when it was
    made: `seal` keeps it from ever showing another one's claims.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        self._request = request
        self._loaded: _Loaded | None = None if request is not None else _Loaded(None)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> tuple[type[RequestLogto], tuple[()]]:
        # A pickled user belongs to no request.
        return type(self), ()

    def __deepcopy__(self, memo: dict[int, Any]) -> RequestLogto:
        return self

    def seal(self) -> None:
        """Read nothing more: somebody else is signing in or out on this request."""
        if self._loaded is None:
            self._loaded = _Loaded(None)
        self._request = None

    @property
    def is_authenticated(self) -> bool:
        """Whether this user signed in with Logto in this session."""
        return self._load().record is not None

    async def ais_authenticated(self) -> bool:
        """See is_authenticated."""
        return (await self._aload()).record is not None

    @property
    def claims(self) -> Mapping[str, Any]:
        """The claims of the verified ID token, empty when not signed in."""
        return _claims(self._load())

    async def aclaims(self) -> Mapping[str, Any]:
        """See claims."""
        return await _query(_claims, await self._aload())

    @property
    def userinfo(self) -> Mapping[str, Any]:
        """The userinfo document as Logto told it last; see `fetch_userinfo`."""
        return _userinfo(self._load())

    async def auserinfo(self) -> Mapping[str, Any]:
        """See userinfo."""
        return await _query(_userinfo, await self._aload())

    @property
    def roles(self) -> list[str]:
        """Names of the user's roles; from userinfo when not in the ID token."""
        return _texts(self._load(), "roles")

    async def aroles(self) -> list[str]:
        """See roles."""
        return await _query(_texts, await self._aload(), "roles")

    @property
    def organizations(self) -> list[str]:
        """Ids of the user's organizations; from userinfo when not in the ID token."""
        return _texts(self._load(), "organizations")

    async def aorganizations(self) -> list[str]:
        """See organizations."""
        return await _query(_texts, await self._aload(), "organizations")

    @property
    def missing_scopes(self) -> tuple[str, ...]:
        """Scopes of ``SCOPES`` that Logto did not grant at the sign-in."""
        return _missing_scopes(self._load())

    async def amissing_scopes(self) -> tuple[str, ...]:
        """See missing_scopes."""
        return _missing_scopes(await self._aload())

    @property
    def account(self) -> LogtoAccount | None:
        """The stored `LogtoAccount`, None when not signed in with Logto."""
        return _account(self._load())

    async def aaccount(self) -> LogtoAccount | None:
        """See account."""
        return await _query(_account, await self._aload())

    async def _record(self, mode: Mode) -> SessionRecord | None:
        loaded = self._load() if mode is BLOCKING else await self._aload()
        return loaded.record

    def _forget(self) -> None:
        if self._request is not None:
            self._loaded = None

    def _load(self) -> _Loaded:
        if self._loaded is None and self._request is not None:
            user = self._request.user
            session = getattr(self._request, "session", None)
            if session is None or not user.is_authenticated:
                self._loaded = _Loaded(None)
            else:
                self._loaded = _loaded(
                    user, session.get(RECORD_KEY), session.get(SESSION_KEY)
                )
        return self._loaded or _Loaded(None)

    async def _aload(self) -> _Loaded:
        if self._loaded is None and self._request is not None:
            user = await _auser(self._request)
            session = getattr(self._request, "session", None)
            if session is None or not user.is_authenticated:
                self._loaded = _Loaded(None)
            else:
                stored = await session.aget(RECORD_KEY)
                self._loaded = _loaded(user, stored, await session.aget(SESSION_KEY))
        return self._loaded or _Loaded(None)


async def _auser(request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
    """Return the user of the request; one that a site has put there comes first."""
    user = request.user
    if not isinstance(user, LazyObject):
        return user
    if hasattr(request, "auser"):
        return await request.auser()
    await sync_to_async(bool)(user)
    return user


def _loaded(
    user: AbstractBaseUser | AnonymousUser, stored: object, signed_in: object
) -> _Loaded:
    """Accept a record only for the user who both wrote it and is signed in now."""
    record = SessionRecord.load(stored)
    if record is None or not record.user_id == signed_in == user_id(user):
        return _Loaded(None)
    return _Loaded(record)


# What every user shows who did not sign in on this request.
DETACHED = RequestLogto()


def user_id(user: Any) -> str:
    """Return the primary key as the session holds it."""
    return str(user._meta.pk.value_to_string(user))


def _account(loaded: _Loaded) -> LogtoAccount | None:
    _read_row(loaded)
    return loaded.account


def _claims(loaded: _Loaded) -> Mapping[str, Any]:
    if loaded.record is None:
        return {}
    if loaded.record.row_claims:
        _read_row(loaded)
    return loaded.record.claims if loaded.claims is None else loaded.claims


def _missing_scopes(loaded: _Loaded) -> tuple[str, ...]:
    return loaded.record.missing_scopes if loaded.record is not None else ()


def _userinfo(loaded: _Loaded) -> Mapping[str, Any]:
    account = _account(loaded)
    return account.userinfo if account is not None else {}


def _texts(loaded: _Loaded, name: str) -> list[str]:
    claims = _claims(loaded)
    # What is signed decides, also where it says that there are none.
    value = claims[name] if name in claims else _userinfo(loaded).get(name)
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, str)]


def _read_row(loaded: _Loaded) -> None:
    """Read the session's row with its account, once: one query."""
    from ..models import LogtoSession, on_primary

    if loaded.record is None or loaded.claims is not None:
        return
    row = (
        on_primary(LogtoSession)
        .select_related("account")
        .filter(pk=loaded.record.row_id)
        .first()
    )
    in_row = row.claims if row is not None else {}
    # Those of a later refresh are all there, and what is absent has gone.
    is_whole = "sub" in in_row
    loaded.claims = in_row if is_whole else {**loaded.record.claims, **in_row}
    loaded.account = row.account if row is not None else None


async def _query(
    function: Callable[Concatenate[_Loaded, P], T],
    loaded: _Loaded,
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Call ``function``, in a thread when it has to query."""
    record = loaded.record
    is_here = record is None or (not record.row_claims and function is _claims)
    if is_here or loaded.claims is not None:
        return function(loaded, *args, **kwargs)
    return await sync_to_async(function)(loaded, *args, **kwargs)
