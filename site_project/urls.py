"""Pages of the site, and Logto's under ``/logto/``."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("client-side/", views.client_side, name="client_side"),
    path("protected/", views.protected, name="protected"),
    path("logto/", include("logto_auth.urls")),
    path("admin/", admin.site.urls),
    path("favicon.ico", views.icon),
]
