"""The authentication backend: a Logto account signs in its user."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AbstractBaseUser
from django.http import HttpRequest
from django.utils.module_loading import import_string

from .errors import ConfigurationError
from .models import LogtoAccount


class LogtoBackend(ModelBackend):
    """Authenticates by a `LogtoAccount` that the callback has verified.

    Passwords are left to the site's other backends.
    """

    def authenticate(  # type: ignore[override]  # each backend has its own credentials
        self, request: HttpRequest | None, logto_account: LogtoAccount | None = None
    ) -> AbstractBaseUser | None:
        """Return the account's user, None when it is inactive."""
        if logto_account is None:
            return None
        user: Any = logto_account.user
        return user if self.user_can_authenticate(user) else None

    async def aauthenticate(  # type: ignore[override]
        self, request: HttpRequest | None, logto_account: LogtoAccount | None = None
    ) -> AbstractBaseUser | None:
        """See authenticate()."""
        return self.authenticate(request, logto_account=logto_account)


def backend_path() -> str:
    """Return the path under which the site lists `LogtoBackend` or a subclass.

    Raises:
        ConfigurationError: It is not listed: Django would forget the user silently
            after one request.
    """
    for path in settings.AUTHENTICATION_BACKENDS:
        try:
            backend = import_string(path)
        except ImportError:
            continue  # Django tells when it needs it
        if isinstance(backend, type) and issubclass(backend, LogtoBackend):
            return path
    raise ConfigurationError(
        f"add {LogtoBackend.__module__}.{LogtoBackend.__qualname__} to "
        "AUTHENTICATION_BACKENDS"
    )
