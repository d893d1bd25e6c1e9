"""The query with which Logto sends visitors back, kept off the request.

It holds a code or a state, and Django writes requests, with their query, into its log
and its error reports. It is taken before any middleware sees the request, for one may
refuse it: Django's own do where ``ALLOWED_HOSTS`` lacks the host.
"""

from __future__ import annotations

import logging
from collections.abc import MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import TooManyFieldsSent
from django.core.handlers.wsgi import get_path_info
from django.core.signals import request_started
from django.http import HttpRequest, QueryDict
from django.urls import get_script_prefix, resolve
from django.utils.translation import get_language, get_language_from_path, override
from django.views.decorators.debug import sensitive_variables

from .hybrid import HybridView

# Where the query waits for its view. Django hides values whose name has AUTH in it.
_KEY = "logto_auth.query"
# Where servers put the query: the second and third are gunicorn's and uWSGI's.
_QUERY_STRING_NAMES = ("QUERY_STRING", "RAW_URI", "REQUEST_URI")
_SECRETS = ("code=", "state=")
# In what every address holds that Logto sends visitors to.
_STATE = "state="


@dataclass(frozen=True, slots=True)
class _Query:
    raw: bytes = field(repr=False)


class SecretQueryView(HybridView):
    """A view that Logto returns to; ``query`` is its query, also once it is taken."""

    query: QueryDict | None
    """None when Django refused it."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Have the query, and nobody else have it, whatever the method is."""
        super().setup(request, *args, **kwargs)
        self.query = _query_of(request)


def install() -> None:
    """Connect the receiver; idempotent."""
    request_started.connect(_on_request_started, dispatch_uid="logto_auth.query")
    # Servers that log when they have answered find nothing; runserver has the address
    # from before.
    logging.getLogger("django.server").addFilter(_hide_query)


@sensitive_variables()
def _on_request_started(
    sender: Any,
    environ: dict[str, Any] | None = None,
    scope: MutableMapping[str, Any] | None = None,
    **kwargs: Any,
) -> None:
    """Take the query of a request that one of the views is going to answer."""
    if environ is not None:
        query = environ.get("QUERY_STRING", "")
        if _STATE in query and _is_for_us(get_path_info(environ)):
            environ[_KEY] = _Query(query.encode("latin-1", "replace"))
            _strip_environ(environ, query)
    elif scope is not None:
        query = _scope_query(scope)
        path_info = "/" + scope["path"].removeprefix(get_script_prefix())
        if _STATE in query and _is_for_us(path_info):
            scope[_KEY] = _Query(query.encode("latin-1", "replace"))
            _strip_scope(scope, query)


@sensitive_variables()
def _hide_query(record: logging.LogRecord) -> bool:
    """Take the query off the first line of a request that ``runserver`` logs."""
    if isinstance(record.args, tuple) and record.args:
        line, *others = record.args
        if isinstance(line, str) and _STATE in line:
            path, _, query = line.partition("?")
            path_info = "/" + path.partition(" ")[2].removeprefix(get_script_prefix())
            if _is_for_us(unquote(path_info)):
                version = query.rpartition(" ")[2]
                record.args = (f"{path} {version}", *others)
    return True


@sensitive_variables()
def _query_of(request: HttpRequest) -> QueryDict | None:
    scope = getattr(request, "scope", None)
    taken = request.META.get(_KEY) or (scope or {}).get(_KEY)
    query: QueryDict | None = None
    with suppress(TooManyFieldsSent):
        query = request.GET if taken is None else QueryDict(taken.raw, encoding="utf-8")
    if taken is None:
        # Of a URLconf that a middleware has chosen, or without a request that started.
        _strip_environ(request.META, request.META.get("QUERY_STRING", ""))
        request.GET = QueryDict()
        if scope is not None:
            _strip_scope(scope, _scope_query(scope))
    return query


@sensitive_variables()
def _strip_environ(environ: dict[str, Any], query: str) -> None:
    secrets = _secrets_of(query)
    for name, value in environ.items():
        if name in _QUERY_STRING_NAMES:
            environ[name] = value.partition("?")[0] if name.endswith("URI") else ""
        elif name.startswith("HTTP_") and any(secret in value for secret in secrets):
            environ[name] = ""


@sensitive_variables()
def _strip_scope(scope: MutableMapping[str, Any], query: str) -> None:
    secrets = [secret.encode("latin-1", "replace") for secret in _secrets_of(query)]
    scope["query_string"] = b""
    scope["headers"] = [
        (name, b"" if any(secret in value for secret in secrets) else value)
        for name, value in scope.get("headers", [])
    ]


@sensitive_variables()
def _scope_query(scope: MutableMapping[str, Any]) -> str:
    query: bytes | str = scope.get("query_string", b"")
    return query.decode("latin-1") if isinstance(query, bytes) else query


@sensitive_variables()
def _secrets_of(query: str) -> list[str]:
    """Return what no header may repeat, such as the ``X-Original-URL`` of a proxy.

    With its name, for a code may be a part of any other header.
    """
    return [
        part
        for part in query.split("&")
        if part.startswith(_SECRETS) and not part.endswith("=")
    ]


def _is_for_us(path_info: str) -> bool:
    """Tell whether the URLconf leads to one of the views, in whatever language."""
    with override(get_language_from_path(path_info) or get_language()):
        try:
            function: Any = resolve(path_info).func
        except Exception:  # noqa: BLE001 - no address, or Django will tell what it is
            return False
    view_class = getattr(function, "view_class", None)
    return isinstance(view_class, type) and issubclass(view_class, SecretQueryView)
