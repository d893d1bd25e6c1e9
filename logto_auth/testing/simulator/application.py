"""Applications that the simulator knows, and what each type of them may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from .application_secret import FIRST_NAME, ApplicationSecret
from .clock import Clock

ApplicationType = Literal["Traditional", "SPA", "Native", "MachineToMachine"]
#: The name of the role that brings everything at the Management API.
MANAGEMENT_ROLE = "Logto Management API access"

_FOR_PEOPLE = ("authorization_code", "refresh_token")
_GRANT_TYPES: Mapping[ApplicationType, tuple[str, ...]] = {
    "Traditional": _FOR_PEOPLE,
    "SPA": _FOR_PEOPLE,
    "Native": _FOR_PEOPLE,
    "MachineToMachine": ("client_credentials",),
}


@dataclass
class Application:
    """One application and what Logto's console would let an administrator set.

    Args:
        app_id: App ID, the OAuth ``client_id``.
        secret: App secret, the one that Logto makes with the application.
        redirect_uris: Compared exactly.
        post_logout_redirect_uris: Compared exactly.
        name: Shown on the sign-in page.
        access_control_denied: Usernames that application access control keeps out.
        third_party: Ask people for consent, as Logto does for third-party applications.
        always_issue_refresh_token: Issue a refresh token without ``offline_access``.
        type: Logto's word for it. An ``SPA`` has no secret and rotates its refresh
            token at every use, as does ``Native``; ``MachineToMachine`` signs nobody
            in.
        roles: Names of the machine-to-machine roles that it holds.
        back_channel_logout_uri: Told when a Logto session ends.
        back_channel_logout_session_required: ID tokens and logout tokens say which
            session, in ``sid``.
        more_secrets: Those made later.
        created_at: Milliseconds since the epoch.
    """

    app_id: str = "demo-app"
    secret: str = field(default="demo-secret", repr=False)
    redirect_uris: tuple[str, ...] = ("http://localhost:8000/logto/callback/",)
    post_logout_redirect_uris: tuple[str, ...] = (
        "http://localhost:8000/logto/signed-out/",
    )
    name: str = "Demo application"
    access_control_denied: set[str] = field(default_factory=set)
    third_party: bool = False
    always_issue_refresh_token: bool = False
    type: ApplicationType = "Traditional"
    roles: Sequence[str] = ()
    back_channel_logout_uri: str | None = None
    back_channel_logout_session_required: bool = False
    description: str | None = None
    custom_data: dict[str, Any] = field(default_factory=dict)
    custom_client_metadata: dict[str, Any] = field(default_factory=dict)
    more_secrets: list[ApplicationSecret] = field(default_factory=list)
    created_at: int = field(default_factory=Clock().milliseconds, compare=False)

    @property
    def is_public(self) -> bool:
        """Whether it runs where it cannot keep a secret (RFC 6749, 2.1)."""
        return self.type in ("SPA", "Native")

    @property
    def is_machine(self) -> bool:
        """Whether it comes by itself and signs nobody in."""
        return self.type == "MachineToMachine"

    @property
    def secrets(self) -> list[ApplicationSecret]:
        """Every secret that it has."""
        first = ApplicationSecret(FIRST_NAME, self.secret, self.created_at)
        return [*([first] if self.secret else []), *self.more_secrets]

    @property
    def has_sid(self) -> bool:
        """Whether its tokens say which Logto session they come from."""
        return bool(
            self.back_channel_logout_uri and self.back_channel_logout_session_required
        )

    @property
    def grant_types(self) -> tuple[str, ...]:
        """What it may send to the token endpoint."""
        return _GRANT_TYPES[self.type]


def machine_application() -> Application:
    """Return the ready-made machine that may use the Management API."""
    app_id = "demo-machine"
    return Application(
        app_id=app_id,
        secret=f"{app_id}-secret",
        redirect_uris=(),
        post_logout_redirect_uris=(),
        name="Demo machine",
        type="MachineToMachine",
        roles=(MANAGEMENT_ROLE,),
    )
