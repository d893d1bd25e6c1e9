"""URLs of the project that the tests run in."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("logto/", include("logto_auth.urls")),
    path("", views.home, name="home"),
    path("protected/", views.protected, name="protected"),
    path("staff/", views.staff),
    path("change-password/", views.change_password),
    path("aprotected/", views.aprotected, name="aprotected"),
]
