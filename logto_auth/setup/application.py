"""The application that signs visitors in: its addresses, and its secret."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from ..errors import ManagementEntityNotFound, SetupImpossible, Text
from ..management_api import TRADITIONAL, Application, ManagementApi
from ..web.site_addresses import SiteAddresses
from .merged import differences, merged, superfluous, together
from .outcome import Outcome
from .sections import ApplicationSection
from .step import Action, Step, changed_or_kept


@dataclass(frozen=True, slots=True)
class ApplicationSetup:
    """What the site wants its application to be.

    Args:
        app_id: Empty where the settings have none yet.
        app_secret: The same.
    """

    section: ApplicationSection
    site: SiteAddresses
    app_id: str
    app_secret: str = field(repr=False)
    prune: bool

    def step(self, api: ManagementApi, outcome: Outcome) -> Step:
        """Return what is to be done.

        Raises:
            SetupImpossible: There is no such application, or it is of another type.
        """
        present = self._present(api)
        if present is None:
            body = self._new()
            return Step(
                Action.CREATE,
                format_lazy(_("Application {name}"), name=body["name"]),
                tuple(differences({}, body)),
                apply=lambda api, outcome: self._create(api, body, outcome),
            )
        self._note(api, present, outcome)
        removed = superfluous(
            (*present.redirect_uris, *present.post_logout_redirect_uris),
            (*self._redirect_uris, *self._post_sign_out_redirect_uris),
            prune=self.prune,
        )
        return changed_or_kept(
            format_lazy(_("Application {name}"), name=present.name),
            tuple(differences(present.document, self._wanted(present, removed))),
            lambda api, outcome: self._change(api, present.id, removed),
            self._notes(present),
        )

    @sensitive_variables()
    def _note(self, api: ManagementApi, present: Application, outcome: Outcome) -> None:
        outcome.app_id = present.id
        outcome.app_secret = _secret(api, present.id, preferred=self.app_secret)

    def _present(self, api: ManagementApi) -> Application | None:
        if self.app_id:
            return self._configured(api)
        alike = [
            application
            for application in api.list_applications()
            if application.type == TRADITIONAL
            and set(application.redirect_uris) & set(self.site.redirect_uris)
        ]
        if len(alike) > 1:
            raise SetupImpossible(
                ", ".join(application.id for application in alike),
                reason="several_applications",
            )
        return alike[0] if alike else None

    def _configured(self, api: ManagementApi) -> Application:
        try:
            present = api.get_application(self.app_id)
        except ManagementEntityNotFound as error:
            raise SetupImpossible(self.app_id, reason="no_application") from error
        if present.type != TRADITIONAL:
            raise SetupImpossible(present.type, reason="application_type")
        return present

    def _new(self) -> dict[str, Any]:
        return {
            "name": self.section.name or self.site.host,
            "type": TRADITIONAL,
            "oidcClientMetadata": {
                "redirectUris": list(self._redirect_uris),
                "postLogoutRedirectUris": list(self._post_sign_out_redirect_uris),
                **self._back_channel(None),
            },
        }

    def _wanted(
        self, present: Application, removed: Collection[str] = ()
    ) -> dict[str, Any]:
        """Return the members to send; Logto replaces each as a whole."""
        uris = together(present.redirect_uris, self._redirect_uris, removed)
        post_sign_out_uris = together(
            present.post_logout_redirect_uris,
            self._post_sign_out_redirect_uris,
            removed,
        )
        declared = {
            "redirectUris": uris,
            "postLogoutRedirectUris": post_sign_out_uris,
            **self._back_channel(present),
        }
        metadata: Mapping[str, Any] = present.document.get("oidcClientMetadata") or {}
        wanted: dict[str, Any] = {"oidcClientMetadata": merged(metadata, declared)}
        if self.section.name:
            wanted["name"] = self.section.name
        return wanted

    @property
    def _redirect_uris(self) -> tuple[str, ...]:
        uris = (*self.site.redirect_uris, *self.section.redirect_uris)
        return tuple(dict.fromkeys(uris))

    @property
    def _post_sign_out_redirect_uris(self) -> tuple[str, ...]:
        uris = (
            *self.site.post_sign_out_redirect_uris,
            *self.section.post_sign_out_redirect_uris,
        )
        return tuple(dict.fromkeys(uris))

    def _back_channel(self, present: Application | None) -> dict[str, Any]:
        uri = self._back_channel_logout_uri
        if uri is None or self._is_elsewhere(present):
            return {}
        return {
            "backchannelLogoutUri": uri,
            "backchannelLogoutSessionRequired": True,
        }

    @property
    def _back_channel_logout_uri(self) -> str | None:
        declared = self.section.back_channel_logout_uri
        return declared or self.site.back_channel_logout_uri

    def _is_elsewhere(self, present: Application | None) -> bool:
        """Tell whether a person has entered another address than this site's."""
        if present is None or self.section.back_channel_logout_uri:
            return False
        entered = present.back_channel_logout_uri
        return bool(entered) and entered != self.site.back_channel_logout_uri

    def _notes(self, present: Application) -> tuple[Text, ...]:
        if self._back_channel_logout_uri is None or not self._is_elsewhere(present):
            return ()
        note = _("The back-channel logout URI in Logto is kept: {uri}")
        return (format_lazy(note, uri=present.back_channel_logout_uri),)

    def _change(
        self, api: ManagementApi, app_id: str, removed: Collection[str]
    ) -> None:
        present = api.get_application(app_id)
        api.update_application(app_id, self._wanted(present, removed))

    def _create(
        self, api: ManagementApi, body: Mapping[str, Any], outcome: Outcome
    ) -> None:
        """Create it, unless somebody else has done so meanwhile: then take theirs."""
        present = self._present(api)
        if present is None:
            present = api.create_application(body)
        else:
            api.update_application(present.id, self._wanted(present))
        self._note(api, present, outcome)


@sensitive_variables()
def _secret(api: ManagementApi, app_id: str, *, preferred: str = "") -> str:
    """Return a secret that is good, the one that ends last; empty if there is none.

    Args:
        preferred: Taken where it is one.
    """
    now = time.time() * 1000
    good = {
        secret.value: secret.expires_at or math.inf
        for secret in api.list_application_secrets(app_id)
        if secret.expires_at is None or secret.expires_at > now
    }
    if preferred in good:
        return preferred
    return max(good, key=lambda value: good[value], default="")
