"""Where Logto's webhooks arrive."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from ..engine.mode import Mode
from ..web.hybrid import HybridView


class WebhookView(HybridView):
    """Takes signed webhooks."""

    http_method_names = ["post"]
    checks_csrf = False

    async def post(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Take a webhook."""
        return HttpResponse(status=501)
