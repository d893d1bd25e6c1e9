"""Signing in with Facebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from ..errors import Text
from . import kinds
from .connector import ClientConnector
from .option import option
from .problem import Problem

#: What Logto reads to tell who somebody is.
NEEDED_SCOPES = ("email", "public_profile")
UNKNOWN_SCOPE = "offline_access"
_LACKS = _("lacks %(scopes)s, which Logto needs; what is given replaces its default.")
_REFUSED = _("has %(scope)s, which Facebook does not know and may refuse.")


@dataclass(frozen=True, kw_only=True)
class FacebookConnector(ClientConnector):
    """Logto's connector for Facebook."""

    factory_id = "facebook-universal"
    title = "Facebook"
    target = "facebook"
    default_scope: ClassVar[str] = ",".join(NEEDED_SCOPES)
    token_storage: ClassVar[bool] = True
    page: ClassVar[str] = "facebook"
    traps: ClassVar[tuple[Text, ...]] = (
        _(
            "A scope of your own replaces Logto's default: always keep email and "
            "public_profile in it."
        ),
        _("Never ask for offline_access: Facebook does not know it."),
        _(
            "A stored token lasts 60 days and cannot be refreshed: the user has to "
            "allow it again."
        ),
        _(
            "Facebook does not tell whether the e-mail address was verified: join no "
            "accounts by it."
        ),
        _("The address of the picture expires after a while."),
        _("Until the app is published, only its testers and developers can sign in."),
    )
    steps: ClassVar[tuple[Text, ...]] = (
        _(
            "At https://developers.facebook.com/apps create an app with the use case "
            "“Authenticate and request data from users with Facebook Login”."
        ),
        _("Use cases > Customize: add the permissions %(scopes)s."),
        _(
            "Use cases > Facebook Login > Settings > Valid OAuth Redirect URIs: "
            "%(callback_url)s"
        ),
        _(
            "App settings > Basic: App ID goes into client_id, App secret into "
            "client_secret."
        ),
        _("To try it before it is published: App roles > Test Users."),
        _(
            "Publish: enter the privacy policy's address and how users have their data "
            "deleted, save, and switch the app to Live."
        ),
    )

    scope: str = option(
        kinds.text,
        _(
            "Scopes with blanks or commas between them, which replace Logto's default: "
            "keep email and public_profile."
        ),
    )

    def warnings(self) -> list[Problem]:
        """Return what Logto takes and people regret."""
        found = super().warnings()
        lacking = [scope for scope in NEEDED_SCOPES if scope not in self.scopes]
        if lacking:
            message = _LACKS % {"scopes": " ".join(lacking)}
            found.append(Problem("scope", message))
        if UNKNOWN_SCOPE in self.scopes:
            found.append(Problem("scope", _REFUSED % {"scope": UNKNOWN_SCOPE}))
        return found
