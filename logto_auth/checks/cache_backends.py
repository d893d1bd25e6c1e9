"""What the site's caches are good for, by the backends of Django's own."""

from __future__ import annotations

from django.conf import settings

_BACKENDS = "django.core.cache.backends."


def keeps_nothing(alias: str) -> bool:
    """Tell whether a cache forgets everything at once."""
    return _backend(alias) == _BACKENDS + "dummy.DummyCache"


def is_of_each_process(alias: str) -> bool:
    """Tell whether each process has a cache of its own."""
    return _backend(alias) == _BACKENDS + "locmem.LocMemCache"


def _backend(alias: str) -> str:
    """Return the path of a cache's backend, empty when there is no such cache."""
    return str(settings.CACHES.get(alias, {}).get("BACKEND", ""))
