"""Interactions: sign-ins that have left for Logto's pages and are not back yet."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from aiohttp import web

from .authorization_request import AuthorizationRequest
from .clock import Clock
from .cookies import read_cookie, set_cookie
from .grants import opaque

INTERACTION_SECONDS = 3600
_COOKIE = "_interaction"
_RESUME_COOKIE = "_interaction_resume"


@dataclass
class Interaction:
    """One prompt on the way to the callback.

    Args:
        prompt: ``login`` or ``consent``.
        session_uid: The Logto session that the browser had when it was sent here.
        signed_in_sub: Who signed in during it.
        verified: Subjects by verification id; ``identified_sub`` is the chosen one.
        is_consented: Whether consent was given, by the person or automatically.
        message: Shown once, on the next page.
        provider_state: What the played provider has to bring back.
    """

    request: AuthorizationRequest
    prompt: str
    session_uid: str | None = field(default=None, repr=False)
    signed_in_sub: str | None = None
    verified: dict[str, str] = field(default_factory=dict, repr=False)
    identified_sub: str | None = None
    is_consented: bool = False
    message: str = ""
    provider_state: str = field(default_factory=opaque, repr=False)
    uid: str = field(default_factory=opaque, repr=False)
    expires_at: float = 0

    @property
    def resume_path(self) -> str:
        """Where the browser continues when the prompt is answered."""
        return f"/oidc/auth/{self.uid}"

    def take_message(self) -> str:
        """Return the message and forget it."""
        message, self.message = self.message, ""
        return message


class Interactions:
    """Every interaction of the tenant.

    A browser has one per application: a second tab's replaces the first's.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_uid: dict[str, Interaction] = {}

    def start(
        self, request: web.Request, response: web.Response, interaction: Interaction
    ) -> None:
        """Keep ``interaction`` and give the browser its cookies."""
        interaction.expires_at = self._clock.now() + INTERACTION_SECONDS
        expires = self._clock.http_date(INTERACTION_SECONDS)
        self._by_uid[interaction.uid] = interaction
        app_id = interaction.request.app_id
        shown = {"appId": app_id, **_shared(interaction.request.experience)}
        set_cookie(
            response,
            "_logto",
            json.dumps(shown, separators=(",", ":")),
            http_only=False,
        )
        uids = {**_uids(request), app_id: interaction.uid, "_legacy": interaction.uid}
        set_cookie(
            response,
            _COOKIE,
            quote(json.dumps(uids, separators=(",", ":")), safe=""),
            expires=expires,
        )
        set_cookie(
            response,
            _RESUME_COOKIE,
            interaction.uid,
            path=interaction.resume_path,
            expires=expires,
        )

    def of_page(self, request: web.Request, app_id: str | None) -> Interaction | None:
        """Return the interaction that a page of Logto's belongs to."""
        uids = _uids(request)
        return self.find(uids.get(app_id or "") or uids.get("_legacy"))

    def to_resume(self, request: web.Request) -> tuple[str | None, Interaction | None]:
        """Return the resume cookie and the interaction it stands for."""
        uid = read_cookie(request, _RESUME_COOKIE)
        return uid, self.find(uid)

    def find(self, uid: str | None) -> Interaction | None:
        """Return an interaction, None when it is over or older than an hour."""
        interaction = self._by_uid.get(uid or "")
        if interaction is None or self._clock.now() >= interaction.expires_at:
            return None
        return interaction

    def end(self, interaction: Interaction) -> None:
        """Forget ``interaction``."""
        self._by_uid.pop(interaction.uid, None)


def _uids(request: web.Request) -> dict[str, str]:
    cookie = read_cookie(request, _COOKIE)
    if cookie is None:
        return {}
    document: dict[str, str] = json.loads(unquote(cookie))
    return document


def _shared(experience: dict[str, str]) -> dict[str, str]:
    names = {"organizationId": "organization_id", "uiLocales": "ui_locales"}
    return {key: experience[name] for key, name in names.items() if name in experience}
