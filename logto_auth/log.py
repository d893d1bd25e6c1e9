"""Structured log events: a stable name, named fields, no secrets.

Each record of the logger ``logto_auth`` carries ``record.event`` and
``record.logto`` (a dictionary of fields) for structured handlers.
"""

from __future__ import annotations

import logging
from enum import Enum
from typing import Any

logger = logging.getLogger("logto_auth")


class Event(Enum):
    """Every event that is logged; a name never changes its meaning."""

    SIGN_IN_STARTED = "sign_in_started", logging.DEBUG
    SIGNED_IN = "signed_in", logging.INFO
    # Its page shows a reference, which has to be in the log of any site.
    SIGN_IN_CANCELLED = "sign_in_cancelled", logging.WARNING
    SIGN_IN_FAILED = "sign_in_failed", logging.WARNING
    SIGNED_OUT = "signed_out", logging.INFO
    SIGN_OUT_FAILED = "sign_out_failed", logging.WARNING
    SIGN_OUT_INCOMPLETE = "sign_out_incomplete", logging.WARNING
    SCOPES_NOT_GRANTED = "scopes_not_granted", logging.WARNING
    USER_CREATED = "user_created", logging.INFO
    USER_JOINED = "user_joined", logging.WARNING
    USER_NOT_JOINED = "user_not_joined", logging.WARNING
    USER_FIELD_KEPT = "user_field_kept", logging.WARNING
    ACCOUNT_CONNECTED = "account_connected", logging.INFO
    ISSUER_CHANGED = "issuer_changed", logging.INFO
    STALE_DOCUMENT_SERVED = "stale_document_served", logging.WARNING
    BACKGROUND_FAILED = "background_failed", logging.WARNING
    ABANDONED_WORK_FAILED = "abandoned_work_failed", logging.WARNING
    TOKENS_REFRESHED = "tokens_refreshed", logging.DEBUG
    TOKEN_REFRESH_FAILED = "token_refresh_failed", logging.WARNING
    SESSION_ENDED = "session_ended", logging.INFO
    SIGN_IN_REQUIRED = "sign_in_required", logging.INFO
    RECHECK_FAILED = "recheck_failed", logging.WARNING
    LOGOUT_TOKEN_ACCEPTED = "logout_token_accepted", logging.INFO
    LOGOUT_TOKEN_REFUSED = "logout_token_refused", logging.WARNING
    WEBHOOK_RECEIVED = "webhook_received", logging.INFO
    WEBHOOK_REFUSED = "webhook_refused", logging.WARNING
    WEBHOOK_FAILED = "webhook_failed", logging.ERROR
    USER_SUSPENDED = "user_suspended", logging.WARNING
    USER_REACTIVATED = "user_reactivated", logging.INFO
    PERSON_ERASED = "person_erased", logging.INFO
    TOKENS_LOST = "tokens_lost", logging.WARNING
    CACHE_FAILED = "cache_failed", logging.WARNING
    CLIENT_ADDRESS_FAILED = "client_address_failed", logging.WARNING

    def __init__(self, code: str, level: int) -> None:
        self.code = code
        self.level = level


def log(event: Event, **fields: Any) -> None:
    """Log ``event``; ``fields`` are words and numbers, never secrets."""
    if not logger.isEnabledFor(event.level):
        return
    text = " ".join(f"{name}={value}" for name, value in fields.items())
    logger.log(
        event.level,
        "%s %s",
        event.code,
        one_line(text),
        extra={"event": event.code, "logto": fields},
    )


def one_line(text: str) -> str:
    """Return what somebody said without signs that steer a terminal, cut."""
    return "".join(char if char.isprintable() else "?" for char in text)[:1000]
