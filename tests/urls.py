"""URLs of the project that the tests run in."""

from django.contrib import admin
from django.urls import include, path

from logto_auth.web.views import SignInView

from . import views

urlpatterns = [
    path("logto/", include("logto_auth.urls")),
    path("admin/", admin.site.urls),
    path("own/sign-in/", SignInView.as_view(next_page="/protected/")),
    path("", views.home, name="home"),
    path("protected/", views.protected, name="protected"),
    path("staff/", views.staff),
    path("change-password/", views.change_password),
    path("token/", views.token),
    path("atoken/", views.atoken),
    path("cart/", views.cart),
    path("userinfo/", views.userinfo),
    path("auserinfo/", views.auserinfo),
    path("clear-tokens/", views.clear_tokens),
    path("aclear-tokens/", views.aclear_tokens),
    path("aprotected/", views.aprotected, name="aprotected"),
]
