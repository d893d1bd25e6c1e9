"""The pages for a browser, above those of the tests' project."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("cart/", views.cart, name="cart"),
    path("members/<slug:name>/", views.member, name="member"),
    path("htmx/<int:version>/", views.htmx, name="htmx"),
    path("fragment/", views.fragment, name="fragment"),
    path("static/<path:name>", views.asset),
    path("", include("tests.urls")),
]
