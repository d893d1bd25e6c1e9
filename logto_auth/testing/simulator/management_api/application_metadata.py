"""An application as the Management API writes it, with its two kinds of metadata."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..application import Application
from .body_guard import flag, list_of, members, optional, web_address

#: What ``oidcClientMetadata`` may be.
METADATA = members(
    redirectUris=list_of(web_address),
    postLogoutRedirectUris=list_of(web_address),
    backchannelLogoutUri=optional(web_address),
    backchannelLogoutSessionRequired=optional(flag),
)
_ALWAYS_REFRESHABLE = "alwaysIssueRefreshToken"


def application_document(application: Application) -> dict[str, Any]:
    """Return the application, without its secrets."""
    return {
        "tenantId": "default",
        "id": application.app_id,
        "name": application.name,
        "description": application.description,
        "type": application.type,
        "oidcClientMetadata": _oidc_client_metadata(application),
        "customClientMetadata": _custom_client_metadata(application),
        "protectedAppMetadata": None,
        "customData": application.custom_data,
        "isThirdParty": application.third_party,
        "appLevelAccessControlEnabled": bool(application.access_control_denied),
        "createdAt": application.created_at,
    }


def set_metadata(application: Application, body: Mapping[str, Any]) -> None:
    """Replace the metadata that ``body`` holds, each as a whole."""
    if "oidcClientMetadata" in body:
        metadata = body["oidcClientMetadata"]
        application.redirect_uris = tuple(metadata["redirectUris"])
        application.post_logout_redirect_uris = tuple(
            metadata["postLogoutRedirectUris"]
        )
        application.back_channel_logout_uri = metadata.get("backchannelLogoutUri")
        application.back_channel_logout_session_required = metadata.get(
            "backchannelLogoutSessionRequired", False
        )
    if "customClientMetadata" in body:
        custom = dict(body["customClientMetadata"])
        application.always_issue_refresh_token = bool(
            custom.pop(_ALWAYS_REFRESHABLE, False)
        )
        application.custom_client_metadata = custom


def _oidc_client_metadata(application: Application) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "redirectUris": list(application.redirect_uris),
        "postLogoutRedirectUris": list(application.post_logout_redirect_uris),
    }
    if application.back_channel_logout_uri is not None:
        metadata["backchannelLogoutUri"] = application.back_channel_logout_uri
        metadata["backchannelLogoutSessionRequired"] = (
            application.back_channel_logout_session_required
        )
    return metadata


def _custom_client_metadata(application: Application) -> dict[str, Any]:
    metadata = dict(application.custom_client_metadata)
    if application.always_issue_refresh_token:
        metadata[_ALWAYS_REFRESHABLE] = True
    return metadata
