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

from ..engine.crypto import seal, unseal
from ..engine.mode import loop_is_running
from ..engine.sdk import PersistKey, Storage
from ..errors import SealBroken
from ..models import LogtoSession
from .record import RECORD_KEY, SessionRecord, stored_key
from .response_phase import STORAGE_ATTRIBUTE
from .tokens import open_tokens, seal_tokens, store_tokens

PENDING_KEY = "logto_auth:pending"
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

    def read(self) -> None:
        if self._before is not None:
            return
        session = self._request.session
        record = SessionRecord.load(session.get(RECORD_KEY))
        if record is not None:
            self._row = LogtoSession.objects.filter(pk=record.row_id).first()
        self._values = open_tokens(self._row) if self._row is not None else {}
        pending = session.get(PENDING_KEY)
        if isinstance(pending, str):
            self._values.update(_open_pending(pending))
        self._before = dict(self._values)

    def _read_elsewhere(self) -> None:
        try:
            self.read()
        finally:
            connections.close_all()

    def write(self) -> None:
        if not self.is_changed:
            return
        session = self._request.session
        tokens = dict(self._values)
        pending = tokens.pop("signInSession", None)
        if pending is None:
            session.pop(PENDING_KEY, None)
        else:
            session[PENDING_KEY] = _seal_pending(pending)
        before = dict(self._before or {})
        before.pop("signInSession", None)
        if tokens != before:
            self._write_tokens(tokens)
        self._before = dict(self._values)

    def _write_tokens(self, tokens: dict[str, str]) -> None:
        session = self._request.session
        if self._row is not None and tokens:
            store_tokens(self._row, tokens)
            self._row.refresh_from_db()
        elif self._row is not None:
            self._row.delete()
            self._row = None
            session.pop(RECORD_KEY, None)
        else:
            row_id = uuid.uuid4()
            self._row = LogtoSession.objects.create(
                id=row_id,
                session_key=stored_key(session),
                tokens=seal_tokens(row_id, tokens),
            )
            SessionRecord(row_id, "", {}, ()).store(session)


def _seal_pending(pending: str) -> str:
    sealed = seal(pending.encode(), purpose=_PURPOSE)
    return base64.urlsafe_b64encode(sealed).decode()


def _open_pending(stored: str) -> dict[str, str]:
    try:
        plain = unseal(base64.urlsafe_b64decode(stored), purpose=_PURPOSE)
    except (SealBroken, ValueError):
        return {}
    return {"signInSession": plain.decode()}
