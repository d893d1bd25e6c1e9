"""Whether this site's database is there, has the tables, and can be written to."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.db import Error, connections, router, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext_lazy as _

from ..models import UsedAttempt
from .catalogue import DATABASE, DATABASE_WRITES, MIGRATIONS
from .context import Context
from .line import Line

_REACHED = _("The database “%(alias)s” is there.")
_NOT_REACHED = _("The database “%(alias)s” cannot be reached: %(type)s.")
_APPLIED = _("All have been run.")
_MISSING = _("These have not been run: %(names)s.")
_WRITTEN = _("A row can be written.")
_NOT_WRITTEN = _("No row can be written: %(type)s.")
_SESSIONS = "sessions"


def look_at_database(context: Context) -> Iterator[Line]:
    """Yield whether there is a connection."""
    facts = {"alias": _alias()}
    try:
        connections[_alias()].ensure_connection()
    except Error as error:
        facts["type"] = type(error).__name__
        yield DATABASE.failure(_NOT_REACHED % facts)
    else:
        yield DATABASE.ok(_REACHED % facts)


def look_at_migrations(context: Context) -> Iterator[Line]:
    """Yield which migrations have not been run, of what a sign-in needs."""
    executor = MigrationExecutor(connections[_alias()])
    ours, users = UsedAttempt._meta.app_label, get_user_model()._meta.app_label
    wanted = [
        node
        for node in executor.loader.graph.leaf_nodes()
        if node[0] in (ours, users, _SESSIONS)
    ]
    plan = executor.migration_plan(wanted)
    names = [f"{migration.app_label}.{migration.name}" for migration, _back in plan]
    if names:
        yield MIGRATIONS.failure(_MISSING % {"names": ", ".join(names)})
    else:
        yield MIGRATIONS.ok(_APPLIED)


def look_at_writes(context: Context) -> Iterator[Line]:
    """Yield whether a row can be written; it is taken back."""
    alias = _alias()
    try:
        with transaction.atomic(using=alias):
            UsedAttempt.objects.using(alias).create(pk=secrets.token_hex(16))
            transaction.set_rollback(True, using=alias)
    except Error as error:
        yield DATABASE_WRITES.failure(_NOT_WRITTEN % {"type": type(error).__name__})
    else:
        yield DATABASE_WRITES.ok(_WRITTEN)


def _alias() -> str:
    return router.db_for_write(UsedAttempt)
