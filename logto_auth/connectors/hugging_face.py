"""Signing in with Hugging Face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from ..errors import Text
from . import kinds
from .connector import ClientConnector
from .option import option


@dataclass(frozen=True, kw_only=True)
class HuggingFaceConnector(ClientConnector):
    """Logto's connector for Hugging Face."""

    factory_id = "huggingface-universal"
    title = "Hugging Face"
    target = "huggingface"
    default_scope: ClassVar[str] = "profile"
    suggested_scope: ClassVar[str] = "profile email"
    asked: ClassVar[tuple[str, ...]] = (*ClientConnector.asked, "scope")
    page: ClassVar[str] = "huggingface"
    traps: ClassVar[tuple[Text, ...]] = (
        _(
            "Logto stores no tokens of this connector. To call Hugging Face for a "
            "user, use an OIDC connector with the issuer https://huggingface.co "
            "instead."
        ),
        _(
            "Each scope has to be ticked in the OAuth app at Hugging Face as well; "
            "without email there is no e-mail address."
        ),
        _(
            "Logto does not ask whether the e-mail address was verified: join no "
            "accounts by it."
        ),
    )
    steps: ClassVar[tuple[Text, ...]] = (
        _(
            "Sign in at https://huggingface.co/settings/applications/new, which "
            "creates an OAuth app."
        ),
        _("Application Name and Homepage URL: those of your site."),
        _("Scopes: tick %(scopes)s."),
        _("Redirect URI: %(callback_url)s"),
        _(
            "Create it. Client ID goes into client_id; create an app secret, which "
            "goes into client_secret."
        ),
    )

    scope: str = option(
        kinds.text,
        _(
            "Scopes with blanks between them. profile is Logto's default; email brings "
            "the e-mail address."
        ),
    )
