"""A webhook as the Management API writes it."""

from __future__ import annotations

from typing import Any

from ..hook import Hook


def hook_document(hook: Hook) -> dict[str, Any]:
    """Return the webhook, with its signing key in clear."""
    headers = {"headers": dict(hook.headers)} if hook.headers else {}
    return {
        "tenantId": "default",
        "id": hook.id,
        "name": hook.name,
        "event": None,
        "events": list(hook.events),
        "config": {"url": hook.url, **headers},
        "signingKey": hook.signing_key,
        "enabled": hook.enabled,
        "createdAt": hook.created_at,
    }
