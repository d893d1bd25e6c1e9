"""Whether sessions are kept: a sign-in lives in one."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from importlib import import_module

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .catalogue import SESSIONS
from .context import Context
from .line import Line

_KEY = "logto_auth_doctor"
_KEPT = _("%(engine)s keeps them.")
_BROKEN = _("%(engine)s does not work: %(type)s.")
_FORGOTTEN = _("%(engine)s forgets what it is given.")


def look_at_sessions(context: Context) -> Iterator[Line]:
    """Yield whether a session that was written can be read, and deleted."""
    facts = {"engine": settings.SESSION_ENGINE}
    try:
        found = _written_and_read()
    except Exception as error:  # noqa: BLE001 - each engine has errors of its own
        yield SESSIONS.failure(_BROKEN % {**facts, "type": type(error).__name__})
        return
    yield SESSIONS.ok(_KEPT % facts) if found else SESSIONS.failure(_FORGOTTEN % facts)


def _written_and_read() -> bool:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    written, word = store(), secrets.token_hex(8)
    written[_KEY] = word
    written.save()
    read = store(session_key=written.session_key).get(_KEY)
    written.delete()
    return bool(read == word)
