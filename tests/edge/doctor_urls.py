"""The tests' project with views for what Logto tells."""

from django.http import HttpResponse
from django.urls import include, path

from logto_auth.urls import urlpatterns as of_the_package
from tests.urls import urlpatterns as of_the_tests


def told(request):
    return HttpResponse(status=204)


with_events = [
    *of_the_package,
    path("webhook/", told, name="webhook"),
    path("backchannel-logout/", told, name="backchannel_logout"),
]
urlpatterns = [
    path("logto/", include((with_events, "logto_auth"))),
    *of_the_tests[1:],
]
