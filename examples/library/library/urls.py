"""The library's pages and those of the sign-in."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("logto/", include("logto_auth.urls")),
    path("", views.home, name="home"),
    path("members/", views.members, name="members"),
    path("desk/", views.desk, name="desk"),
    path("loans/", views.loans, name="loans"),
]
