"""A site with a language in its addresses, and views for what Logto tells it."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.urls import include, path

import logto_auth.urls


def taken(request):
    return HttpResponse()


members = (
    [
        *logto_auth.urls.urlpatterns,
        path("webhook/", taken, name="webhook"),
        path("backchannel-logout/", taken, name="backchannel_logout"),
    ],
    "logto_auth",
)
urlpatterns = i18n_patterns(path("members/", include(members)))
