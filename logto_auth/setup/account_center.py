"""Logto's account center: what people may see and change of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..management_api import AccountCenter, ManagementApi
from .merged import differences, merged
from .outcome import Outcome
from .sections import AccountCenterSection
from .step import Step, changed_or_kept


@dataclass(frozen=True, slots=True)
class AccountCenterSetup:
    """What the site wants the account center to be."""

    section: AccountCenterSection

    def step(self, api: ManagementApi, outcome: Outcome) -> Step:
        """Return what is to be done."""
        present = api.get_account_center()
        current = {"enabled": present.enabled, "fields": dict(present.fields)}
        return changed_or_kept(
            _("Account center"),
            tuple(differences(current, self._wanted(present))),
            lambda api, outcome: self._change(api),
        )

    def _wanted(self, present: AccountCenter) -> dict[str, Any]:
        wanted: dict[str, Any] = {}
        if self.section.enabled is not None:
            wanted["enabled"] = self.section.enabled
        if self.section.fields:
            wanted["fields"] = merged(present.fields, self.section.fields)
        return wanted

    def _change(self, api: ManagementApi) -> None:
        api.update_account_center(self._wanted(api.get_account_center()))
