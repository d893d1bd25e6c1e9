"""The variable ``logto`` of templates: the visitor's state, read only when used."""

import copy

import pytest
from django.conf import settings as project
from django.http import Http404
from django.shortcuts import render
from django.template import engines
from django.urls import path

from tests.urls import urlpatterns as site_urls

pytestmark = pytest.mark.django_db

TEMPLATES = {
    "idle.html": "the same for everybody",
    "state.html": "{{ logto.is_authenticated }} {{ logto.claims.name }}",
    "404.html": "not here, {{ logto.claims.name }}",
}


def idle(request):
    return render(request, "idle.html")


def state(request):
    return render(request, "state.html")


def missing(request):
    raise Http404


async def astate(request):
    await request.logto.aclaims()
    return render(request, "state.html")


urlpatterns = [
    *site_urls,
    path("idle/", idle),
    path("state/", state),
    path("missing/", missing),
    path("astate/", astate),
]


@pytest.fixture(autouse=True)
def site(settings):
    settings.ROOT_URLCONF = __name__
    (engine,) = copy.deepcopy(project.TEMPLATES)
    del engine["APP_DIRS"]
    engine["OPTIONS"] = {
        "context_processors": ["logto_auth.context_processors.logto"],
        "loaders": [("django.template.loaders.locmem.Loader", TEMPLATES)],
    }
    settings.TEMPLATES = [engine]


def test_a_page_that_does_not_use_it_pays_nothing(journey, django_assert_num_queries):
    journey.sign_in()
    with django_assert_num_queries(0):
        response = journey.client.get("/idle/")
    assert "Vary" not in response


def test_it_says_who_signed_in(journey):
    assert journey.client.get("/state/").content == b"False "
    journey.sign_in()
    response = journey.client.get("/state/")
    name = journey.logto.people["alice"].name
    assert response.content.decode() == f"True {name}"
    assert response["Vary"] == "Cookie"


def test_error_pages_have_it_too(journey):
    journey.sign_in()
    response = journey.client.get("/missing/")
    assert response.status_code == 404
    assert journey.logto.people["alice"].name in response.content.decode()


def test_where_the_middleware_has_not_been_it_is_signed_out(rf):
    template = engines["django"].get_template("state.html")
    assert template.render({}, rf.get("/")) == "False "


@pytest.mark.django_db(transaction=True)
async def test_an_async_view_uses_what_it_has_awaited(journey_async):
    await journey_async.sign_in()
    response = await journey_async.client.get("/astate/")
    name = journey_async.logto.people["alice"].name
    assert response.content.decode() == f"True {name}"
