"""The connectors that a declaration names, and what becomes of others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ..connectors import Connector, OtherConnector
from ..connectors.other import SOCIAL
from ..errors import SetupImpossible, Text
from ..management_api import Connector as Present
from ..management_api import ManagementApi
from .declared_connector import DeclaredConnector
from .merged import differences, merged
from .outcome import Outcome
from .step import Action, Step, changed_or_kept

_ID_DIGITS = 12
# With the rest it is shorter than what Logto takes.
_ID_TARGET = 100
# Members of a connector that a declaration may say nothing about.
_SWITCHES = ("syncProfile", "enableTokenStorage")


def new_id(endpoint: str, target: str) -> str:
    """Return the id for a new connector, which tells people what it is.

    It is the same each time: what a plan shows, and what was registered at the provider
    for a connector that has been deleted, is what will be. Logto Cloud has the
    connectors of all tenants in one table, so the tenant is in it.
    """
    digest = hashlib.sha256(f"{endpoint}\0{target}".encode()).hexdigest()
    return f"{target[:_ID_TARGET]}-{digest[:_ID_DIGITS]}"


@dataclass(frozen=True, slots=True)
class ConnectorsSetup:
    """What the site wants its connectors to be.

    Args:
        prune: Delete social connectors that are not declared.
    """

    declared: Sequence[DeclaredConnector]
    prune: bool

    def steps(self, api: ManagementApi, outcome: Outcome) -> Iterator[Step]:
        """Yield what is to be done.

        Raises:
            SetupImpossible: A target is another connector's in Logto.
        """
        present = [item for item in api.list_connectors() if item.type == SOCIAL]
        declared = {(item.target, item.connector.factory_id) for item in self.declared}
        for item in self.declared:
            yield _step(item, _present(item.connector, present), outcome)
        if self.prune:
            for there in present:
                if (there.target, there.factory_id) not in declared:
                    yield _deletion(there)


def _present(connector: Connector, present: Iterable[Present]) -> Present | None:
    """Return a connector's counterpart in Logto, None if there is none.

    Raises:
        SetupImpossible: Its target is that of another kind of connector.
    """
    alike = [item for item in present if item.target == connector.target]
    for item in alike:
        if item.factory_id == connector.factory_id:
            return item
    # Those for the web and for phones share a target, which Logto tells apart.
    if alike and not isinstance(connector, OtherConnector):
        raise SetupImpossible(
            f"{connector.target}: {alike[0].factory_id}, {connector.factory_id}",
            reason="connector_factory",
        )
    return None


def subject(target: str) -> str:
    """Return what a connector is called in a plan."""
    return str(_("Connector %(target)s")) % {"target": target}


def _step(
    declared: DeclaredConnector, present: Present | None, outcome: Outcome
) -> Step:
    connector = declared.connector
    title = subject(connector.target)
    if present is None:
        body = {
            "id": new_id(outcome.endpoint, connector.target),
            **connector.body(),
        }
        return Step(
            Action.CREATE,
            title,
            tuple(differences({}, body, secret=declared.secret)),
            apply=lambda api, outcome: _create(api, body, declared.name, outcome),
        )
    outcome.connector_ids[declared.name] = present.id
    return changed_or_kept(
        title,
        tuple(
            differences(
                _current(present),
                _wanted(connector, present),
                secret=declared.secret,
            )
        ),
        lambda api, outcome: _change(api, connector, present.id),
        tuple(_notes(connector, present)),
    )


def _current(present: Present) -> dict[str, Any]:
    return {
        "config": present.config,
        "metadata": present.metadata,
        "syncProfile": present.sync_profile,
        "enableTokenStorage": present.enable_token_storage,
    }


def _wanted(connector: Connector, present: Present) -> dict[str, Any]:
    """Return the members to send; Logto replaces each as a whole."""
    body = connector.body()
    config = connector.settled(merged(present.config, body["config"]))
    wanted: dict[str, Any] = {"config": config}
    if "metadata" in body:
        wanted["metadata"] = merged(present.metadata, body["metadata"])
    return wanted | {name: body[name] for name in _SWITCHES if name in body}


def _notes(connector: Connector, present: Present) -> Iterator[Text]:
    if connector.id and connector.id != present.id:
        note = _("It has the id {id} in Logto, which cannot be changed.")
        yield format_lazy(note, id=present.id)
    if present.enable_token_storage and connector.store_tokens is False:
        yield _("Logto deletes the tokens that it has stored for it.")


def _create(
    api: ManagementApi, body: dict[str, Any], name: str, outcome: Outcome
) -> None:
    outcome.connector_ids[name] = api.create_connector(body).id


def _change(api: ManagementApi, connector: Connector, connector_id: str) -> None:
    wanted = _wanted(connector, api.get_connector(connector_id))
    api.update_connector(connector_id, wanted)


def _deletion(present: Present) -> Step:
    return Step(
        Action.DELETE,
        subject(present.target),
        notes=(_("Nobody can sign in with it any more; tokens stored are deleted."),),
        apply=lambda api, outcome: api.delete_connector(present.id),
    )
