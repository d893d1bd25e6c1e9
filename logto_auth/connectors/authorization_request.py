"""What Logto adds when it sends people to a provider: ``authRequestOptionalConfig``."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from . import kinds
from .option import option
from .options import Options
from .problem import Problem

#: In the guide's table, and kept by Logto, which uses those of the connector instead.
UNUSED = ("response_type", "token_endpoint")
_UNUSED = _("is not used by Logto, which takes the connector's own.")


@dataclass(frozen=True, kw_only=True)
class AuthorizationRequestOptions(Options):
    """Parameters of the authentication request (OIDC Core, 3.1.2.1), all text."""

    response_type: str = option(
        kinds.one_of("code"), _("Not used: Logto always asks for a code.")
    )
    token_endpoint: str = option(
        kinds.address, _("Not used: Logto takes the connector's token_endpoint.")
    )
    response_mode: str = option(
        kinds.text, _("How the provider is to answer: query or form_post.")
    )
    display: str = option(
        kinds.text, _("How its page is to look: page, popup, touch or wap.")
    )
    prompt: str = option(
        kinds.text,
        _("What it is to ask, with blanks: login, consent, select_account or none."),
    )
    max_age: str = option(
        kinds.text,
        _("How long ago people may have signed in there: seconds, written as text."),
    )
    ui_locales: str = option(
        kinds.text, _("Languages in the order of preference, with blanks.")
    )
    id_token_hint: str = option(
        kinds.text, _("An ID token of who is to sign in."), secret=True
    )
    login_hint: str = option(
        kinds.text, _("Who is to sign in, as the provider names them.")
    )
    acr_values: str = option(
        kinds.text, _("How they are to prove it: classes of the provider, with blanks.")
    )

    def warnings(self) -> list[Problem]:
        """Return what is given and not used."""
        return [Problem(name, _UNUSED) for name in UNUSED if getattr(self, name)]
