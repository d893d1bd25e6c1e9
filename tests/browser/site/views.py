"""Pages that a browser visits."""

import mimetypes
from pathlib import Path

from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from site_project.middleware import with_scripts


@with_scripts
def cart(request):
    """Something that a visitor has before they sign in."""
    if request.method == "POST":
        request.session["cart"] = request.POST["thing"]
        return redirect("cart")
    return render(request, "cart.html")


@login_required
def member(request, name):
    """One of many pages for members, with a form."""
    context = {"name": name, "note": request.POST.get("note", "")}
    return render(request, "member.html", context)


@with_scripts
def htmx(request, version):
    """A page for everybody, a part of which is for members."""
    return render(
        request, "htmx.html", {"script": f"django_htmx/htmx-{version}.min.js"}
    )


@login_required
def fragment(request):
    return render(request, "fragment.html")


def asset(request, name):
    """Serve static files, which Django itself does with DEBUG only."""
    found = finders.find(name)
    if found is None:
        raise Http404
    kind, _ = mimetypes.guess_type(found)
    return HttpResponse(Path(found).read_bytes(), content_type=kind)
