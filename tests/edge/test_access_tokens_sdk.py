"""Logto's own SDK and this package, side by side in one session."""

import pytest
from asgiref.sync import async_to_sync
from django.http import JsonResponse
from django.urls import path
from logto import LogtoClient, LogtoConfig, UserInfoScope

from logto_auth.sessions.storage import SessionStorage
from tests.asking import API, ENDED, ORGANIZATION, TOKEN, access_tokens, digest
from tests.urls import urlpatterns as site_urls

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]


def with_sdk(request):
    from django.conf import settings

    config = LogtoConfig(
        endpoint=settings.LOGTO["ENDPOINT"],
        appId=settings.LOGTO["APP_ID"],
        appSecret=settings.LOGTO["APP_SECRET"],
        resources=[API],
        scopes=[UserInfoScope.organizations],
    )
    client = LogtoClient(config, storage=SessionStorage(request))
    organization_id = request.GET.get("organization")
    if organization_id:
        token = async_to_sync(client.getOrganizationToken)(organization_id)
    else:
        token = async_to_sync(client.getAccessToken)(request.GET.get("resource", ""))
    return JsonResponse({"token": digest(token)})


urlpatterns = [*site_urls, path("with-sdk/", with_sdk)]

PATHS = ["/token/", "/with-sdk/"]
WANTED = [{}, {"resource": API}, {"organization": ORGANIZATION}]


@pytest.fixture
def client(journey, api, settings):
    settings.ROOT_URLCONF = __name__
    journey.sign_in("olivia")
    return journey.client


@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize(
    "paths", [("/token/", "/with-sdk/"), ("/with-sdk/", "/token/")]
)
def test_what_one_has_got_the_other_uses(client, logto, later, wanted, paths):
    for seconds in (0, ENDED):
        later(seconds)
        logto.forget_calls()
        first, second = (client.get(path, wanted).json()["token"] for path in paths)
        assert first == second
        assert logto.count(TOKEN) == bool(wanted or seconds)


def test_what_it_has_got_before_is_kept(client, later):
    client.get("/token/", {"resource": API, "organization": ORGANIZATION})
    client.get("/with-sdk/", {"resource": API})
    kept = access_tokens()
    assert set(kept) == {
        "",
        API,
        f"{API}#{ORGANIZATION}",
    }
    again = client.get("/token/", {"resource": API, "organization": ORGANIZATION})
    assert again.json()["token"] == digest(kept[f"{API}#{ORGANIZATION}"])
