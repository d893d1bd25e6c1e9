"""``/api/roles`` and the roles of applications."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..application import Application
from ..role import Role, roles
from ..tenant import TENANT, Tenant
from .access import managed
from .applications import found
from .body_guard import checked_body, list_of, text
from .pagination import paged
from .refusal import Refused, said

_OF_APPLICATION = "/api/applications/{application_id}/roles"


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    return [
        web.get("/api/roles", managed(list_roles)),
        web.get(_OF_APPLICATION, managed(list_roles_of_application)),
        web.post(_OF_APPLICATION, managed(assign)),
    ]


async def list_roles(request: web.Request) -> web.Response:
    """List the roles, of one type if it is named."""
    tenant = request.app[TENANT]
    kind = request.query.get("type")
    documents = [
        {**_document(role), **_holders(tenant, role)}
        for role in _roles(tenant)
        if kind in (None, role.type)
    ]
    return paged(request, documents)


async def list_roles_of_application(request: web.Request) -> web.Response:
    """List the roles that an application holds."""
    held = found(request).roles
    documents = [
        _document(role) for role in _roles(request.app[TENANT]) if role.name in held
    ]
    return paged(request, documents, is_optional=True)


async def assign(request: web.Request) -> web.Response:
    """Give an application roles."""
    body = await checked_body(request, {"roleIds": list_of(text)})
    application = found(request)
    by_id = {role.id: role for role in _roles(request.app[TENANT])}
    _check(application, [by_id.get(role_id) for role_id in body["roleIds"]])
    added = [
        role_id
        for role_id in body["roleIds"]
        if by_id[role_id].name not in application.roles
    ]
    application.roles = (*application.roles, *(by_id[item].name for item in added))
    return said({"roleIds": body["roleIds"], "addedRoleIds": added}, status=201)


def _roles(tenant: Tenant) -> list[Role]:
    return roles(tenant.resources.values(), tenant.applications.values())


def _document(role: Role) -> dict[str, Any]:
    return {
        "tenantId": "default",
        "id": role.id,
        "name": role.name,
        "description": role.name,
        "type": role.type,
        "isDefault": False,
    }


def _holders(tenant: Tenant, role: Role) -> dict[str, Any]:
    people = [
        {"id": person.sub, "name": person.name, "avatar": person.picture}
        for person in tenant.people.values()
        if role.name in person.roles
    ]
    applications = [
        {"id": item.app_id, "name": item.name, "type": item.type}
        for item in tenant.applications.values()
        if role.name in item.roles
    ]
    return {
        "usersCount": len(people),
        "featuredUsers": people[:_FEATURED],
        "applicationsCount": len(applications),
        "featuredApplications": applications[:_FEATURED],
    }


_FEATURED = 3


def _check(application: Application, wanted: list[Role | None]) -> None:
    if None in wanted:
        raise Refused(
            422, "entity.relation_foreign_key_not_found", "There is no such role."
        )
    if not application.is_machine:
        raise Refused(
            422,
            "application.invalid_role_type",
            "Only a machine can have roles of machines.",
        )
