"""``/api/hooks``: the tenant's webhooks, with their signing keys in clear."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aiohttp import web

from ....webhook_events import EVENTS
from ..application import Application
from ..hook import Hook
from ..person import Person
from ..tenant import TENANT
from ..user_document import user_document
from ..webhooks import USER_CALLS, about_user, by_interaction
from .access import managed
from .body_guard import (
    checked_body,
    flag,
    list_of,
    members,
    one_of,
    optional,
    text,
    texts,
    title,
)
from .hook_document import hook_document
from .pagination import paged
from .refusal import Refused, not_found, not_found_with_id, said

_PATH = "/api/hooks"
_EVENTS = list_of(one_of(*EVENTS))
_CONFIG = members(url=text, headers=optional(texts))
_CHECKS = {
    "name": optional(title),
    "events": optional(_EVENTS),
    "enabled": optional(flag),
}


def routes() -> list[web.RouteDef]:
    """Return the routes of this module."""
    one = f"{_PATH}/{{hook_id}}"
    return [
        web.get(_PATH, managed(list_hooks)),
        web.post(_PATH, managed(create)),
        web.get(one, managed(show)),
        web.patch(one, managed(update)),
        web.delete(one, managed(delete)),
        web.post(f"{one}/test", managed(test)),
        web.patch(f"{one}/signing-key", managed(renew_signing_key)),
    ]


async def list_hooks(request: web.Request) -> web.Response:
    """List the webhooks."""
    tenant = request.app[TENANT]
    documents = [_shown(request, hook) for hook in reversed(tenant.webhooks.hooks)]
    return paged(request, documents, is_optional=True)


async def create(request: web.Request) -> web.Response:
    """Make a webhook, which gets a signing key."""
    tenant = request.app[TENANT]
    body = await checked_body(request, {**_CHECKS, "config": _CONFIG})
    _check_events(body)
    hook = Hook(body["config"]["url"], created_at=tenant.clock.milliseconds())
    _change(hook, body)
    tenant.webhooks.hooks.append(hook)
    return said(hook_document(hook), status=201)


async def show(request: web.Request) -> web.Response:
    """Show a webhook; how often it was sent, if asked."""
    hook = _found(request)
    if hook is None:
        raise not_found_with_id("hooks", request.match_info["hook_id"])
    return said(_shown(request, hook))


async def update(request: web.Request) -> web.Response:
    """Change a webhook; events and configuration are replaced as a whole."""
    body = await checked_body(request, {**_CHECKS, "config": optional(_CONFIG)})
    if "events" in body:
        _check_events(body)
    hook = _existing(request)
    _change(hook, body)
    return said(hook_document(hook))


async def delete(request: web.Request) -> web.Response:
    """Delete a webhook."""
    request.app[TENANT].webhooks.hooks.remove(_existing(request))
    return web.Response(status=204)


async def renew_signing_key(request: web.Request) -> web.Response:
    """Give a webhook another signing key."""
    hook = _existing(request)
    hook.renew_signing_key()
    return said(hook_document(hook))


async def test(request: web.Request) -> web.Response:
    """Send made-up events to the address that is to be tried."""
    tenant = request.app[TENANT]
    body = await checked_body(request, {"events": _EVENTS, "config": _CONFIG})
    hook = _found(request)
    if hook is None:
        raise not_found_with_id("hooks", request.match_info["hook_id"])
    tried = replace(hook)
    _change(tried, body)
    for delivery in await tenant.webhooks.test(tried, _made_up):
        if delivery.error:
            raise Refused(
                422,
                "hook.send_test_payload_failed",
                "Failed to send test payload: TypeError: fetch failed",
            )
        if (delivery.status or 200) >= 300:
            raise Refused(
                422,
                "hook.endpoint_responded_with_error",
                "Endpoint responded with error.",
                data={"responseStatus": delivery.status},
            )
    return web.Response(status=204)


def _shown(request: web.Request, hook: Hook) -> dict[str, Any]:
    document = hook_document(hook)
    if request.query.get("includeExecutionStats") == "true":
        sent = [
            item
            for item in request.app[TENANT].deliveries.all
            if item.hook_id == hook.id
        ]
        successes = [item for item in sent if (item.status or 500) < 300]
        document["executionStats"] = {
            "successCount": len(successes),
            "requestCount": len(sent),
        }
    return document


def _found(request: web.Request) -> Hook | None:
    for hook in request.app[TENANT].webhooks.hooks:
        if hook.id == request.match_info["hook_id"]:
            return hook
    return None


def _existing(request: web.Request) -> Hook:
    hook = _found(request)
    if hook is None:
        raise not_found()
    return hook


def _check_events(body: dict[str, Any]) -> None:
    if not body.get("events"):
        raise Refused(
            400, "hook.missing_events", "You need to provide at least one event."
        )


def _change(hook: Hook, body: dict[str, Any]) -> None:
    hook.name = body.get("name", hook.name)
    hook.events = body.get("events", hook.events)
    hook.enabled = body.get("enabled", hook.enabled)
    if "config" in body:
        hook.url = body["config"]["url"]
        hook.headers = body["config"].get("headers", {})


def _made_up(event: str) -> dict[str, Any]:
    """Return the fields of an event that has not happened."""
    user = user_document(Person("fake-user"))
    if event in USER_CALLS:
        return about_user(event, user, "")
    if not event.startswith("Post"):
        return {"data": {}}
    return by_interaction(
        event,
        user,
        Application("fake-application"),
        session_id="fake-session",
        user_agent="fake-user-agent",
    )
