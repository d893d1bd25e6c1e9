"""The base of every error, and those that no visitor causes."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class LogtoError(Exception):
    """Base of every error of this package.

    Args:
        detail: For the log: what happened, without secrets.
        reason: A stable word that narrows ``code``; empty when there is nothing to
            narrow.
        retry_after: Seconds after which it is worth trying again; 0 when nobody knows.
        facts: Values for the explanation that developers see, without secrets.
    """

    code: ClassVar[str] = "logto_error"
    status: ClassVar[int] = 500
    title: ClassVar[Text] = _("Something went wrong")
    message: Text = _("Please try again.")

    def __init__(
        self,
        detail: str = "",
        *,
        reason: str = "",
        retry_after: int = 0,
        **facts: Any,
    ) -> None:
        self.detail = detail
        self.reason = reason
        self.retry_after = retry_after
        self.facts = facts
        parts = [self.code, reason, detail]
        super().__init__(": ".join(part for part in parts if part))

    def fresh(self, *, retry_after: int = 0) -> Self:
        """Return the same error without the frames and causes of this one.

        Args:
            retry_after: Seconds, counted from now: this error's own were from then.
        """
        return type(self)(
            self.detail, reason=self.reason, retry_after=retry_after, **self.facts
        )


class SealBroken(LogtoError):
    """Sealed data was altered, or sealed with keys that are gone."""

    code = "seal_broken"


class ConfigurationError(LogtoError, ImproperlyConfigured):
    """A setting is missing or wrong; ``manage.py check`` says which."""

    code = "configuration_invalid"
    message = _("The people who run this site have to mend its configuration.")
