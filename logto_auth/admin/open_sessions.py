"""Browser sessions of an account that are still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.backends import db

from ..models import LogtoAccount
from ..sessions.expiry import open_keys

# One query says of all of them whether they are open; of other engines, each is asked.
MOST_IN_DATABASE = 200
MOST_ELSEWHERE = 20


@dataclass(frozen=True, slots=True)
class OpenSession:
    """When somebody signed in and was last heard of.

    ``is_known`` is false where the session is kept in the browser alone.
    """

    created_at: datetime
    updated_at: datetime
    is_known: bool


class OpenSessions:
    """The newest sessions of an account, those that are not known to have ended."""

    def __init__(self, account: LogtoAccount) -> None:
        store = import_module(settings.SESSION_ENGINE).SessionStore
        is_database = issubclass(store, db.SessionStore)
        self.most = MOST_IN_DATABASE if is_database else MOST_ELSEWHERE
        # Nothing else of a row leaves the database, its tokens least of all.
        told = account.sessions.order_by("-created_at", "pk").values_list(
            "session_key", "created_at", "updated_at"
        )[: self.most + 1]
        looked_at = list(told)
        self.are_more = len(looked_at) > self.most
        del looked_at[self.most :]
        is_open = open_keys(key for key, _created, _updated in looked_at)
        self.listed = [
            OpenSession(created_at, updated_at, is_known=bool(key))
            for key, created_at, updated_at in looked_at
            if key in is_open
        ]
