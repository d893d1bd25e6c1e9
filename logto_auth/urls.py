"""``path("logto/", include("logto_auth.urls"))``."""

from __future__ import annotations

from django.urls import path

from .events.backchannel_logout import BackchannelLogoutView
from .events.webhook import WebhookView
from .web import views

app_name = "logto_auth"

urlpatterns = [
    path("choose/", views.ChooseView.as_view(), name="choose"),
    path("sign-in/", views.SignInView.as_view(), name="sign_in"),
    path("sign-up/", views.SignUpView.as_view(), name="sign_up"),
    path("callback/", views.CallbackView.as_view(), name="callback"),
    path("sign-out/", views.SignOutView.as_view(), name="sign_out"),
    path("signed-out/", views.SignedOutView.as_view(), name="signed_out"),
    path("connect/", views.ConnectView.as_view(), name="connect"),
    path("user/", views.UserView.as_view(), name="user"),
    path(
        "backchannel-logout/",
        BackchannelLogoutView.as_view(),
        name="backchannel_logout",
    ),
    path("webhook/", WebhookView.as_view(), name="webhook"),
]
