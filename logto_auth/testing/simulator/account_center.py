"""What people may change of their own account, as an administrator has set it up."""

from __future__ import annotations

import copy
from typing import Any

#: A fresh tenant's settings: people may change nothing.
BEGINNING: dict[str, Any] = {
    "tenantId": "default",
    "id": "default",
    "enabled": False,
    "fields": {},
    "webauthnRelatedOrigins": [],
    "deleteAccountUrl": None,
    "customCss": None,
    "profileFields": None,
}


class AccountCenter:
    """The settings of the Account API.

    Attributes:
        settings: By Logto's own names; each of them is replaced as a whole.
    """

    def __init__(self) -> None:
        self.settings = copy.deepcopy(BEGINNING)
