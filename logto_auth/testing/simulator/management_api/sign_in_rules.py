"""Which ways to sign in and up go together, by Logto's source: none is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..connector import Connector
from .refusal import Refused

_SENT_WITH = {"email": "Email", "phone": "Sms"}


def check_methods(settings: Mapping[str, Any], connectors: Iterable[Connector]) -> None:
    """Do nothing when people can sign up and in this way.

    Raises:
        Refused: They could not, or not without a connector that is missing.
    """
    sign_up, methods = settings["signUp"], settings["signIn"]["methods"]
    identifiers = sign_up["identifiers"]
    sending = [item["identifier"] for item in methods if item["verificationCode"]]
    _check_sent({*identifiers, *sending}, connectors)
    if "username" in identifiers and not sign_up["password"]:
        raise _refused("username_requires_password")
    if set(identifiers) & _SENT_WITH.keys() and not sign_up["verify"]:
        raise _refused("passwordless_requires_verify")
    if not set(identifiers) <= {item["identifier"] for item in methods}:
        raise _refused("miss_sign_up_identifier_in_sign_in")
    if not all(item["password"] or item["verificationCode"] for item in methods):
        raise _refused("at_least_one_authentication_factor")


def _check_sent(identifiers: Iterable[str], connectors: Iterable[Connector]) -> None:
    existing = {item.factory.type for item in connectors}
    for identifier in identifiers:
        kind = _SENT_WITH.get(identifier)
        if kind is not None and kind not in existing:
            raise _refused("enabled_connector_not_found", {"type": kind})


def _refused(code: str, data: dict[str, Any] | None = None) -> Refused:
    message = "These ways to sign in and up do not go together."
    return Refused(400, f"sign_in_experiences.{code}", message, data=data)
