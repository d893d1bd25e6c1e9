"""Whether a connector's configuration is what its factory's form asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..connector_factory import ConnectorFactory
from ..form_item import FormItem
from .body_guard import (
    Check,
    flag,
    members,
    one_of,
    optional,
    refuse_if,
    text,
)


def check_config(factory: ConnectorFactory, config: Mapping[str, Any]) -> None:
    """Do nothing when ``config`` is complete; what the form does not name is taken.

    Raises:
        Refused: Something is missing or of another type.
    """
    checks = {item.key: _check(item) for item in factory.form or ()}
    refuse_if(
        members(**checks)(dict(config), ()),
        "connector.invalid_config",
        "The connector's config is invalid.",
    )


def _check(item: FormItem) -> Check:
    check: Check = text
    if item.type == "Switch":
        check = flag
    elif item.type == "Json":
        check = members(**dict.fromkeys(item.members, text))
    elif item.options:
        check = one_of(*item.options)
    return optional(check) if item.may_be_missing else check
