"""``request.logto`` and ``request.user.logto``: one object, one person, no query."""

import copy
import pickle

import pytest
from django.contrib.auth import alogin, get_user_model, login, logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from logto_auth.middleware import LogtoMiddleware
from logto_auth.models import LogtoSession
from logto_auth.web.request import RequestLogto
from tests.urls import urlpatterns as site_urls

pytestmark = pytest.mark.django_db
User = get_user_model()
PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"

seen = {}


def look(request):
    seen["before"] = request.logto._loaded
    seen["same"] = request.user.logto is request.logto
    seen["name"] = request.user.logto.claims.get("name")
    seen["roles"] = request.logto.roles
    seen["organizations"] = request.logto.organizations
    seen["identities"] = request.logto.userinfo.get("identities")
    seen["account"] = request.logto.account
    return HttpResponse()


def do_not_look(request):
    return HttpResponse()


def become_pat(request):
    seen["old_user"], seen["old_logto"] = request.user, request.logto
    if "read_first" in request.GET:
        assert request.logto.is_authenticated
    login(request, User.objects.get(username="pat"), backend=PASSWORD_BACKEND)
    seen["new"] = request.logto
    seen["same"] = request.user.logto is request.logto
    seen["claims"] = dict(request.user.logto.claims)
    return HttpResponse()


async def abecome_pat(request):
    await request.logto.ais_authenticated()
    pat = await User.objects.aget(username="pat")
    await alogin(request, pat, backend=PASSWORD_BACKEND)
    seen["claims"] = dict(await request.logto.aclaims())
    user = await request.auser()  # Django 5.2 still says who it was before
    claims = await user.logto.aclaims()
    seen["of_user"] = claims.get("username", user.get_username()) == user.get_username()
    return HttpResponse()


def leave(request):
    assert request.logto.is_authenticated
    logout(request)
    seen["after"] = (
        request.logto.is_authenticated,
        request.user.logto.is_authenticated,
    )
    seen["same"] = request.user.logto is request.logto
    return HttpResponse()


def impersonate(request):
    request.user = User.objects.get(username="pat")
    seen["claims"] = dict(request.logto.claims)
    return HttpResponse()


async def aimpersonate(request):
    request.user = await User.objects.aget(username="pat")
    seen["claims"] = dict(await request.logto.aclaims())
    return HttpResponse()


def tamper(request):
    request.logto.claims["roles"].append("admin")
    request.session["touched"] = True
    return HttpResponse()


urlpatterns = [
    *site_urls,
    path("impersonate/", impersonate),
    path("aimpersonate/", aimpersonate),
    path("tamper/", tamper),
    path("look/", look),
    path("do-not-look/", do_not_look),
    path("become-pat/", become_pat),
    path("abecome-pat/", abecome_pat),
    path("leave/", leave),
]


@pytest.fixture(autouse=True)
def site(settings):
    settings.ROOT_URLCONF = __name__
    seen.clear()


@pytest.fixture
def pat():
    return User.objects.create_user("pat")


def test_it_is_one_object_with_everything(journey):
    journey.sign_in("sofia")
    journey.client.get("/look/")
    assert seen["before"] is None
    assert seen["same"]
    assert seen["name"] == journey.logto.people["sofia"].name
    assert set(seen["identities"]) == {"huggingface", "facebook", "naver", "my-oidc"}
    assert seen["account"].subject == journey.logto.people["sofia"].sub


def test_roles_and_organizations_come_with_it(journey):
    journey.sign_in("olivia")
    journey.client.get("/look/")
    olivia = journey.logto.people["olivia"]
    assert seen["organizations"] == [item.id for item in olivia.organizations]
    journey.sign_in("alice", prompt="login")
    journey.client.get("/look/")
    assert seen["roles"] == list(journey.logto.people["alice"].roles)


def test_roles_that_the_id_token_lacks_come_from_userinfo(journey):
    def without_roles(claims, header):
        claims.pop("roles")
        return claims, header

    journey.logto.forge_id_token = without_roles
    journey.sign_in("alice")
    journey.client.get("/look/")
    assert seen["roles"] == list(journey.logto.people["alice"].roles)


@pytest.mark.catalogue(84)
@pytest.mark.parametrize("stated", [None, [], "superuser"])
def test_roles_that_the_id_token_states_are_not_userinfos(journey, stated):
    journey.logto.forge_id_token = lambda claims, header: (
        {**claims, "roles": stated},
        header,
    )
    journey.logto.forge_userinfo = lambda document: {
        **document,
        "roles": ["superuser"],
    }
    journey.sign_in("alice")
    journey.client.get("/look/")
    assert seen["roles"] == []


def test_a_page_that_does_not_look_pays_nothing(journey, django_assert_num_queries):
    journey.sign_in()
    with django_assert_num_queries(0):
        response = journey.client.get("/do-not-look/")
    assert "Vary" not in response


