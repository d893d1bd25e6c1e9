"""Applications that the simulator knows: Logto's "Traditional web" applications."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Application:
    """One application and what Logto's console would let an administrator set.

    Args:
        app_id: App ID, the OAuth ``client_id``.
        secret: App secret.
        redirect_uris: Compared exactly.
        post_logout_redirect_uris: Compared exactly.
        name: Shown on the sign-in page.
        access_control_denied: Usernames that application access control keeps out.
        third_party: Ask people for consent, as Logto does for third-party applications.
        always_issue_refresh_token: Issue a refresh token without ``offline_access``.
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
