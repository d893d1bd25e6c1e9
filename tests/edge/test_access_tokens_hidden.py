"""Where access tokens must not be seen, though views have them in their hands."""

import io
import json

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.http import HttpResponse, JsonResponse
from django.template import Context, RequestContext, Template
from django.urls import path

from logto_auth.models import LogtoSession
from tests.asking import ENDED, access_tokens, row, stored
from tests.edge.admin_page import superuser
from tests.urls import urlpatterns as site_urls

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.databases,
    pytest.mark.catalogue(91),
]


def shows_everything(request):
    request.logto.get_access_token()
    request.logto.fetch_userinfo()
    flat = RequestContext(request, {"request": request}).flatten()
    text = Template("{{ request.logto }} {{ user.logto }} {% debug %}").render(
        RequestContext(request, flat)
    )
    told = [repr(flat), text, repr(vars(request)), repr(dict(request.session.items()))]
    told += [repr(vars(request.logto)), str(Context(flat))]
    return HttpResponse("\n".join(told))


def fails(request):
    token = request.logto.get_access_token()
    tokens = [token, {"authorization": token}]
    raise RuntimeError(f"with {len(tokens)}")


async def afails(request):
    token = await request.logto.aget_access_token()
    tokens = [token, {"authorization": token}]
    raise RuntimeError(f"with {len(tokens)}")


def uses(request):
    token = request.logto.get_access_token()
    header = json.dumps({"authorization": f"Bearer {token}"})
    return JsonResponse({"length": len(header), "is_text": isinstance(token, str)})


urlpatterns = [
    *site_urls,
    path("shows/", shows_everything),
    path("fails/", fails),
    path("afails/", afails),
    path("uses/", uses),
]


@pytest.fixture
def site(settings):
    settings.ROOT_URLCONF = __name__
    return settings


@pytest.fixture
def secrets(asker, site, later):
    """Sign in and refresh; return what nobody may see."""
    asker.sign_in("alice")
    before = usable(stored())
    later(ENDED)
    asker.token()
    return before | usable(stored())


def usable(tokens):
    signature = tokens["idToken"].split(".")[2]
    return {tokens["refreshToken"], signature, *access_tokens(tokens).values()}


def seen_in(text, secrets):
    return [secret[:6] for secret in secrets if secret in text]


def test_a_view_can_use_it_as_the_text_that_it_is(asker, secrets):
    (token,) = access_tokens().values()
    told = asker.client.get("/uses/").json()
    expected = json.dumps({"authorization": f"Bearer {token}"})
    assert told == {"length": len(expected), "is_text": True}


def test_not_in_contexts_sessions_or_texts_of_objects(asker, secrets, site):
    for debug in (True, False):
        site.DEBUG = debug
        answer = asker.client.get("/shows/")
        assert answer.status_code == 200
        assert "RequestLogto" in answer.text
        assert seen_in(answer.text, secrets) == []


@pytest.mark.parametrize("debug", [True, False])
def test_not_in_reports_of_what_failed(asker, secrets, site, guard, debug):
    site.DEBUG = debug
    asker.client.raise_request_exception = False
    answer = asker.client.get(f"/{asker.prefix}fails/")
    assert answer.status_code == 500
    assert ("tokens" in answer.text) == debug
    assert seen_in(answer.text, secrets) == []
    mailed = [said.text for said in guard.sightings if said.place.startswith("mailed")]
    assert mailed and "with 2" in mailed[0]
    assert seen_in("".join(mailed), secrets) == []


def test_not_in_cookies_json_or_the_admin(asker, secrets):
    told = asker.client.cookies.output()
    told += asker.client.get("/logto/user/").text
    client = superuser()
    for path_ in ("/admin/", "/admin/auth/user/", "/admin/logto_auth/logtoaccount/"):
        answer = client.get(path_)
        assert answer.status_code == 200
        told += answer.text
    assert not admin.site.is_registered(LogtoSession)
    assert seen_in(told, secrets) == []


def test_not_in_dumps_or_rows(secrets):
    dumped = io.StringIO()
    call_command("dumpdata", stdout=dumped)
    told = dumped.getvalue() + repr(row()) + str(row()) + repr(vars(row()))
    assert "logto_auth.logtosession" in told
    assert seen_in(told, secrets) == []


def test_not_in_a_report_of_a_defect_of_this_package(
    asker, secrets, site, later, monkeypatch, guard
):
    def fail(*args, **kwargs):
        del args, kwargs  # a defect is no function that is given secrets
        raise RuntimeError("a defect")

    later(ENDED)
    asker.client.raise_request_exception = False
    for place in ("sessions.ledger.store_tokens", "sessions.refreshing.with_token"):
        with monkeypatch.context() as patch:
            patch.setattr(f"logto_auth.{place}", fail)
            assert asker.ask().status_code == 500
        mailed = [s.text for s in guard.sightings if s.place.startswith("mailed")]
        assert "a defect" in mailed[-1]
        assert row().lease_until == 0, "nobody is kept waiting"
    assert asker.token()
