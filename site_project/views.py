"""Pages of the site."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.cache import never_cache

from .middleware import with_scripts
from .profile import Profile


# Or the back button would show them after a sign-out.
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show who is signed in, or the ways to sign in."""
    return render(request, "home.html", {"profile": Profile(request)})


@with_scripts
def client_side(request: HttpRequest) -> HttpResponse:
    """Show a page that asks for the user by JavaScript."""
    return render(request, "client_side.html")


@never_cache
@login_required
def protected(request: HttpRequest) -> HttpResponse:
    """Show a page that only signed-in visitors reach."""
    return render(request, "protected.html")


def icon(request: HttpRequest) -> HttpResponse:
    """Lead to the icon; browsers ask for it where a page names none, as the admin's."""
    return redirect(static("logto_auth/icon.svg"))
