"""Linked identities, as Logto tells of them, in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connections, router
from django.utils import timezone

from ..conf import KEEP, logto_settings
from ..models import LinkedIdentity, LogtoAccount, identity_key, on_primary
from .userinfo import withheld

Kind = LinkedIdentity.Kind

#: Nothing was told of a stored provider token, which is not the same as none.
NOT_TOLD: Final = object()

_TOLD_FIELDS = ("name", "email", "avatar", "details", "synced_at", "unlinked_at")
_TOKEN_FIELDS = ("has_token", "token_expires_at", "token_is_refreshable", "token_scope")
_NO_TOKEN = {
    "has_token": False,
    "token_expires_at": None,
    "token_is_refreshable": False,
    "token_scope": "",
}


@dataclass(frozen=True, slots=True)
class ToldIdentity:
    """One identity in an answer of Logto's.

    ``token`` is the metadata of the stored provider token, None when Logto says that
    there is none, ``NOT_TOLD`` when it was not asked.
    """

    kind: LinkedIdentity.Kind
    target: str
    provider_user_id: str
    details: Mapping[str, Any] | None
    token: object = NOT_TOLD

    @property
    def key(self) -> str:
        return identity_key(self.kind, self.target, self.provider_user_id)


#: What an answer tells: a kind that is absent was not told; an empty list is none.
Told = Mapping[LinkedIdentity.Kind, list[ToldIdentity]]


def told_in_userinfo(userinfo: Mapping[str, Any]) -> Told:
    """Return the identities of a userinfo document (scope ``identities``)."""
    told: dict[LinkedIdentity.Kind, list[ToldIdentity]] = {}
    social, enterprise = userinfo.get("identities"), userinfo.get("sso_identities")
    if isinstance(social, Mapping):
        told[Kind.SOCIAL] = _known(
            _social(target, identity) for target, identity in social.items()
        )
    if isinstance(enterprise, list):
        told[Kind.ENTERPRISE] = _known(map(_enterprise, enterprise))
    return told


def told_with_tokens(answer: Mapping[str, Any]) -> Told:
    """Return the identities of ``GET /api/users/:id/all-identities`` with their tokens.

    Args:
        answer: The Management API's, asked with ``includeTokenSecret=true``: it holds
            metadata only, never a token.
    """
    social, enterprise = answer.get("socialIdentities"), answer.get("ssoIdentities")
    told: dict[LinkedIdentity.Kind, list[ToldIdentity]] = {}
    if isinstance(social, list):
        told[Kind.SOCIAL] = _known(
            _social(item.get("target"), item.get("identity"), _token(item))
            for item in social
            if isinstance(item, Mapping)
        )
    if isinstance(enterprise, list):
        told[Kind.ENTERPRISE] = _known(
            _enterprise(item.get("ssoIdentity"), _token(item))
            for item in enterprise
            if isinstance(item, Mapping)
        )
    return told


def write_identities(
    account: LogtoAccount, told: Told, *, gone: Collection[str] | None = None
) -> None:
    """Write what Logto tells; call it in a transaction that holds the account's row.

    One statement for all that are told, two for those that are gone.

    Args:
        gone: Keys of the identities that may be gone; None when any may be.
    """
    now = timezone.now()
    rows = [
        _row(account, identity, now) for listed in told.values() for identity in listed
    ]
    known = {row.key for row in rows}
    # With and without a token in two statements: what is not told is not touched.
    with_token = [row for row in rows if row.has_token is not None]
    without = [row for row in rows if row.has_token is None]
    _upsert(without, _TOLD_FIELDS)
    _upsert(with_token, _TOLD_FIELDS + _TOKEN_FIELDS)
    if gone is not None and not set(gone) - known:
        return
    rest = (
        on_primary(LinkedIdentity)
        .filter(account=account, kind__in=list(told), unlinked_at=None)
        .exclude(key__in=known)
    )
    # By their keys: a condition may make a database lock the rows of other people, who
    # sign in at the same moment.
    keys = list(rest.values_list("pk", flat=True))
    rest = on_primary(LinkedIdentity).filter(pk__in=keys)
    if logto_settings.UNLINKED_IDENTITIES == KEEP:
        # Logto deletes the provider's token with the identity.
        rest.update(unlinked_at=now, synced_at=now, **_NO_TOKEN)
    else:
        rest.delete()


def _upsert(rows: list[LinkedIdentity], fields: tuple[str, ...]) -> None:
    if not rows:
        return
    features = connections[router.db_for_write(LinkedIdentity)].features
    on_primary(LinkedIdentity).bulk_create(
        rows,
        update_conflicts=True,
        update_fields=fields,
        unique_fields=["account", "key"]
        if features.supports_update_conflicts_with_target
        else None,
    )


def _row(
    account: LogtoAccount, identity: ToldIdentity, now: datetime
) -> LinkedIdentity:
    details = identity.details or {}
    return LinkedIdentity(
        account=account,
        key=identity.key,
        kind=identity.kind,
        target=identity.target[:255],
        provider_user_id=identity.provider_user_id[:255],
        name=_text(details, "name")[:255],
        email=_text(details, "email")[:254],
        avatar=_text(details, "avatar"),
        details=identity.details,
        first_seen_at=now,
        synced_at=now,
        **_token_fields(identity.token),
    )


def _token_fields(token: object) -> dict[str, Any]:
    if token is NOT_TOLD:
        return {}
    if not isinstance(token, Mapping):
        return _NO_TOKEN
    return {
        "has_token": True,
        "token_expires_at": _time(token.get("expiresAt")),
        "token_is_refreshable": token.get("hasRefreshToken") is True,
        "token_scope": _text(token, "scope"),
    }


def _time(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _token(item: Mapping[str, Any]) -> object:
    secret = item.get("tokenSecret")
    return secret.get("metadata", {}) if isinstance(secret, Mapping) else None


def _social(
    target: object, identity: object, token: object = NOT_TOLD
) -> ToldIdentity | None:
    if not isinstance(identity, Mapping):
        return None
    return _identity(
        Kind.SOCIAL, target, identity.get("userId"), identity.get("details"), token
    )


def _enterprise(identity: object, token: object = NOT_TOLD) -> ToldIdentity | None:
    if not isinstance(identity, Mapping):
        return None
    return _identity(
        Kind.ENTERPRISE,
        identity.get("issuer"),
        identity.get("identityId"),
        identity.get("detail"),
        token,
    )


def _identity(
    kind: LinkedIdentity.Kind,
    target: object,
    provider_user_id: object,
    details: object,
    token: object,
) -> ToldIdentity | None:
    if not (isinstance(target, str) and isinstance(provider_user_id, str)):
        return None
    if not (target and provider_user_id):
        return None
    kept = withheld(details) if isinstance(details, Mapping) else None
    return ToldIdentity(kind, target, provider_user_id, kept, token)


def _known(identities: Iterator[ToldIdentity | None]) -> list[ToldIdentity]:
    """Return each identity once; what has no id at a provider is none."""
    return list({item.key: item for item in identities if item is not None}.values())


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""
