"""Whether the cache that shares Logto's metadata and keys keeps anything."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ..checks.cache_backends import is_of_each_process
from ..conf import logto_settings
from ..engine.shared_cache import from_cache
from .catalogue import CACHE
from .context import Context
from .line import Line

_KEY = "logto_auth:doctor:"
_SECONDS = 60
_SHARED = _("The cache “%(alias)s” works.")
_OWN = _("The cache “%(alias)s” works; each process has one of its own.")
_FORGETS = _("The cache “%(alias)s” keeps nothing, is down or too slow.")


def look_at_cache(context: Context) -> Iterator[Line]:
    """Yield whether it keeps what it is given; the site works without it too."""
    alias = logto_settings.CACHE
    key, word = _KEY + secrets.token_hex(8), secrets.token_hex(8)
    from_cache(lambda cache: cache.set(key, word, timeout=_SECONDS), None)
    kept = from_cache(lambda cache: cache.get(key), None)
    from_cache(lambda cache: cache.delete(key), False)
    facts = {"alias": alias}
    if kept != word:
        yield CACHE.warning(_FORGETS % facts)
    else:
        found = _OWN if is_of_each_process(alias) else _SHARED
        yield CACHE.ok(found % facts)
