"""Access tokens for APIs and organizations: each is its own, and asked for alone."""

import pytest
from django.http import JsonResponse
from django.urls import path

from logto_auth.errors import TokenRequestRefused
from logto_auth.testing import Resource
from tests.asking import (
    API,
    JSON,
    ORGANIZATION,
    OTHER_API,
    TOKEN,
    access_tokens,
    digest,
    payload,
    row,
    stored,
)
from tests.urls import urlpatterns as site_urls

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]

OTHER_ORGANIZATION = "lookingglass"
WANTED = [
    (),
    (API,),
    (OTHER_API,),
    ("", ORGANIZATION),
    ("", OTHER_ORGANIZATION),
    (API, ORGANIZATION),
    (API, OTHER_ORGANIZATION),
    (OTHER_API, ORGANIZATION),
]
#: What Logto says of what was not asked for, and of who is no member.
REFUSED = [
    ("https://nobody.example.com", "", "invalid_target"),
    ("", "nosuchorganization", "access_denied"),
    (API, "nosuchorganization", "access_denied"),
]


def view(request):
    try:
        request.logto.get_access_token(request.GET["resource"] or None)
    except TokenRequestRefused as error:
        return JsonResponse({"reason": error.reason})
    return JsonResponse({"reason": ""})


async def aview(request):
    try:
        organization_id = request.GET["organization"]
        await request.logto.aget_organization_token(organization_id)
    except TokenRequestRefused as error:
        return JsonResponse({"reason": error.reason})
    return JsonResponse({"reason": ""})


def organization(request):
    token = request.logto.get_organization_token(ORGANIZATION)
    return JsonResponse({"token": digest(token)})


urlpatterns = [
    *site_urls,
    path("catching/", view),
    path("acatching/", aview),
    path("organization/", organization),
]


@pytest.mark.catalogue(87)
def test_each_is_kept_by_itself(asker, logto, api):
    asker.sign_in("olivia")
    logto.forget_calls()
    got = [asker.token(*wanted) for wanted in WANTED]
    assert len(set(got)) == len(WANTED)
    assert logto.count(TOKEN) == len(WANTED) - 1  # the first came with the sign-in
    assert [asker.token(*wanted) for wanted in WANTED] == got
    assert logto.count(TOKEN) == len(WANTED) - 1


def test_each_is_for_what_was_asked_and_says_the_scopes_of_it(asker, api):
    asker.sign_in("olivia")
    for wanted in WANTED:
        asker.token(*wanted)
    claims = {
        key: payload(token) for key, token in access_tokens().items() if "." in token
    }
    told = {
        (told["aud"], told.get("organization_id"), told["scope"])
        for told in claims.values()
    }
    assert told == {
        (API, None, "read:books"),
        (OTHER_API, None, "read:books"),
        (f"urn:logto:organization:{ORGANIZATION}", None, ""),
        (f"urn:logto:organization:{OTHER_ORGANIZATION}", None, ""),
        (API, ORGANIZATION, "read:books"),
        (API, OTHER_ORGANIZATION, ""),
        (OTHER_API, ORGANIZATION, "read:books"),
    }


@pytest.mark.catalogue(87)
def test_an_api_that_is_called_as_an_organization_is_another_thing(
    asker, logto, settings
):
    logto.resources[ORGANIZATION] = Resource(ORGANIZATION)
    settings.LOGTO = {**settings.LOGTO, "RESOURCES": [ORGANIZATION]}
    asker.sign_in("olivia")
    asker.token(ORGANIZATION)
    asker.token("", ORGANIZATION)
    audiences = {payload(t)["aud"] for t in access_tokens().values() if "." in t}
    assert audiences == {ORGANIZATION, f"urn:logto:organization:{ORGANIZATION}"}


@pytest.mark.catalogue(87)
def test_two_sessions_never_share_one(asker, logto, api):
    askers = asker, asker.beside(), asker.beside()
    for one, name in zip(askers, ("olivia", "olivia", "ada"), strict=True):
        one.sign_in(name)
    tokens = {one.token(*wanted) for one in askers for wanted in [(), (API,)]}
    assert len(tokens) == 6


@pytest.mark.parametrize(
    ("wanted", "more"),
    [
        ((), set()),
        ((API,), {"resource"}),
        (("", ORGANIZATION), {"organization_id"}),
        ((API, ORGANIZATION), {"resource", "organization_id"}),
    ],
)
def test_scopes_are_not_sent_again(asker, logto, api, wanted, more):
    asker.sign_in("olivia")
    asker.clear()
    logto.forget_calls()
    asker.token(*wanted)
    (call,) = logto.calls
    assert call.authorization == "Basic"
    assert set(call.form_names) == {"grant_type", "refresh_token", *more}


def test_an_organizations_has_a_method_of_its_own(asker, api, settings):
    settings.ROOT_URLCONF = __name__
    asker.sign_in("olivia")
    answer = asker.client.get("/organization/").json()
    assert answer["token"] == asker.token("", ORGANIZATION)


@pytest.mark.parametrize(("resource", "organization_id", "reason"), REFUSED)
def test_what_logto_refuses_is_told_and_ends_nothing(
    asker, logto, api, resource, organization_id, reason
):
    asker.sign_in("olivia")
    first, before = asker.token(), stored()
    answer = asker.ask(resource, organization_id)
    assert answer.status_code == 502
    assert answer.context["error"].code == "token_request_refused"
    assert answer.context["error"].reason == reason
    script = asker.ask(resource, organization_id, headers=JSON)
    assert script.status_code == 502
    assert script.json() == {"error": "token_request_refused"}
    assert stored() == before
    assert row().lease_until == 0
    assert asker.token() == first
    assert asker.token(api)


def test_without_the_scope_of_organizations_there_are_none(asker, api, settings):
    scopes = ["offline_access", "profile"]
    settings.LOGTO = {**settings.LOGTO, "SCOPES": scopes}
    asker.sign_in("olivia")
    answer = asker.ask("", ORGANIZATION)
    assert answer.context["error"].reason == "insufficient_scope"
    assert asker.token()


def test_a_page_can_go_on_without_it(asker, api, settings):
    settings.ROOT_URLCONF = __name__
    asker.sign_in("olivia")
    refused = asker.client.get("/catching/", {"resource": "https://x.example.com"})
    assert refused.json() == {"reason": "invalid_target"}
    granted = asker.client.get("/catching/", {"resource": API})
    assert granted.json() == {"reason": ""}
    refused = asker.client.get("/acatching/", {"organization": "nosuch"})
    assert refused.json() == {"reason": "access_denied"}


def test_who_leaves_an_organization_keeps_no_token_beyond_its_life(
    asker, logto, api, later
):
    asker.sign_in("olivia")
    first = asker.token("", ORGANIZATION)
    logto.leave("olivia", ORGANIZATION)
    assert asker.token("", ORGANIZATION) == first
    later(3605)
    answer = asker.ask("", ORGANIZATION)
    assert answer.context["error"].reason == "access_denied"
    assert asker.token()
