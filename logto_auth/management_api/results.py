"""What the Management API returns, typed.

``document`` is all that Logto said: Logto replaces whole objects, so who changes a
part sends the rest back as it was. It may hold secrets and is in no ``repr``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from . import shape
from .pages import Page
from .shape import Document

__all__ = [
    "TRADITIONAL",
    "AccountCenter",
    "Application",
    "ApplicationSecret",
    "Connector",
    "ConnectorFactory",
    "Hook",
    "Page",
    "Role",
    "SignInExperience",
]


#: The type of the applications that sign people in to a site with a server.
TRADITIONAL = "Traditional"


@dataclass(frozen=True, slots=True)
class Application:
    """An application; its secrets are asked for by themselves."""

    id: str
    name: str
    type: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...]
    back_channel_logout_uri: str | None
    back_channel_logout_session_required: bool
    always_issues_refresh_token: bool
    is_third_party: bool
    document: Document = field(repr=False)

    @classmethod
    def parse(cls, value: Any) -> Self:
        document = shape.document_of(value)
        metadata = shape.mapping(document, "oidcClientMetadata")
        return cls(
            id=shape.text(document, "id"),
            name=shape.text(document, "name"),
            type=shape.text(document, "type"),
            redirect_uris=shape.texts(metadata, "redirectUris"),
            post_logout_redirect_uris=shape.texts(metadata, "postLogoutRedirectUris"),
            back_channel_logout_uri=shape.text_or_none(
                metadata, "backchannelLogoutUri"
            ),
            back_channel_logout_session_required=shape.flag(
                metadata, "backchannelLogoutSessionRequired"
            ),
            always_issues_refresh_token=shape.flag(
                shape.mapping(document, "customClientMetadata"),
                "alwaysIssueRefreshToken",
            ),
            is_third_party=shape.flag(document, "isThirdParty"),
            document=document,
        )


@dataclass(frozen=True, slots=True)
class ApplicationSecret:
    """A secret of an application. ``expires_at`` is in milliseconds, or None."""

    name: str
    value: str = field(repr=False)
    expires_at: int | None

    @classmethod
    def parse(cls, value: Any) -> Self:
        document = shape.document_of(value)
        return cls(
            name=shape.text(document, "name"),
            value=shape.text(document, "value"),
            expires_at=shape.number_or_none(document, "expiresAt"),
        )


@dataclass(frozen=True, slots=True)
class Role:
    """A role of people, or of machine-to-machine applications."""

    id: str
    name: str
    type: str

    @classmethod
    def parse(cls, value: Any) -> Self:
        document = shape.document_of(value)
        return cls(
            id=shape.text(document, "id"),
            name=shape.text(document, "name"),
            type=shape.text(document, "type"),
        )


@dataclass(frozen=True, slots=True)
class ConnectorFactory:
    """A kind of connector. ``form_items`` describe what its configuration holds."""

    id: str
    target: str
    type: str
    is_standard: bool
    is_token_storage_supported: bool
    form_items: Sequence[Document] = field(repr=False)

    @classmethod
    def parse(cls, value: Any) -> Self:
        document = shape.document_of(value)
        return cls(
            id=shape.text(document, "id"),
            target=shape.text(document, "target"),
            type=shape.text(document, "type"),
            is_standard=shape.flag(document, "isStandard"),
            is_token_storage_supported=shape.flag(document, "isTokenStorageSupported"),
            form_items=shape.objects(document.get("formItems") or []),
        )


@dataclass(frozen=True, slots=True)
class Connector:
    """A configured connector. ``factory_id`` is what Logto calls ``connectorId``."""

    id: str
    factory_id: str
    target: str
    type: str
    name: Mapping[str, Any]
    sync_profile: bool
    enable_token_storage: bool
    config: Document = field(repr=False)
    metadata: Document = field(repr=False)

    @classmethod
    def parse(cls, value: Any) -> Self:
        document = shape.document_of(value)
        return cls(
            id=shape.text(document, "id"),
            factory_id=shape.text(document, "connectorId"),
            target=shape.text(document, "target"),
            type=shape.text(document, "type"),
            name=shape.mapping(document, "name"),
            sync_profile=shape.flag(document, "syncProfile"),
            enable_token_storage=shape.flag(document, "enableTokenStorage"),
            config=shape.mapping(document, "config"),
            metadata=shape.mapping(document, "metadata"),
        )


@dataclass(frozen=True, slots=True)
class SignInExperience:
    """How people sign in and up on Logto's pages."""

    social_targets: tuple[str, ...]
    sign_in_mode: str
    sign_up: Document
    sign_in: Document
    document: Document = field(repr=False)

    @classmethod
    def parse(cls, value: Any) -> Self:
        document = shape.document_of(value)
        return cls(
            social_targets=shape.texts(document, "socialSignInConnectorTargets"),
            sign_in_mode=shape.text(document, "signInMode"),
            sign_up=shape.mapping(document, "signUp"),
            sign_in=shape.mapping(document, "signIn"),
            document=document,
        )


@dataclass(frozen=True, slots=True)
class AccountCenter:
    """What people see and change themselves: each field Off, ReadOnly or Edit."""

    enabled: bool
    fields: Mapping[str, Any]

    @classmethod
    def parse(cls, value: Any) -> Self:
        document = shape.document_of(value)
        return cls(
            enabled=shape.flag(document, "enabled"),
            fields=shape.mapping(document, "fields"),
        )


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook. ``signing_key`` is what deliveries are signed with."""

    id: str
    name: str
    events: tuple[str, ...]
    url: str
    enabled: bool
    signing_key: str = field(repr=False)
    config: Document = field(repr=False)

    @classmethod
    def parse(cls, value: Any) -> Self:
        document = shape.document_of(value)
        config = shape.mapping(document, "config")
        return cls(
            id=shape.text(document, "id"),
            name=shape.text(document, "name"),
            events=shape.texts(document, "events"),
            url=shape.text(config, "url"),
            enabled=shape.flag(document, "enabled"),
            signing_key=shape.text(document, "signingKey"),
            config=config,
        )
