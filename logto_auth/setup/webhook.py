"""The webhook by which Logto tells this site of its users."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..conf import logto_settings
from ..errors import ManagementEntityNotFound, Text
from ..management_api import Hook, ManagementApi
from .merged import differences, superfluous, together
from .outcome import Outcome
from .sections import WebhookSection
from .step import Action, Step, changed_or_kept


@dataclass(frozen=True, slots=True)
class WebhookSetup:
    """What the site wants its webhook to be.

    Args:
        url: Where this site takes it.
        name: What it is called when it is created and not named.
    """

    section: WebhookSection
    url: str
    name: str
    prune: bool

    def step(self, api: ManagementApi, outcome: Outcome) -> Step:
        """Return what is to be done."""
        subject = format_lazy(_("Webhook {url}"), url=self.url)
        present = self._present(api)
        if present is None:
            body = {
                "name": self.section.name or self.name,
                "events": self.section.first_events,
                "config": {"url": self.url},
                "enabled": True,
            }
            return Step(
                Action.CREATE,
                subject,
                tuple(differences({}, body)),
                apply=lambda api, outcome: self._create(api, body, outcome),
            )
        outcome.signing_key = present.signing_key
        removed = superfluous(
            present.events,
            self.section.events or present.events,
            prune=self.prune,
        )
        return changed_or_kept(
            subject,
            tuple(differences(_current(present), self._wanted(present, removed))),
            lambda api, outcome: self._change(api, removed),
            tuple(_notes(present, self._all(api))),
        )

    def _all(self, api: ManagementApi) -> list[Hook]:
        return [hook for hook in api.list_hooks() if hook.url == self.url]

    def _present(self, api: ManagementApi) -> Hook | None:
        """Return the webhook for this site: one whose key it has, and switched on."""
        keys = logto_settings.WEBHOOK_SIGNING_KEYS
        hooks = sorted(
            self._all(api),
            key=lambda hook: (hook.signing_key not in keys, not hook.enabled),
        )
        return hooks[0] if hooks else None

    def _wanted(self, present: Hook, removed: Collection[str] = ()) -> dict[str, Any]:
        wanted: dict[str, Any] = {}
        if self.section.events:
            wanted["events"] = together(present.events, self.section.events, removed)
        if self.section.name:
            wanted["name"] = self.section.name
        return wanted

    def _change(self, api: ManagementApi, removed: Collection[str]) -> None:
        present = self._present(api)
        if present is None:
            raise ManagementEntityNotFound(self.url)
        api.update_hook(present.id, self._wanted(present, removed))

    def _create(
        self, api: ManagementApi, body: dict[str, Any], outcome: Outcome
    ) -> None:
        """Create it, unless somebody else has done so meanwhile: then take theirs."""
        present = self._present(api) or api.create_hook(body)
        outcome.signing_key = present.signing_key


def _current(hook: Hook) -> dict[str, Any]:
    return {"name": hook.name, "events": list(hook.events)}


def _notes(hook: Hook, hooks: list[Hook]) -> Iterator[Text]:
    if not hook.enabled:
        yield _("It is switched off in Logto's Console, and stays so.")
    if len(hooks) > 1:
        note = _(
            "Logto has several with this address; this is about the one with id {id}."
        )
        yield format_lazy(note, id=hook.id)
