"""What this site decides about a sign-in: who administers the demo."""

from __future__ import annotations

from typing import Any

from logto_auth.hooks import Hooks

ADMINISTRATORS = "admin"


class DemoHooks(Hooks):
    """Makes whoever has the role ``admin`` in Logto a superuser here.

    Good enough for a Logto that only plays: a real site thinks about which of its
    rights a role in Logto is worth, and gives those, by a group for instance.
    """

    def update_user(self, user: Any, *, is_new: bool) -> None:
        """Follow the role at every sign-in, so that losing it loses the rights.

        Users with a password, who have connected their Logto account, have their rights
        from this site: they gain by the role, and lose nothing.
        """
        is_administrator = ADMINISTRATORS in self.claims.get("roles", ())
        if is_administrator or not user.has_usable_password():
            user.is_staff = user.is_superuser = is_administrator
