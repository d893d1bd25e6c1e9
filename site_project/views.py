"""Pages of the site."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .profile import Profile
from .providers import PROVIDERS


def home(request: HttpRequest) -> HttpResponse:
    """Show who is signed in, or the ways to sign in."""
    context = {"providers": PROVIDERS, "profile": Profile(request)}
    return render(request, "home.html", context)


def client_side(request: HttpRequest) -> HttpResponse:
    """Show a page that asks for the user by JavaScript."""
    return render(request, "client_side.html")


@login_required
def protected(request: HttpRequest) -> HttpResponse:
    """Show a page that only signed-in visitors reach."""
    return render(request, "protected.html")
