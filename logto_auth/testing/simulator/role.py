"""The roles that there are: those that bring a scope, and those that somebody holds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .application import MANAGEMENT_ROLE, Application
from .resource import Resource

_ID_LENGTH = 21


@dataclass(frozen=True)
class Role:
    """A role by its name; its id follows from that."""

    name: str
    type: Literal["User", "MachineToMachine"]

    @property
    def id(self) -> str:
        """What Logto calls it."""
        return hashlib.sha256(self.name.encode()).hexdigest()[:_ID_LENGTH]


def roles(
    resources: Iterable[Resource], applications: Iterable[Application]
) -> list[Role]:
    """Return every role, the machines' first."""
    of_machines = {MANAGEMENT_ROLE: None} | {
        name: None for application in applications for name in application.roles
    }
    others = {
        name: None
        for resource in resources
        for holders in resource.scopes.values()
        for name in holders
        if name not in of_machines
    }
    return [
        *(Role(name, "MachineToMachine") for name in of_machines),
        *(Role(name, "User") for name in others),
    ]
