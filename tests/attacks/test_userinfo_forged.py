"""Userinfo that lies: nobody has signed it, so it gives nobody rights."""

import json
import socket

import pytest
from django.contrib.auth import get_user_model
from django.http import JsonResponse
from django.urls import path

from logto_auth.models import LogtoAccount
from tests.urls import urlpatterns as site_urls

pytestmark = pytest.mark.django_db
User = get_user_model()


def rights(request):
    """A page that decides by what Logto says."""
    logto = request.logto
    return JsonResponse({"roles": logto.roles, "organizations": logto.organizations})


urlpatterns = [*site_urls, path("rights/", rights)]


@pytest.mark.catalogue(74)
def test_no_address_that_logto_tells_is_ever_fetched_by_the_server(
    journey, admin_client
):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        inside = f"http://127.0.0.1:{listener.getsockname()[1]}/latest/meta-data/"
        journey.logto.forge_userinfo = lambda document: {
            **document,
            **dict.fromkeys(("picture", "profile", "website"), inside),
            "identities": {
                "naver": {"userId": "n1", "details": {"id": "n1", "avatar": inside}}
            },
        }
        journey.sign_in()
        account = LogtoAccount.objects.get()
        page = admin_client.get(f"/admin/logto_auth/logtoaccount/{account.pk}/change/")
        assert page.status_code == 200
        assert f'src="{inside}' not in page.text
        assert f'href="{inside}' not in page.text
        journey.client.get("/protected/")
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert "/latest/meta-data/" not in [call.path for call in journey.logto.calls]


FORGED = {
    "organizations": ["evil"],
    "organization_roles": ["evil:admin", "wonderlandor:owner"],
    "organization_data": [{"id": "evil", "name": "Evil"}],
    "organization_id": "evil",
    "org_id": "evil",
    "org_role": "admin",
    "organization": {"id": "evil", "roles": ["admin"]},
    "roles": ["superuser"],
    "role": "superuser",
    "scope": "openid all",
}


@pytest.mark.catalogue(84)
@pytest.mark.parametrize("name", ["olivia", "noel"])
def test_userinfo_gives_neither_roles_nor_organizations(journey, settings, hooks, name):
    """Of somebody who has some, and of somebody who has none."""
    settings.ROOT_URLCONF = __name__
    asked = []
    hooks(may_sign_in=lambda self, user: asked.append(dict(self.claims)) or True)
    person = journey.logto.people[name]
    journey.logto.forge_userinfo = lambda document: {**document, **FORGED}
    assert journey.sign_in(name).status_code == 302
    memberships = [organization.id for organization in person.organizations]
    assert journey.client.get("/rights/").json() == {
        "roles": list(person.roles),
        "organizations": memberships,
    }
    told = journey.client.get("/protected/").json()["claims"]
    assert told["organizations"] == memberships
    assert not FORGED.keys() & told.keys() - {
        "organizations",
        "organization_roles",
        "roles",
    }
    # What the site's own conditions are asked with is what it may go by afterwards.
    (claims,) = asked
    assert claims["roles"] == list(person.roles)
    assert claims["organizations"] == memberships
    assert claims["organization_roles"] == told["organization_roles"]


@pytest.mark.catalogue(84)
@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("roles", "superuser"),
        ("organizations", "evil"),
        ("organization_roles", "evil:admin"),
    ],
)
def test_a_claim_that_is_required_is_required_of_the_id_token(
    journey, settings, refused, claim, value
):
    required = {claim: [value]}
    settings.LOGTO = {**settings.LOGTO, "REQUIRED_CLAIMS": required}
    journey.logto.forge_userinfo = lambda document: {**document, **FORGED}
    refused(journey.sign_in("olivia"), "sign_in_not_allowed", claim)
    assert not User.objects.exists()


@pytest.mark.catalogue(84)
def test_asking_for_an_organization_makes_nobody_its_member(journey, settings):
    settings.ROOT_URLCONF = __name__
    assert journey.sign_in("olivia", organization_id="evil").status_code == 302
    organizations = journey.client.get("/rights/").json()["organizations"]
    assert organizations == [o.id for o in journey.logto.people["olivia"].organizations]
    claims = journey.client.get("/protected/").json()["claims"]
    assert "evil" not in json.dumps(claims)


@pytest.mark.catalogue(60, 84)
def test_userinfo_does_not_say_how_somebody_signed_in(journey, hooks):
    """Not even where the ID token says nothing about it."""
    asked = []
    hooks(may_sign_in=lambda self, user: asked.append(dict(self.claims)) or True)
    forged = {"acr": "high", "amr": ["mfa"], "auth_time": 2**40, "azp": "x", "sid": "s"}
    journey.logto.forge_userinfo = lambda document: {**document, **forged}
    assert journey.sign_in().status_code == 302
    told = journey.client.get("/protected/").json()["claims"]
    (claims,) = asked
    for name, value in forged.items():
        assert claims.get(name) == told.get(name) != value
