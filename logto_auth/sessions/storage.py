"""The SDK's ``Storage`` over ``request.session``.

For sites that drive ``logto.LogtoClient`` themselves, as Logto's Python guide does::

    client = LogtoClient(config, storage=SessionStorage(request))

Tokens go, sealed, to the `LogtoSession` row that the session names; the pending sign-in
goes, sealed, to the session. Reads happen once. Writes are kept until the response,
when `LogtoMiddleware` saves them, or until ``save()`` / ``await asave()``.
"""

from __future__ import annotations

import base64
import uuid
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import sync_to_async
from django.db import connections
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from ..engine.crypto import seal, unseal
from ..engine.mode import loop_is_running
from ..engine.sdk import PersistKey, Storage
from ..errors import SealBroken
from ..log import Event, log
from ..models import LogtoSession, on_primary
from .record import RECORD_KEY, SessionRecord, stored_key
from .response_phase import STORAGE_ATTRIBUTE
from .tokens import open_tokens, seal_tokens, store_tokens

PENDING_KEY = "logto_auth:pending"
PENDING: PersistKey = "signInSession"
_PURPOSE = "pending"


class SessionStorage(Storage):
    """The storage of the browser that sent ``request``.

    In an async view, ``await SessionStorage.load(request)`` reads without holding up
    the event loop. Without it the first use reads in a thread and waits, which works
    but blocks the loop for that query.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._state: _State = request.__dict__.setdefault(
            STORAGE_ATTRIBUTE, _State(request)
        )
        if not loop_is_running():
            self._state.read()

    @classmethod
    async def load(cls, request: HttpRequest) -> SessionStorage:
        """Return the storage with everything read, for async views."""
        state = request.__dict__.setdefault(STORAGE_ATTRIBUTE, _State(request))
        await sync_to_async(state.read)()
        return cls(request)

    def get(self, key: PersistKey) -> str | None:
        """Return the value of ``key``, None when there is none."""
        return self._state.loaded().get(key)

    @sensitive_variables()
    def set(self, key: PersistKey, value: str | None) -> None:
        """Set ``key`` until the response saves it."""
        if value is None:
            self.delete(key)
            return
        self._state.loaded()[key] = value

    def delete(self, key: PersistKey) -> None:
        """Forget ``key`` when the response saves it."""
        self._state.loaded().pop(key, None)

    def save(self) -> None:
        """Write what changed; the middleware does it for you."""
        self._state.write()

    async def asave(self) -> None:
        """See save()."""
        await sync_to_async(self._state.write)()


class _State:
    """What every `SessionStorage` of one request shares."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._row: LogtoSession | None = None
        self._before: dict[str, str] | None = None
        self._values: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    @property
    def is_changed(self) -> bool:
        return self._before is not None and self._values != self._before

    def loaded(self) -> dict[str, str]:
        if self._before is None:
            if loop_is_running():
                with ThreadPoolExecutor(1) as thread:
                    thread.submit(self._read_elsewhere).result()
            else:
                self.read()
        return self._values

    @sensitive_variables()
    def read(self) -> None:
        if self._before is not None:
            return
        session = self._request.session
        self._row = self._current_row()
        self._values = open_tokens(self._row) if self._row is not None else {}
        pending = session.get(PENDING_KEY)
        if isinstance(pending, str):
            self._values.update(_open_pending(pending))
        self._before = dict(self._values)

    def _current_row(self) -> LogtoSession | None:
        """Return the row of this session, unless it was somebody else's."""
        session = self._request.session
        record = SessionRecord.load(session.get(RECORD_KEY))
        if record is None or not record.belongs_to(session):
            return None
        return on_primary(LogtoSession).filter(pk=record.row_id).first()

    def _read_elsewhere(self) -> None:
        try:
            self.read()
        finally:
            connections.close_all()

    @sensitive_variables()
    def write(self) -> None:
        if not self.is_changed:
            return
        session = self._request.session
        tokens, before = dict(self._values), dict(self._before or {})
        pending = tokens.pop(PENDING, None)
        before.pop(PENDING, None)
        if pending is None:
            session.pop(PENDING_KEY, None)
        else:
            session[PENDING_KEY] = _seal_pending(pending)
        if tokens != before:
            self._write_tokens(tokens)
        self._before = dict(self._values)

    @sensitive_variables()
    def _write_tokens(self, tokens: dict[str, str]) -> None:
        session = self._request.session
        record = SessionRecord.load(session.get(RECORD_KEY))
        if self._row is not None and (record is None or record.row_id != self._row.pk):
            self._row = None  # somebody else signed in since it was read
        if self._row is None:
            if tokens:
                self._create_row(tokens)
        elif not tokens:
            self._row.delete()
            self._row = None
            session.pop(RECORD_KEY, None)
        elif store_tokens(self._row, tokens):
            self._row.version += 1
        else:
            self._yield_to_newer()

    @sensitive_variables()
    def _create_row(self, tokens: dict[str, str]) -> None:
        session, row_id = self._request.session, uuid.uuid4()
        self._row = LogtoSession.objects.create(
            id=row_id,
            session_key=stored_key(session),
            tokens=seal_tokens(row_id, tokens),
        )
        SessionRecord(row_id, "", {}, ()).store(session)

    def _yield_to_newer(self) -> None:
        """Keep what another request has stored, or deleted, since this one read."""
        self._row = self._current_row()
        if self._row is None:
            self._request.session.pop(RECORD_KEY, None)
        self._values = open_tokens(self._row) if self._row is not None else {}
        log(Event.TOKENS_LOST, row_is_left=self._row is not None)


@sensitive_variables()
def _seal_pending(pending: str) -> str:
    sealed = seal(pending.encode(), purpose=_PURPOSE)
    return base64.urlsafe_b64encode(sealed).decode()


@sensitive_variables()
def _open_pending(stored: str) -> dict[str, str]:
    try:
        plain = unseal(base64.urlsafe_b64decode(stored), purpose=_PURPOSE)
    except (SealBroken, ValueError):
        return {}
    return {PENDING: plain.decode()}
