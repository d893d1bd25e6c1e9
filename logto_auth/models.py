"""What is kept: accounts, linked identities, sessions, webhooks, what was used once.

Logto is the master of the first two: they mirror what it tells.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import TypeVar

from django.conf import settings
from django.db import models, router
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

M = TypeVar("M", bound=models.Model)


def on_primary(model: type[M]) -> models.QuerySet[M]:
    """Return the rows of a model where they are written.

    A replica may not know yet what the request before has written.
    """
    return model._default_manager.using(router.db_for_write(model))


def account_key(issuer: str, subject: str) -> str:
    """Return the identity of a Logto user as 64 hexadecimal digits.

    Databases compare text differently (case, accents, trailing blanks); a digest of
    issuer and subject is the same identity on all of them.
    """
    return _digest(f"{issuer}\n{subject}")  # neither holds a control character


def identity_key(kind: str, target: str, provider_user_id: str) -> str:
    """Return which identity at a provider this is, as 64 hexadecimal digits."""
    return _digest("\0".join((kind, target, provider_user_id)))  # NUL is not stored


def logto_session_key(issuer: str, sid: str) -> str:
    """Return which Logto session that is, as 64 hexadecimal digits."""
    return _digest(f"{issuer}\n{sid}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class LogtoAccount(models.Model):
    """A Logto user, (issuer, sub), and the local user it signs in."""

    key = models.CharField(_("key"), max_length=64, unique=True, editable=False)
    issuer = models.CharField(_("issuer"), max_length=255)
    subject = models.CharField(_("subject"), max_length=255)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="logto_accounts",
        verbose_name=_("user"),
    )
    userinfo = models.JSONField(_("userinfo document"), default=dict)
    userinfo_digest = models.CharField(max_length=64, editable=False)
    is_suspended = models.BooleanField(_("suspended"), default=False)
    deleted_at = models.DateTimeField(_("deleted at Logto"), null=True)
    # Also by the database: workers of the release before know no such columns.
    has_deactivated_user = models.BooleanField(
        _("has switched the user off"),
        default=False,
        db_default=False,
        help_text=_("Because Logto said so; else an administrator here did."),
    )
    changed_at = models.DateTimeField(
        _("changed at Logto"), null=True, help_text=_("By Logto's clock.")
    )
    part_changed_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    last_sign_in_at = models.DateTimeField(_("last sign-in"), null=True)
    synced_at = models.DateTimeField(_("last synced"), default=timezone.now)

    class Meta:
        verbose_name = _("Logto account")
        verbose_name_plural = _("Logto accounts")
        default_permissions = ("view",)  # Logto is the master
        indexes = [
            # The order of the administrators' list, whole and by suspension.
            models.Index(fields=["last_sign_in_at", "id"], name="logto_account_recent"),
            models.Index(
                fields=["is_suspended", "last_sign_in_at", "id"],
                name="logto_account_suspended",
            ),
        ]

    def __str__(self) -> str:
        names = (self.userinfo.get(claim) for claim in ("name", "username", "email"))
        told = (name for name in names if isinstance(name, str) and name)
        return next(told, self.subject)


#: What the administrators' list is narrowed by; the one that is a range comes last.
_STATE = ["unlinked_at", "has_token", "token_is_refreshable", "token_expires_at"]


class LinkedIdentity(models.Model):
    """An account at a provider that signs in to the same Logto user.

    Everything here is what Logto tells that the provider told. A stored provider token
    is described, never held: ``has_token`` is None while nobody has asked Logto.
    """

    class Kind(models.TextChoices):
        """By which sort of connector it came."""

        SOCIAL = "social", _("social")
        ENTERPRISE = "enterprise", _("enterprise")

    class TokenState(models.TextChoices):
        """What there is of a provider token in Logto's Secret Vault."""

        UNKNOWN = "unknown", _("not known yet")
        NONE = "none", _("none stored")
        VALID = "valid", _("valid")
        EXPIRED = "expired", _("expired")
        REFRESHABLE = "refreshable", _("expired, can be refreshed")

    account = models.ForeignKey(
        LogtoAccount,
        on_delete=models.CASCADE,
        related_name="identities",
        db_index=False,  # the unique constraint's index begins with it
        verbose_name=_("account"),
    )
    key = models.CharField(_("key"), max_length=64, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    target = models.CharField(
        _("provider"),
        max_length=255,
        help_text=_("The connector's target; an enterprise one's issuer."),
    )
    provider_user_id = models.CharField(_("provider user id"), max_length=255)
    name = models.CharField(_("name"), max_length=255, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    avatar = models.TextField(_("avatar"), blank=True)
    details = models.JSONField(_("details"), null=True)
    first_seen_at = models.DateTimeField(_("first seen"), default=timezone.now)
    synced_at = models.DateTimeField(_("last synced"), default=timezone.now)
    unlinked_at = models.DateTimeField(_("unlinked"), null=True)
    has_token = models.BooleanField(_("provider token stored"), null=True)
    token_expires_at = models.DateTimeField(_("provider token expires"), null=True)
    token_is_refreshable = models.BooleanField(
        _("provider token can be refreshed"), default=False
    )
    token_scope = models.TextField(_("provider token's scopes"), blank=True)

    class Meta:
        verbose_name = _("linked identity")
        verbose_name_plural = _("linked identities")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["account", "key"], name="logto_identity_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["target", *_STATE, "account"], name="logto_identity_target"
            ),
            models.Index(fields=[*_STATE, "account"], name="logto_identity_token"),
        ]

    def __str__(self) -> str:
        return f"{self.target}: {self.provider_user_id}"

    @property
    def token_state(self) -> TokenState:
        """What there is of its provider token at this moment."""
        if not self.has_token:
            states = {None: self.TokenState.UNKNOWN, False: self.TokenState.NONE}
            return states[self.has_token]
        if self.token_expires_at is None or self.token_expires_at > timezone.now():
            return self.TokenState.VALID
        if self.token_is_refreshable:
            return self.TokenState.REFRESHABLE
        return self.TokenState.EXPIRED


