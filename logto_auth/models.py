"""What is kept: Logto accounts, signed-in browser sessions, attempts already used."""

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
    return hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()


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
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    synced_at = models.DateTimeField(_("last synced"), default=timezone.now)

    class Meta:
        verbose_name = _("Logto account")
        verbose_name_plural = _("Logto accounts")

    def __str__(self) -> str:
        return self.subject


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
    sid = models.CharField(_("Logto session"), max_length=255, blank=True)
    session_key = models.CharField(
        _("Django session"), max_length=40, blank=True, db_index=True
    )
    tokens = models.BinaryField()
    claims = models.JSONField(_("large claims"), default=dict)
    version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("Logto session")
        verbose_name_plural = _("Logto sessions")

    def __str__(self) -> str:
        return str(self.id)


class UsedAttempt(models.Model):
    """A sign-in attempt whose code was, or is being, sent: it can be sent once."""

    digest = models.CharField(max_length=64, primary_key=True)
    used_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("used sign-in attempt")
        verbose_name_plural = _("used sign-in attempts")

    def __str__(self) -> str:
        return self.digest[:12]
