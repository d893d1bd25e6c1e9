"""Views that Logto returns to, whose query holds a code or a state."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.views.decorators.debug import sensitive_variables

from .hybrid import HybridView

# Where servers put the query: the second and third are gunicorn's and uWSGI's.
_QUERY_STRING_NAMES = {"QUERY_STRING", "RAW_URI", "REQUEST_URI"}
_SECRETS = ("code", "state")


class SecretQueryView(HybridView):
    """Takes the query off the request, whatever its method and answer will be.

    ``query`` is the query, None when Django refused it.
    """

    query: QueryDict | None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Take the query."""
        super().setup(request, *args, **kwargs)
        self.query = _take_query(request)


@sensitive_variables()
def _take_query(request: HttpRequest) -> QueryDict | None:
    """Return the query of a request that then has none, None when Django refuses it.

    Django writes requests, with their query, into its log and its error reports. A
    proxy may have sent it once more, in a header such as ``X-Original-URL``.
    """
    query: QueryDict | None
    try:
        query = request.GET
    except TooManyFieldsSent:
        query = None
    request.GET = QueryDict()
    raw = request.META.get("QUERY_STRING", "")
    given = query or QueryDict()
    # With their names, for a code may be a part of any other header.
    secrets = {f"{name}={value}" for name in _SECRETS for value in given.getlist(name)}
    if secrets or query is None:
        secrets.add(raw)  # as they were spelled
    for name, value in request.META.items():
        if name in _QUERY_STRING_NAMES:
            request.META[name] = request.path if name.endswith("URI") else ""
        elif name.startswith("HTTP_") and any(secret in value for secret in secrets):
            request.META[name] = ""
    if (scope := getattr(request, "scope", None)) is not None:
        scope["query_string"] = b""
    return query
