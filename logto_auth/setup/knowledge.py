"""What Logto knows of connectors, each thing asked for once and when it is needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ..connectors import Factory
from ..errors import ManagementEntityNotFound
from ..management_api import Connector, ManagementApi


class Knowledge:
    """The kinds of connectors that a Logto has, and its connectors."""

    def __init__(self, api: ManagementApi) -> None:
        self._api = api
        self._factories: dict[str, Factory | None] = {}

    def factory(self, factory_id: str) -> Factory | None:
        """Return a kind of connector, None if Logto has no such."""
        if factory_id not in self._factories:
            try:
                found = self._api.get_connector_factory(factory_id)
            except ManagementEntityNotFound:
                self._factories[factory_id] = None
            else:
                self._factories[factory_id] = found
        return self._factories[factory_id]

    @cached_property
    def connectors(self) -> list[Connector]:
        """The connectors that there are."""
        return self._api.list_connectors()

    def connector(self, target: str) -> Connector | None:
        """Return a connector with this target, None if there is none."""
        return next((item for item in self.connectors if item.target == target), None)

    def config(self, factory_id: str, target: str) -> Mapping[str, Any]:
        """Return the configuration of a connector, empty if there is none such."""
        for item in self.connectors:
            if (item.factory_id, item.target) == (factory_id, target):
                return item.config
        return {}
