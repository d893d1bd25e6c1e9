"""A cache backend that fails."""

from django.core.cache.backends.locmem import LocMemCache
from django.utils.module_loading import import_string


class FailingCache(LocMemCache):
    """Raises ``OPTIONS["ERROR"]`` in the methods that ``OPTIONS["FAILS"]`` names."""

    def __init__(self, name, params):
        super().__init__(name, params)
        self._fails = params["OPTIONS"]["FAILS"]
        self._error = import_string(params["OPTIONS"]["ERROR"])

    def _fail(self, method):
        if method in self._fails:
            raise self._error("redis://user:password@cache.internal")

    def get(self, *args, **kwargs):
        self._fail("get")
        return super().get(*args, **kwargs)

    def set(self, *args, **kwargs):
        self._fail("set")
        return super().set(*args, **kwargs)

    def delete(self, *args, **kwargs):
        self._fail("delete")
        return super().delete(*args, **kwargs)