class SearchTerm(models.Model):
    """A word by which administrators find an account, from its beginning.

    Databases find the beginning of a word by an index, and anything else only by
    reading the whole table.
    """

    account = models.ForeignKey(
        LogtoAccount,
        on_delete=models.CASCADE,
        related_name="search_terms",
        db_index=False,  # the unique constraint's index begins with it
    )
    term = models.CharField(max_length=100)

    class Meta:
        verbose_name = _("search term")
        verbose_name_plural = _("search terms")
        default_permissions = ()
        # PostgreSQL finds the beginning of a word only where the order is by bytes.
        constraints = [
            models.UniqueConstraint(
                fields=["account", "term"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
                name="logto_search_term_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["term", "account"],
                opclasses=["varchar_pattern_ops", "int8_ops"],
                name="logto_search_term_beginning",
            )
        ]

    def __str__(self) -> str:
        return self.term


class LogtoSession(models.Model):
    """One signed-in browser session: its tokens, sealed, outside the session blob."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(
        LogtoAccount,
        on_delete=models.CASCADE,
        null=True,
        related_name="sessions",
        verbose_name=_("account"),
    )
    sid = models.CharField(
        _("Logto session"), max_length=255, blank=True, db_index=True
    )
    session_key = models.CharField(
        _("Django session"), max_length=40, blank=True, db_index=True
    )
    tokens = models.BinaryField()
    claims = models.JSONField(_("large claims"), default=dict)
    version = models.PositiveIntegerField(default=0)
    # Seconds since the epoch, as no time zone or daylight saving changes them.
    lease_until = models.FloatField(default=0, db_default=0)
    held_since = models.FloatField(default=0, db_default=0)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("Logto session")
        verbose_name_plural = _("Logto sessions")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.id)


class UsedAttempt(models.Model):
    """A sign-in attempt whose code was, or is being, sent: it can be sent once."""

    digest = models.CharField(max_length=64, primary_key=True)
    used_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("used sign-in attempt")
        verbose_name_plural = _("used sign-in attempts")
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest[:12]


class UsedLogoutToken(models.Model):
    """A logout token that was acted upon: it can be acted upon once."""

    digest = models.CharField(max_length=64, primary_key=True)
    used_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("used logout token")
        verbose_name_plural = _("used logout tokens")
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest[:12]


class EndedLogtoSession(models.Model):
    """A Logto session that has just ended: a sign-in with it under way is too late."""

    digest = models.CharField(max_length=64, primary_key=True)
    ended_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("ended Logto session")
        verbose_name_plural = _("ended Logto sessions")
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest[:12]


class WebhookDelivery(models.Model):
    """A webhook as Logto sent it, kept before anything is done with it.

    ``digest`` is of the whole body, so that the same delivery is known again.
    """

    class State(models.TextChoices):
        """What has become of it."""

        WAITING = "waiting", _("waiting")
        HANDLED = "handled", _("handled")
        IGNORED = "ignored", _("ignored")
        FAILED = "failed", _("failed")

    digest = models.CharField(max_length=64, unique=True, editable=False)
    hook_id = models.CharField(_("webhook"), max_length=64, blank=True)
    event = models.CharField(_("event"), max_length=64, db_index=True)
    subject = models.CharField(
        _("about"),
        max_length=255,
        blank=True,
        db_index=True,
        help_text=_("Logto's id of the user or organization."),
    )
    body = models.BinaryField()
    created_at = models.DateTimeField(_("sent"), help_text=_("By Logto's clock."))
    received_at = models.DateTimeField(
        _("received"), default=timezone.now, db_index=True
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True)
    handled_at = models.DateTimeField(_("handled"), null=True)
    failure = models.CharField(_("failure"), max_length=200, blank=True)
    # Seconds since the epoch; who handles it holds it until then.
    lease_until = models.FloatField(default=0)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        default_permissions = ("view",)
        permissions = [
            ("redeliver_webhookdelivery", _("Can have a webhook handled again"))
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="logto_delivery_due")
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.digest[:12]}"
