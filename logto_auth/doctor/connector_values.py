"""Connectors of the tenant as the typed ones of this package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import connectors as typed
from ..connectors import Options, Place
from ..management_api import Connector

_TYPES = {kind.factory_id: kind for kind in typed.CONNECTORS.values()}


def connector_of(connector: Connector) -> typed.Connector | None:
    """Return the connector with its values; None where only Logto has a form for it."""
    kind = _TYPES.get(connector.factory_id)
    if kind is None:
        return None
    values = _values(kind, connector.config)
    if kind.standard:
        values["target"] = connector.target
    return kind(store_tokens=connector.enable_token_storage, **values)


def _values(owner: type[Options], config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Logto has of an owner's options, by the names of fields."""
    values: dict[str, Any] = {}
    for option in owner.options().values():
        if option.place is not Place.CONFIG or option.key not in config:
            continue
        value = config[option.key]
        if option.group is not None and isinstance(value, Mapping):
            value = option.group(**_values(option.group, value))
        values[option.attribute] = value
    return values