def test_an_anonymous_visitor_has_an_empty_one(client):
    client.get("/look/")
    assert seen["same"]
    assert (seen["name"], seen["roles"], seen["account"]) == (None, [], None)


def test_a_password_user_has_an_empty_one(client, pat):
    client.force_login(pat, backend=PASSWORD_BACKEND)
    client.get("/look/")
    assert seen["same"]
    assert (seen["name"], seen["identities"], seen["account"]) == (None, None, None)


@pytest.mark.parametrize("query", ["", "?read_first"])
def test_login_as_somebody_else_shows_nobody_elses_claims(journey, pat, query):
    journey.sign_in("alice")
    journey.client.get(f"/become-pat/{query}")
    assert seen["same"]
    assert seen["claims"] == {}
    assert seen["new"] is not seen["old_logto"]
    name = seen["old_logto"].claims.get("name")
    assert name in (None, journey.logto.people["alice"].name)
    journey.client.get("/look/")
    assert seen["name"] is None


@pytest.mark.django_db(transaction=True)
async def test_alogin_as_somebody_else_does_not_either(journey_async, pat_async):
    await journey_async.sign_in("alice")
    await journey_async.client.get("/abecome-pat/")
    assert seen == {"claims": {}, "of_user": True}


def test_after_logout_it_is_empty(journey):
    journey.sign_in()
    journey.client.get("/leave/")
    assert seen["after"] == (False, False)


def test_after_logout_it_is_still_one_object_for_receivers_too(journey):
    def audit(sender, request, user, **kwargs):
        seen["during"] = request.logto.is_authenticated

    user_logged_out.connect(audit)
    try:
        journey.sign_in()
        journey.client.get("/leave/")
    finally:
        user_logged_out.disconnect(audit)
    assert seen["during"] is False
    assert seen["after"] == (False, False)
    assert seen["same"]


def test_djangos_own_logout_forgets_the_tokens(journey):
    journey.sign_in()
    journey.client.get("/leave/")
    assert not LogtoSession.objects.exists()


@pytest.mark.parametrize("path", ["/impersonate/", "/aimpersonate/"])
def test_a_user_that_the_site_puts_on_the_request_has_nobodys_claims(
    journey, pat, path
):
    journey.sign_in()
    journey.client.get(path)
    assert seen == {"claims": {}}


def test_what_a_view_does_to_the_claims_stays_in_that_view(journey):
    journey.sign_in()
    journey.client.get("/tamper/")
    journey.client.get("/look/")
    assert "admin" not in seen["roles"]


def test_other_instances_have_a_detached_one(journey):
    journey.sign_in()
    user = User.objects.get()
    assert user.logto.is_authenticated is False
    assert AnonymousUser().logto.claims == {}


def test_it_pickles_to_a_detached_one_and_copies_to_itself():
    logto = RequestLogto()
    assert pickle.loads(pickle.dumps(logto)).claims == {}
    assert copy.deepcopy(logto) is logto


def test_receivers_of_the_site_already_see_the_claims(journey):
    heard = {}

    def on_logged_in(sender, request, user, **kwargs):
        heard["claims"] = dict(user.logto.claims)
        heard["account"] = request.logto.account

    user_logged_in.connect(on_logged_in)
    try:
        journey.sign_in()
    finally:
        user_logged_in.disconnect(on_logged_in)
    assert heard["claims"]["sub"] == heard["account"].subject


def test_a_record_that_another_login_left_behind_is_not_believed(journey, pat):
    journey.sign_in("alice")
    record = journey.client.session["logto_auth:session"]
    client = Client()
    client.force_login(pat, backend=PASSWORD_BACKEND)
    session = client.session
    session["logto_auth:session"] = record
    session.save()
    client.get("/look/")
    assert (seen["name"], seen["account"]) == (None, None)


@pytest.mark.parametrize("record", [7, [], {}, {"row": "x"}, {"row": None}])
def test_a_garbled_record_is_as_good_as_none(client, pat, record):
    client.force_login(pat, backend=PASSWORD_BACKEND)
    session = client.session
    session["logto_auth:session"] = record
    session.save()
    client.get("/look/")
    assert seen["name"] is None


def test_without_request_user_the_middleware_says_what_is_missing(rf):
    with pytest.raises(ImproperlyConfigured, match="AuthenticationMiddleware"):
        LogtoMiddleware(lambda request: HttpResponse())(rf.get("/"))


def test_the_middleware_has_one_class_and_only_the_hook_of_views_that_fail():
    assert LogtoMiddleware.__mro__ == (LogtoMiddleware, object)
    hooks = [name for name in vars(LogtoMiddleware) if name.startswith("process_")]
    assert hooks == ["process_exception"]
    assert AuthenticationMiddleware  # the one it is placed after
