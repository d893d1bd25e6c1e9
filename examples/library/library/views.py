"""A page for everybody, one for members, one for librarians, and an async one."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """Tell everybody that there is a library."""
    return render(request, "library/home.html")


@login_required
def members(request: HttpRequest) -> HttpResponse:
    """Show members who they are, and their accounts elsewhere."""
    return render(request, "library/members.html", {"logto": request.logto})


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Let librarians work."""
    if "librarian" not in request.logto.roles:
        raise PermissionDenied
    return render(request, "library/desk.html")


async def loans(request: HttpRequest) -> HttpResponse:
    """Tell a member's organizations."""
    if not await request.logto.ais_authenticated():
        return JsonResponse({"error": "sign in first"}, status=401)
    return JsonResponse({"organizations": await request.logto.aorganizations()})
