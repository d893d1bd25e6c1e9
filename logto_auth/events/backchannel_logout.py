"""Logto ends sessions here (OpenID Connect Back-Channel Logout 1.0)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from ..engine.mode import Mode
from ..web.hybrid import HybridView


class BackchannelLogoutView(HybridView):
    """Where Logto sends logout tokens."""

    http_method_names = ["post"]
    checks_csrf = False

    async def post(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Take a logout token."""
        return HttpResponse(status=501)
