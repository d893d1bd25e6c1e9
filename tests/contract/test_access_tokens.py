"""Access tokens for an API, for an organization, and for an API within one.

They need a person with the API's scopes ``read:books`` and ``write:books`` by a role,
whose role in the organization brings ``invite:member`` and ``read:books``.
"""

from dataclasses import replace

import pytest

from .server_under_test import FULL_SCOPE

recording = pytest.mark.recording
ORGANIZATIONS = "urn:logto:resource:organizations"


@pytest.fixture
def api(server):
    return server.setting("RESOURCE")


@pytest.fixture
def organization_id(server):
    return server.setting("ORGANIZATION_ID")


@pytest.fixture
def refresh(server, api):
    """Refresh after a sign-in that asked for the API and all of its scopes."""
    tokens = server.tokens(
        scope=f"{FULL_SCOPE} read:books write:books",
        prompt="consent",
        nonce="n0nce2",
        resource=api,
    )

    def refresh(**more):
        return server.refresh(tokens["refresh_token"], **more)

    return refresh


@recording("371", "372", "376", "379")
def test_an_api_named_at_both_ends_gets_a_jwt(refresh, same, api):
    same("371", refresh(resource=api))
    same("372", refresh(resource=api, scope="read:books"))
    same("376", refresh(resource="https://nope.example.com"))
    same("379", refresh(resource=ORGANIZATIONS))


@recording("373", "374", "375")
def test_an_organizations_token_says_nothing_without_its_scopes(
    refresh, same, api, organization_id
):
    same("373", refresh(organization_id=organization_id))
    same("374", refresh(organization_id=organization_id, resource=api))
    same("375", refresh(organization_id="nosuchorg"))


@recording("394")
def test_a_code_may_be_exchanged_for_an_apis_token(server, same, api):
    code = server.code(resource=api)
    same("394", server.exchange(code, resource=api))


@recording("400", "401", "402", "403", "421")
def test_scopes_asked_for_at_the_start_are_in_the_tokens(
    server, same, api, organization_id
):
    code = server.code(
        scope=f"{FULL_SCOPE} invite:member read:books",
        prompt="consent",
        resource=[ORGANIZATIONS, api],
    )
    answer = server.exchange(code)
    same("400", answer)
    token = answer.json()["refresh_token"]
    own = {"organization_id": organization_id}
    same("401", server.refresh(token, **own))
    same("402", server.refresh(token, **own, scope="invite:member"))
    same("403", server.refresh(token, **own, resource=api))
    same("421", server.introspect(token))


@recording("404", "405")
def test_resources_and_organizations_must_have_been_asked_for(server, same):
    tokens = server.tokens(scope="openid offline_access", prompt="consent")
    token = tokens["refresh_token"]
    same("404", server.refresh(token, organization_id="b2s2lb8taqcg"))
    same("405", server.refresh(token, resource="https://api.example.com"))


class TestOfAMachine:
    @recording("013", "014", "015")
    def test_it_gets_the_scopes_of_its_roles_when_it_asks(self, server, same):
        machine = server.application("MACHINE_")
        api = {"resource": server.setting("MACHINE_RESOURCE")}
        same("013", server.client_credentials(machine, **api, scope="all"))
        form = {
            "grant_type": "client_credentials",
            **api,
            "scope": "all",
            "client_id": machine.app_id,
            "client_secret": machine.secret,
        }
        same("014", server.post("/oidc/token", form, basic=False))
        same("015", server.client_credentials(machine, **api))

    @recording("016", "017", "018", "019")
    def test_it_has_to_name_an_api_and_itself(self, server, same):
        machine = server.application("MACHINE_")
        api = {"resource": server.setting("MACHINE_RESOURCE"), "scope": "all"}
        same("016", server.client_credentials(machine, scope="all"))
        unknown = "https://nope.example.com"
        same("017", server.client_credentials(machine, resource=unknown, scope="all"))
        form = {"grant_type": "client_credentials", **api}
        same("018", server.post("/oidc/token", form, machine, secret="wrong"))
        nobody = replace(machine, app_id="nosuchclient")
        same("019", server.post("/oidc/token", form, nobody))

    @recording("176")
    def test_without_a_role_it_gets_a_token_without_scopes(self, server, same):
        idle = server.application("IDLE_MACHINE_")
        api = {"resource": server.setting("MACHINE_RESOURCE"), "scope": "all"}
        same("176", server.client_credentials(idle, **api))
