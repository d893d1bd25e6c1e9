"""Logto's Management API says no."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from .base import LogtoError
from .provider import ProviderError


class ManagementCredentialsMissing(LogtoError, ImproperlyConfigured):
    """``M2M_APP_ID`` and ``M2M_APP_SECRET`` are not set, and something needs them."""

    code = "management_credentials_missing"
    message = _("The people who run this site have to mend its configuration.")


class ManagementError(ProviderError):
    """The Management API refused a call, which has changed nothing.

    Args:
        status: The HTTP status of the answer.
        issues: What Logto found wrong with the request: the path of each value and
            Logto's word for what is wrong with it, without the value.

    ``reason`` is Logto's own error code, such as ``connector.invalid_config``.
    """

    code = "management_error"
    title = _("Logto refused the change")

    def __init__(
        self,
        detail: str = "",
        *,
        status: int = 0,
        issues: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> None:
        told = "; ".join(f"{path} {word}".strip() for path, word in issues)
        super().__init__(detail or told, status=status, issues=issues, **more)
        self.http_status = status
        self.issues = tuple(issues)


class ManagementAccessDenied(ManagementError):
    """The token, or the application behind it, may not (401, 403)."""

    code = "management_access_denied"


class ManagementEntityNotFound(ManagementError):
    """There is no such entity in Logto (404)."""

    code = "management_entity_not_found"


class ManagementRequestInvalid(ManagementError):
    """Logto does not take a value of the request (400)."""

    code = "management_request_invalid"


class ManagementRequestRefused(ManagementError):
    """What was asked for does not go with what is there (422, and whatever else)."""

    code = "management_request_refused"
