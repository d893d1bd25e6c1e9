"""The tests' project without the views for what Logto tells by itself."""

from django.urls import include, path

from logto_auth.urls import urlpatterns as of_the_package
from tests.urls import urlpatterns as of_the_tests

TOLD = {"webhook", "backchannel_logout"}
without_events = [item for item in of_the_package if item.name not in TOLD]
urlpatterns = [
    path("logto/", include((without_events, "logto_auth"))),
    *of_the_tests[1:],
]
