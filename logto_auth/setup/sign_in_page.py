"""Logto's sign-in page: its providers and their order, and how people register."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..management_api import ManagementApi, SignInExperience
from .declaration import Declaration
from .merged import differences, merged, superfluous, together
from .outcome import Outcome
from .sections import SignInSection
from .sign_up import SIGN_UP_IDENTIFIERS, sign_in_methods, sign_up
from .step import Step, changed_or_kept

_SOCIAL = "socialSignInConnectorTargets"


@dataclass(frozen=True, slots=True)
class SignInPageSetup:
    """What the site wants the sign-in page to be.

    Args:
        shown: Targets of declared connectors that are on the page.
        hidden: Targets of declared connectors that are for linking only.
    """

    section: SignInSection
    shown: Sequence[str]
    hidden: Sequence[str]
    prune: bool

    @classmethod
    def of(cls, declaration: Declaration, *, prune: bool) -> SignInPageSetup:
        """Return what a declaration wants of the page."""
        return cls(
            declaration.sign_in,
            shown=declaration.targets(linking_only=False),
            hidden=declaration.targets(linking_only=True),
            prune=prune,
        )

    def step(self, api: ManagementApi, outcome: Outcome) -> Step:
        """Return what is to be done."""
        present = api.get_sign_in_experience()
        removed = {
            *self.hidden,
            *superfluous(
                present.social_targets,
                (*self.shown, *(self.section.social or ())),
                prune=self.prune,
            ),
        }
        return changed_or_kept(
            _("Sign-in page"),
            tuple(differences(present.document, self._wanted(present, removed))),
            lambda api, outcome: self._change(api, removed),
        )

    def _change(self, api: ManagementApi, removed: Collection[str]) -> None:
        present = api.get_sign_in_experience()
        api.update_sign_in_experience(self._wanted(present, removed))

    def _wanted(
        self, present: SignInExperience, removed: Collection[str]
    ) -> dict[str, Any]:
        wanted: dict[str, Any] = {
            _SOCIAL: self.targets(present.social_targets, removed)
        }
        if self.section.sign_up_identifier:
            identifiers = SIGN_UP_IDENTIFIERS[self.section.sign_up_identifier]
            wanted["signUp"] = sign_up(present.sign_up, identifiers)
            methods = sign_in_methods(present.sign_in, identifiers)
            wanted["signIn"] = merged(present.sign_in, {"methods": methods})
        return wanted

    def targets(
        self, present: Sequence[str], removed: Collection[str] = ()
    ) -> list[str]:
        """Return the targets of the buttons in order.

        Args:
            present: Those in Logto, whose order stays where none is declared.
            removed: Those that leave the page.
        """
        first = self.section.social or ()
        return list(dict.fromkeys((*first, *together(present, self.shown, removed))))
