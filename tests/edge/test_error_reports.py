"""Whatever breaks, what Django reports of it holds no secret."""

import logging
import sys

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpResponse
from django.urls import include, path
from django.views.debug import ExceptionReporter

from logto_auth.models import LogtoSession
from logto_auth.sessions.tokens import open_tokens
from tests.journey import query_of

pytestmark = pytest.mark.django_db


class InALanguage:
    """A site whose addresses name the language."""

    urlpatterns = i18n_patterns(path("logto/", include("logto_auth.urls")))


class WithAnotherCallback:
    """A site that signs in with something else too."""

    urlpatterns = [
        path("logto/", include("logto_auth.urls")),
        path(
            "other/callback/",
            lambda request: HttpResponse(request.META["QUERY_STRING"]),
        ),
    ]


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


@pytest.mark.catalogue(39, 117)
@pytest.mark.parametrize(
    "place",
    [
        "engine.sdk.exchange_code",
        "engine.provider.verify_id_token",
        "engine.sdk.fetch_userinfo",
        "engine.sdk.missing_scopes",
        "web.callback.tell_missing_scopes",
        "web.callback.complete_sign_in",
        "web.callback.count_round",
    ],
)
async def test_a_defect_of_this_package_anywhere_in_a_callback(
    journey_async, monkeypatch, guard, place
):
    def fail(*args, **kwargs):
        del args, kwargs  # a defect is no function that is given secrets
        raise RuntimeError("a defect")

    monkeypatch.setattr(f"logto_auth.{place}", fail)
    journey_async.client.raise_request_exception = False
    response = await journey_async.client.get(await journey_async.callback_url())
    assert response.status_code == 500
    mailed = [said for said in guard.sightings if said.place.startswith("mailed")]
    assert "a defect" in mailed[0].text, "the guard looks for secrets in it"


class Reports(logging.Handler):
    """What Django's handler would mail to administrators."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.texts = []

    def emit(self, record):
        reporter = ExceptionReporter(record.request, *record.exc_info, is_email=True)
        html = reporter.get_traceback_html()
        self.texts.append(f"{record.request!r} {reporter.get_traceback_text()} {html}")


@pytest.fixture
def reports():
    handler, logger = Reports(), logging.getLogger("django")
    logger.addHandler(handler)
    yield handler.texts
    logger.removeHandler(handler)


@pytest.mark.catalogue(7, 39, 117)
@pytest.mark.parametrize("language", ["", "/th"], ids=["", "in a language"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_callback_that_django_refuses_before_any_view(
    journey, reports, settings, language, method
):
    url = journey.callback_url()
    query = query_of(url)
    if language:
        settings.ROOT_URLCONF = InALanguage
        url = language + url
    headers = {"host": "elsewhere.example", "x-original-url": url}
    assert getattr(journey.client, method)(url, headers=headers).status_code == 400
    (report,) = reports
    assert "/logto/callback/" in report
    for name in ("code", "state"):
        assert query[name] not in report


@pytest.mark.catalogue(7, 39, 117)
async def test_a_callback_that_django_refuses_before_any_view_on_an_event_loop(
    journey_async, reports
):
    url = await journey_async.callback_url()
    headers = {"host": "elsewhere.example", "x-original-url": url}
    response = await journey_async.client.get(url, headers=headers)
    assert response.status_code == 400
    (report,) = reports
    for name in ("code", "state"):
        assert query_of(url)[name] not in report


@pytest.mark.catalogue(7, 39, 117)
async def test_it_is_so_where_the_site_has_a_prefix(journey_async, reports):
    url = await journey_async.callback_url()
    path, _, query = url.partition("?")
    connection = ApplicationCommunicator(
        ASGIHandler(),
        {
            "type": "http",
            "method": "GET",
            "root_path": "/app",
            "path": f"/app{path}",
            "query_string": query.encode(),
            "headers": [(b"host", b"elsewhere.example")],
        },
    )
    await connection.send_input({"type": "http.request"})
    assert (await connection.receive_output())["status"] == 400
    (report,) = reports
    assert "/app/logto/callback/" in report
    for name in ("code", "state"):
        assert query_of(url)[name] not in report
    await connection.wait()


def test_another_apps_callback_keeps_its_query(client, settings):
    settings.ROOT_URLCONF = WithAnotherCallback
    response = client.get("/other/callback/?code=c0de&state=st4te")
    assert response.text == "code=c0de&state=st4te"


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
