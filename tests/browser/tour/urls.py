"""The demo site's pages, and some that fail in every way that Django has a page for."""

import os

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.urls import include, path
from django.views.csrf import csrf_failure

ERRORS = {400: SuspiciousOperation, 403: PermissionDenied, 500: OSError}


def fail(request, error):
    raise ERRORS[error]


def with_policy(get_response):
    """Return a middleware that gives every page the tour's own policy."""

    def middleware(request):
        response = get_response(request)
        response.headers["Content-Security-Policy"] = os.environ["TOUR_POLICY"]
        return response

    return middleware


urlpatterns = [
    path("fails/<int:error>/", fail),
    path("fails/csrf/", csrf_failure),
    path("", include("site_project.urls")),
]
