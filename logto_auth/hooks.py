"""The site's say in a sign-in: one class, named by ``LOGTO["HOOKS"]``.

::

    class SiteHooks(Hooks):
        def may_sign_in(self, user):
            return "member" in self.claims.get("roles", [])
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .conf import logto_settings
from .errors import ConfigurationError

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .models import LogtoAccount


class Hooks:
    """What a site may decide about a sign-in; a new instance for each.

    The methods are called in the order below, after the ID token was verified and
    before anything is answered; under ASGI in the thread of the ORM. What one raises is
    raised to Django like an error in a view. Methods that are no hooks begin with an
    underscore, or a misspelt hook would go unnoticed.

    Args:
        request: The callback's request, without code and state.
        claims: The userinfo document, and what only the verified ID token has (``iss``,
            ``auth_time``, ``sid``, …) or is to decide (``roles``, ``organizations``,
            ``organization_roles``). A copy: the account's document stays as it is, but
            fields that are filled afterwards take what a hook puts here.
    """

    def __init__(self, request: HttpRequest, claims: Mapping[str, Any]) -> None:
        self.request = request
        self.claims = claims

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, value in vars(cls).items():
            function = getattr(value, "__func__", value)  # of a static method too
            if name.startswith("_") or not inspect.isfunction(function):
                continue
            if name not in HOOKS:
                raise ConfigurationError(
                    f"{cls.__qualname__}.{name}() is no hook; there are "
                    f"{', '.join(HOOKS)}. Begin the names of other methods with _."
                )
            if inspect.iscoroutinefunction(function):
                raise ConfigurationError(
                    f"{cls.__qualname__}.{name}() must be a plain function: hooks run "
                    "where the ORM runs, not on an event loop."
                )

    def may_join(self, user: Any) -> bool:
        """Tell whether a new Logto account is this local user's; see ``JOIN_BY_EMAIL``.

        Asked only where the setting is on and everything else allows it. Without a yes
        the account gets a user of its own.

        Args:
            user: Has the e-mail address of the account.
        """
        return True

    def may_sign_in(self, user: Any) -> bool:
        """Tell whether this person may sign in here; nothing is written before.

        Args:
            user: The local user, also one who would be joined by e-mail; None when it
                would be a new one.

        Raises:
            SignInNotAllowed: As returning False does, with a message of the site's.
        """
        return True

    def username(self) -> str:
        """Return the username that a new user should have, empty for the usual one.

        It is cut to its field, and gets a number while another user has it. Not asked
        where the user model's ``USERNAME_FIELD`` is the e-mail address.
        """
        return ""

    def update_user(self, user: Any, *, is_new: bool) -> None:
        """Set fields of the user from ``self.claims``; what is changed gets saved.

        Args:
            user: With what ``USER_FIELDS`` fills. A new one is not saved yet and may be
                dropped for another try: set fields and do nothing else.
            is_new: False at every later sign-in.
        """

    def after_sign_in(
        self, user: Any, account: LogtoAccount, *, is_new: bool, next_url: str
    ) -> str | None:
        """Act on a completed sign-in.

        Args:
            user: Signed in, as ``self.request.user`` is.
            is_new: The user was made by this sign-in.
            next_url: Where the visitor goes now.

        Returns:
            URL or view name to go to instead; ignored when it is not a safe ``next``.
        """
        return None


#: The names of all hooks, in the order in which they are called.
HOOKS = tuple(name for name in vars(Hooks) if not name.startswith("_"))


def hooks_for(request: HttpRequest, claims: Mapping[str, Any]) -> Hooks:
    """Return the site's hooks for one sign-in.

    Raises:
        ConfigurationError: ``HOOKS`` names no subclass of `Hooks`.
    """
    hooks: Hooks = (logto_settings.HOOKS or Hooks)(request, claims)
    return hooks
