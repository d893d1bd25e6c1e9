"""What the views have in common at which a sign-in can begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.shortcuts import resolve_url

from ..log import Event
from .hybrid import HybridView
from .next_url import requested_next
from .options import checked_options, requested_options


class EntryView(HybridView):
    """A view that takes ``next`` and the options of a sign-in.

    ``sign_in_options`` are options that the request cannot change; ``next_page`` is a
    URL or name for visitors who bring no ``next``.
    """

    failure = Event.SIGN_IN_FAILED
    sign_in_options: Mapping[str, str] = {}
    next_page: str | None = None

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Return the callable for the URLconf.

        Raises:
            TypeError: A keyword, or a sign-in option, does not exist.
            SignInOptionInvalid: Logto would not understand an option's value.
        """
        checked_options(initkwargs.get("sign_in_options", cls.sign_in_options))
        return super().as_view(**initkwargs)

    def next_of(self, request: HttpRequest) -> str:
        """Return where to go afterwards, empty when that is left to the settings."""
        next_url = requested_next(request)
        if not next_url and self.next_page is not None:
            return resolve_url(self.next_page)
        return next_url

    def options_of(self, request: HttpRequest) -> dict[str, str]:
        """Return what is to be asked of Logto.

        Raises:
            SignInOptionInvalid: See `requested_options`.
        """
        return requested_options(request.GET, request.POST, self.sign_in_options)
