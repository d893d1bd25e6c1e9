"""What Logto's sign-in page offers, as an administrator has set it up."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from .connector import Connector

#: A fresh tenant's settings.
BEGINNING: dict[str, Any] = {
    "tenantId": "default",
    "id": "default",
    "color": {
        "primaryColor": "#6139F6",
        "isDarkModeEnabled": False,
        "darkPrimaryColor": "#8768F8",
    },
    "branding": {
        "logoUrl": "https://logto.io/logo.svg",
        "darkLogoUrl": "https://logto.io/logo-dark.svg",
    },
    "hideLogtoBranding": False,
    "languageInfo": {"autoDetect": True, "fallbackLanguage": "en"},
    "termsOfUseUrl": None,
    "privacyPolicyUrl": None,
    "agreeToTermsPolicy": "Automatic",
    "signIn": {
        "methods": [
            {
                "identifier": "username",
                "password": True,
                "verificationCode": False,
                "isPasswordPrimary": True,
            }
        ]
    },
    "signUp": {"identifiers": ["username"], "password": True, "verify": False},
    "socialSignIn": {},
    "socialSignInConnectorTargets": [],
    "signInMode": "SignInAndRegister",
    "customCss": None,
    "customContent": {},
    "customUiAssets": None,
    "customUiCsp": {},
    "passwordPolicy": {},
    "mfa": {"factors": [], "policy": "UserControlled"},
    "adaptiveMfa": {},
    "singleSignOnEnabled": False,
    "supportEmail": None,
    "supportWebsiteUrl": None,
    "unknownSessionRedirectUrl": None,
    "captchaPolicy": {},
    "sentinelPolicy": {},
    "emailBlocklistPolicy": {},
    "verificationCodePolicy": {},
    "forgotPasswordMethods": [],
    "passkeySignIn": {},
    "signUpProfileFields": None,
    "passwordExpiration": {},
    "usernamePolicy": {
        "caseSensitive": True,
        "minLength": 1,
        "maxLength": 128,
        "allowedChars": {
            "lowercase": True,
            "uppercase": True,
            "numbers": True,
            "underscore": True,
        },
    },
}
_TARGETS = "socialSignInConnectorTargets"
_NOT_PUBLIC = ("emailBlocklistPolicy", "forgotPasswordMethods")
# Of a connector's own members, what the pages are not told.
_NOT_ON_A_PAGE = ("formItems",)


class SignInExperience:
    """The settings of the sign-in page.

    Attributes:
        settings: By Logto's own names; each of them is replaced as a whole.
    """

    def __init__(self, targets: Iterable[str] = ()) -> None:
        self.settings = copy.deepcopy(BEGINNING)
        self.targets = list(targets)

    @property
    def targets(self) -> list[str]:
        """The targets of the connectors on the page, in order."""
        targets: list[str] = self.settings[_TARGETS]
        return targets

    @targets.setter
    def targets(self, targets: list[str]) -> None:
        self.settings[_TARGETS] = targets

    def change(self, changes: dict[str, Any], connectors: Iterable[Connector]) -> None:
        """Set what ``changes`` names; a target without a connector is dropped."""
        self.settings.update(changes)
        existing = {item.target for item in connectors if item.is_social}
        self.targets = [target for target in self.targets if target in existing]

    def shown(self, connectors: Iterable[Connector]) -> list[Connector]:
        """Return the connectors on the page, in its order."""
        social = [item for item in connectors if item.is_social]
        return [
            item for target in self.targets for item in social if item.target == target
        ]

    def public(self, connectors: Iterable[Connector]) -> dict[str, Any]:
        """Return what everybody may read, from which Logto's own page is drawn."""
        everything = list(connectors)
        has = {item.factory.type for item in everything}
        return {
            **_without(self.settings, _NOT_PUBLIC),
            "socialConnectors": [
                _without(item.on_a_page(), _NOT_ON_A_PAGE)
                for item in self.shown(everything)
            ],
            "ssoConnectors": [],
            "forgotPassword": {"phone": "Sms" in has, "email": "Email" in has},
            "isDevelopmentTenant": False,
            "customProfileFields": [],
            "customProfileFieldCatalog": [],
        }


def _without(document: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names}
