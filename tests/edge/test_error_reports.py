"""Whatever breaks, what Django reports of it holds no secret."""

import sys

import pytest
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ImproperlyConfigured
from django.views.debug import ExceptionReporter

from logto_auth.models import LogtoSession
from logto_auth.sessions.tokens import open_tokens
from tests.journey import query_of

pytestmark = pytest.mark.django_db


def report_of(rf, act):
    """Run ``act``, which must raise; return what Django would mail about it.

    Frames of the test itself and of the test client, which a server has not, are left
    out.
    """
    try:
        act()
    except RuntimeError:
        *_, trace = exc_info = sys.exc_info()
        while trace.tb_frame.f_code.co_name != "inner":
            trace = trace.tb_next
        request = trace.tb_frame.f_locals["request"]
        reporter = ExceptionReporter(request, *exc_info)
        frames = reporter.get_traceback_frames()
        names = [frame["function"] for frame in frames]
        inside = frames[names.index("inner") :]
        assert any("/logto_auth/web/" in frame["filename"] for frame in inside)
        return str([(frame["function"], frame["vars"]) for frame in inside]) + str(
            (request.GET, request.META, request.COOKIES.keys())
        )
    raise AssertionError("it did not raise")


@pytest.mark.catalogue(39, 117)
def test_a_receiver_that_fails_in_a_callback(journey, rf):
    seen = []
    forge = journey.logto.forge_token_response
    journey.logto.forge_token_response = lambda body: seen.append(body) or forge(body)

    def fail(sender, request, user, **kwargs):
        raise RuntimeError("the site's own receiver")

    url = journey.callback_url()
    query = query_of(url)
    user_logged_in.connect(fail)
    try:
        report = report_of(rf, lambda: journey.client.get(url))
    finally:
        user_logged_in.disconnect(fail)
    (body,) = seen
    for secret in (
        query["code"],
        query["state"],
        body["access_token"],
        body["refresh_token"],
        body["id_token"],
        "demo-secret",
    ):
        at = report.find(secret)
        assert at == -1, report[max(0, at - 300) : at]
    assert journey.client.get("/logto/user/").json() == {"isAuthenticated": False}


@pytest.mark.catalogue(39, 117)
def test_djangos_own_page_about_a_hook_that_fails(journey, hooks, settings):
    def fail(self, *args, **kwargs):
        raise RuntimeError("the site's own hook")

    hooks(after_sign_in=fail)
    settings.DEBUG = True
    journey.client.raise_request_exception = False
    url = journey.callback_url()
    response = journey.client.get(url)
    page = response.content.decode()
    assert "the site&#x27;s own hook" in page
    for secret in (query_of(url)["code"], query_of(url)["state"], "demo-secret"):
        assert secret not in page


@pytest.mark.catalogue(39)
def test_a_missing_setting_in_a_callback(journey, rf, settings):
    url = journey.callback_url()
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    response = journey.client.get(url)
    assert response.status_code == 500
    assert issubclass(type(response.context["error"]), ImproperlyConfigured)
    assert "demo-secret" not in response.content.decode()


@pytest.mark.catalogue(39)
def test_reprs_show_no_secret(journey):
    from logto_auth.engine.mode import BLOCKING
    from logto_auth.engine.sdk import LogtoSdkClient, MemoryStorage
    from logto_auth.engine.transport import Request, Response

    journey.sign_in()
    row = LogtoSession.objects.get()
    tokens = open_tokens(row)
    request = Request(
        "POST", "http://x/", headers={"a": "h1dden"}, form={"b": "h1dden"}
    )
    client = LogtoSdkClient(BLOCKING, MemoryStorage(tokens))
    shown = repr([row, str(row), request, Response(200, {}, b"h1dden"), client])
    assert "h1dden" not in shown
    for secret in tokens.values():
        assert secret not in shown


@pytest.mark.parametrize(
    "header", ["X-Original-URL", "X-Forwarded-Uri", "X-Original-URI", "Referer"]
)
@pytest.mark.parametrize("debug", [True, False])
def test_what_a_proxy_repeats_of_the_address_is_in_no_report(
    journey, hooks, settings, header, debug
):
    def fail(self, *args, **kwargs):
        raise RuntimeError("the site's own hook")

    hooks(after_sign_in=fail)
    settings.DEBUG = debug
    journey.client.raise_request_exception = False
    url = journey.callback_url()
    response = journey.client.get(url, headers={header: url})
    assert response.status_code == 500
    assert query_of(url)["code"] not in response.text
