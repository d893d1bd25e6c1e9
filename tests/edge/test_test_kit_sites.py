"""The test kit fits the sites and machines that there are."""

import os
from urllib.request import proxy_bypass

import pytest
from django.contrib.sessions.middleware import SessionMiddleware as DjangosOwn

from logto_auth.testing.wiring import connect


class SessionMiddleware:
    """As another package has it: no subclass of Django's."""

    def __init__(self, get_response):
        self.inner = DjangosOwn(get_response)

    def __call__(self, request):
        return self.inner(request)


@pytest.mark.django_db
def test_sessions_of_another_package_are_signed_in_to(settings, client, logto_sign_in):
    settings.MIDDLEWARE = [
        f"{__name__}.SessionMiddleware" if "SessionMiddleware" in path else path
        for path in settings.MIDDLEWARE
    ]
    logto_sign_in(client)
    assert client.get("/protected/").status_code == 200


@pytest.mark.parametrize(
    ("exempt", "then"), [("*", "*"), ("", "localhost"), ("a.test", "a.test,localhost")]
)
def test_a_proxy_is_passed_by_for_the_simulator_and_no_less_than_before(
    logto, monkeypatch, exempt, then
):
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:3128")
    monkeypatch.setenv("no_proxy", exempt)
    connect(logto, [])
    assert os.environ["no_proxy"] == then
    assert proxy_bypass("localhost")
    assert bool(proxy_bypass("example.com")) == (exempt == "*")
