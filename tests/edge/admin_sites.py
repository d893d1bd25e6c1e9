"""Admins of a site's own, in every language."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.admin import AdminSite
from django.contrib.auth.models import Group
from django.urls import path

from logto_auth.admin_site import LogtoAdminSiteMixin
from tests.urls import urlpatterns as site_urls


class Office(LogtoAdminSiteMixin, AdminSite):
    site_header = "The office"


class OpenSite(LogtoAdminSiteMixin, AdminSite):
    """For everybody who is signed in."""

    def has_permission(self, request):
        return request.user.is_authenticated


office = Office(name="office")
office.register(Group)
open_site = OpenSite(name="open")

urlpatterns = [
    *site_urls,
    *i18n_patterns(path("office/", office.urls), path("open/", open_site.urls)),
]
