"""``/api/connectors``: the tenant's connectors, made, changed and deleted."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..connector import Connector
from ..connector_factory import FACTORIES, ConnectorFactory
from ..tenant import TENANT, Tenant
from .access import managed
from .body_guard import (
    checked_body,
    flag,
    mapping,
    members,
    nullable,
    optional,
    text,
    title,
)
from .connector_config import check_config
from .refusal import Refused, not_found, said

_PATH = "/api/connectors"
_CHANGEABLE = {
    "config": optional(mapping),
    "metadata": optional(
        members(
            target=optional(text),
            name=optional(members(en=title)),
            logo=optional(text),
            logoDark=nullable(text),
        )
    ),
    "syncProfile": optional(flag),
    "enableTokenStorage": optional(flag),
}


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    one = f"{_PATH}/{{connector_id}}"
    return [
        web.get(_PATH, managed(list_connectors)),
        web.post(_PATH, managed(create)),
        web.get(one, managed(show)),
        web.patch(one, managed(update)),
        web.delete(one, managed(delete)),
    ]


async def list_connectors(request: web.Request) -> web.Response:
    """List the connectors, of one target if it is named."""
    target = request.query.get("target")
    connectors = request.app[TENANT].connectors
    return said(
        [
            connectors[key].document()
            for key in sorted(connectors)
            if target in (None, connectors[key].target)
        ]
    )


async def create(request: web.Request) -> web.Response:
    """Make a connector; an e-mail or SMS connector replaces the one before."""
    tenant = request.app[TENANT]
    checks = {"connectorId": text, "id": optional(text), **_CHANGEABLE}
    body = await checked_body(request, checks)
    factory = FACTORIES.get(body["connectorId"])
    if factory is None:
        raise Refused(
            422,
            "connector.not_found_with_connector_id",
            "Can not find connector with given standard connector id.",
        )
    chosen = {"id": body["id"]} if "id" in body else {}
    connector = Connector(
        factory.id,
        config=body.get("config", {}),
        metadata=body.get("metadata", {}),
        sync_profile=body.get("syncProfile", False),
        enable_token_storage=body.get("enableTokenStorage", False),
        **chosen,
    )
    _check_metadata(factory, body)
    _check_unique(tenant, connector)
    _check_settings(factory, body)
    if not connector.is_social:
        for other in _of_type(tenant, factory.type):
            del tenant.connectors[other.id]
    tenant.connectors[connector.id] = connector
    return said(connector.document())


async def show(request: web.Request) -> web.Response:
    """Show a connector, with its secrets in clear."""
    return said(_connector(request).document())


async def update(request: web.Request) -> web.Response:
    """Change a connector; its configuration is replaced as a whole."""
    body = await checked_body(request, _CHANGEABLE)
    connector = _connector(request)
    metadata = body.get("metadata")
    _refuse_metadata_unless_standard(connector.factory, body)
    if metadata is not None and metadata.get("target") != connector.target:
        raise Refused(
            400,
            "connector.can_not_modify_target",
            "The connector 'target' can not be modified.",
        )
    _check_settings(connector.factory, body)
    connector.config = body.get("config", connector.config)
    connector.metadata = body.get("metadata", connector.metadata)
    connector.sync_profile = body.get("syncProfile", connector.sync_profile)
    connector.enable_token_storage = body.get(
        "enableTokenStorage", connector.enable_token_storage
    )
    return said(connector.document())


async def delete(request: web.Request) -> web.Response:
    """Delete a connector, which leaves the sign-in page too."""
    tenant = request.app[TENANT]
    del tenant.connectors[_connector(request).id]
    tenant.sign_in_experience.change({}, tenant.connectors.values())
    return web.Response(status=204)


def _connector(request: web.Request) -> Connector:
    connector = request.app[TENANT].connectors.get(request.match_info["connector_id"])
    if connector is None:
        raise not_found()
    return connector


def _of_type(tenant: Tenant, kind: str) -> list[Connector]:
    return [item for item in tenant.connectors.values() if item.factory.type == kind]


def _check_metadata(factory: ConnectorFactory, body: dict[str, Any]) -> None:
    if factory.is_standard and not body.get("metadata", {}).get("target"):
        raise Refused(
            400, "connector.should_specify_target", "You should specify 'target'."
        )
    _refuse_metadata_unless_standard(factory, body)


def _refuse_metadata_unless_standard(
    factory: ConnectorFactory, body: dict[str, Any]
) -> None:
    if "metadata" in body and not factory.is_standard:
        raise Refused(
            400,
            "connector.cannot_overwrite_metadata_for_non_standard_connector",
            "This connector's 'metadata' cannot be overwritten.",
        )


def _check_unique(tenant: Tenant, connector: Connector) -> None:
    if connector.id in tenant.connectors:
        raise Refused(
            422, "entity.unique_integrity_violation", "The ID is in use already."
        )
    if not connector.is_social:
        return
    for other in tenant.connectors.values():
        if other.factory_id == connector.factory_id and not other.factory.is_standard:
            raise Refused(
                422,
                "connector.multiple_instances_not_supported",
                "Can not create multiple instance with picked standard connector.",
            )
        if other.is_social and other.target == connector.target:
            raise Refused(
                422,
                "connector.multiple_target_with_same_platform",
                "You can not have multiple social connectors that have same target "
                "and platform.",
                data={
                    "connectorId": other.factory_id,
                    "connectorName": dict(other.name),
                },
            )


def _check_settings(factory: ConnectorFactory, body: dict[str, Any]) -> None:
    if body.get("enableTokenStorage") and not factory.is_token_storage_supported:
        raise Refused(
            422,
            "connector.token_storage_not_supported",
            "This connector does not support token storage. ",
        )
    if "config" in body:
        check_config(factory, body["config"])
