"""``logto`` in every template: ``request.logto``, and nothing read until used."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from .web.attachment import ATTRIBUTE
from .web.request import DETACHED


def logto(request: HttpRequest) -> dict[str, Any]:
    """Return the variable ``logto``; signed out where the middleware has not been."""
    return {"logto": getattr(request, ATTRIBUTE, DETACHED)}
