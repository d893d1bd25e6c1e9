"""Access tokens for APIs and organizations, and for applications of other types."""

import jwt
import pytest

from logto_auth.testing import Application, Resource, Simulator, Visitor

from .simulator_client import Client, parameters_of

API = "https://api.example.com"
PLAIN = "https://plain.example.com"
ORGANIZATIONS = "urn:logto:resource:organizations"
ORGANIZATION_SCOPE = "urn:logto:scope:organizations"
REDIRECT_URI = "http://localhost:9000/cb"
SPA = Application("spa", "", (REDIRECT_URI,), (), type="SPA")
MACHINE = Application("machine", "oil", type="MachineToMachine", roles=["reader"])
DAY = 24 * 3600


@pytest.fixture
def simulator():
    resources = [
        Resource(
            API,
            scopes={"read:books": ["reader"], "burn:books": ["fireman"]},
            organization_scopes={"lend:books": ["org-member"]},
            access_token_seconds=600,
        ),
        PLAIN,
        Resource(ORGANIZATIONS, organization_scopes={"invite": ["org-admin"]}),
    ]
    applications = [Application(), SPA, MACHINE]
    with Simulator(applications=applications, resources=resources) as simulator:
        yield simulator


@pytest.fixture
def refresh_token(client, visitor):
    """Return a refresh token of a sign-in that asked for everything."""

    def refresh_token(username):
        tokens = client.tokens(
            visitor,
            username,
            scope=f"openid offline_access {ORGANIZATION_SCOPE} "
            "read:books burn:books lend:books invite",
            resource=[API, PLAIN, ORGANIZATIONS],
            prompt="consent",
        )
        return tokens["refresh_token"]

    return refresh_token


def claims_of(client, token, audience):
    """Return the claims of a JWT that the published keys verify."""
    keys = jwt.PyJWKSet.from_dict(client.get("/oidc/jwks").json)
    header = jwt.get_unverified_header(token)
    assert header["typ"] == "at+jwt"
    return jwt.decode(token, keys[header["kid"]], ["ES384"], audience=audience)


class TestOfAnApi:
    def test_it_says_what_the_persons_roles_bring(self, client, refresh_token):
        answer = client.refresh(refresh_token("alice"), resource=API).json
        claims = claims_of(client, answer["access_token"], API)
        assert claims["scope"] == answer["scope"] == "read:books"
        assert claims["exp"] - claims["iat"] == answer["expires_in"] == 600
        assert claims["client_id"] == "demo-app"
        assert "organization_id" not in claims

    def test_a_plain_indicator_has_no_scopes(self, client, refresh_token):
        answer = client.refresh(refresh_token("alice"), resource=PLAIN).json
        assert claims_of(client, answer["access_token"], PLAIN)["scope"] == ""

    def test_a_role_that_is_taken_away_counts_at_once(
        self, simulator, client, refresh_token
    ):
        token = refresh_token("alice")
        simulator.people["alice"].roles = ()
        assert client.refresh(token, resource=API).json["scope"] == ""

    def test_a_role_that_is_given_later_counts_after_the_next_sign_in(
        self, simulator, client, refresh_token
    ):
        token = refresh_token("alice")
        simulator.people["alice"].roles = ("reader", "fireman")
        assert client.refresh(token, resource=API).json["scope"] == "read:books"
        answer = client.refresh(refresh_token("alice"), resource=API).json
        assert answer["scope"] == "read:books burn:books"

    def test_there_is_one_api_in_a_token(self, client, refresh_token):
        token = refresh_token("alice")
        form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", token),
            ("resource", API),
            ("resource", PLAIN),
        ]
        answer = client.post("/oidc/token", form)
        assert answer.json["error"] == "invalid_target"

    def test_without_openid_the_api_of_the_sign_in_is_meant(self, client, visitor):
        tokens = client.tokens(visitor, scope="read:books profile", resource=API)
        claims = claims_of(client, tokens["access_token"], API)
        assert claims["scope"] == "read:books"

    def test_it_is_good_at_the_api_only(self, simulator, client, refresh_token):
        token = client.refresh(refresh_token("alice"), resource=API).json
        value = token["access_token"]
        assert client.userinfo(value).status == 401
        assert not simulator.is_alive(value)
        for path in ("introspection", "revocation"):
            answer = client.post(f"/oidc/token/{path}", {"token": value})
            assert answer.json["error"] == "unsupported_token_type"

    def test_it_can_be_forged(self, simulator, client, refresh_token):
        simulator.forge_access_token = lambda claims, header: (
            {**claims, "aud": "https://elsewhere.example"},
            {**header, "typ": "JWT"},
        )
        answer = client.refresh(refresh_token("alice"), resource=API).json
        claims = jwt.decode(answer["access_token"], options={"verify_signature": False})
        assert claims["aud"] == "https://elsewhere.example"

    def test_one_that_was_granted_once_is_consented_to_again_with_more(
        self, client, visitor
    ):
        visitor.sign_in(client.url(), "alice")
        url = client.url(scope="openid read:books", resource=API, prompt="none")
        assert parameters_of(visitor.open(url))["error"] == "consent_required"


class TestOfAnOrganization:
    def test_it_says_what_the_roles_in_it_bring(self, client, refresh_token):
        token = refresh_token("olivia")
        answer = client.refresh(token, organization_id="wonderlandor").json
        audience = "urn:logto:organization:wonderlandor"
        assert claims_of(client, answer["access_token"], audience)["scope"] == "invite"
        answer = client.refresh(token, organization_id="lookingglass").json
        assert answer["scope"] == ""

    def test_an_api_within_one_counts_the_roles_there(
        self, simulator, client, refresh_token
    ):
        wonderland, looking_glass = simulator.people["olivia"].organizations
        looking_glass.roles = ()
        token = refresh_token("olivia")
        inside = {
            organization.id: client.refresh(
                token, resource=API, organization_id=organization.id
            ).json
            for organization in (wonderland, looking_glass)
        }
        assert inside["wonderlandor"]["scope"] == "lend:books"
        assert inside["lookingglass"]["scope"] == ""
        claims = claims_of(client, inside["lookingglass"]["access_token"], API)
        assert claims["organization_id"] == "lookingglass"

    def test_the_organizations_as_such_have_no_token(self, client, refresh_token):
        answer = client.refresh(refresh_token("olivia"), resource=ORGANIZATIONS)
        assert answer.json["error"] == "invalid_target"


class TestPublicApplications:
    @pytest.fixture
    def spa(self, simulator):
        return simulator.applications["spa"]

    def url(self, client, **changes):
        changes = {"client_id": "spa", "redirect_uri": REDIRECT_URI, **changes}
        return client.url(**changes)

    def send(self, client, **form):
        body = "&".join(f"{name}={value}" for name, value in form.items())
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return client.send("POST", "/oidc/token", body, kind)

    def tokens(self, client, visitor):
        url = self.url(client, scope="openid offline_access", prompt="consent")
        return self.send(
            client,
            grant_type="authorization_code",
            client_id="spa",
            code=parameters_of(visitor.sign_in(url, "alice"))["code"],
            redirect_uri=REDIRECT_URI,
            code_verifier="v" * 43,
        ).json

    def refresh(self, client, token, **more):
        return self.send(
            client,
            grant_type="refresh_token",
            client_id="spa",
            refresh_token=token,
            **more,
        )

    def test_they_need_pkce(self, client, visitor):
        url = self.url(client, code_challenge=None, code_challenge_method=None)
        assert parameters_of(visitor.open(url))["error"] == "invalid_request"

    def test_they_have_no_secret_to_show(self, client, visitor):
        token = self.tokens(client, visitor)["refresh_token"]
        answer = self.refresh(client, token, client_secret="guessed")
        assert (answer.status, answer.json["error"]) == (401, "invalid_client")

    def test_a_new_refresh_token_does_not_live_longer_than_the_first(
        self, simulator, client, visitor
    ):
        token = self.tokens(client, visitor)["refresh_token"]
        for _ in range(2):
            simulator.clock.advance(6 * DAY)
            token = self.refresh(client, token).json["refresh_token"]
        simulator.clock.advance(3 * DAY)
        assert self.refresh(client, token).json["error"] == "invalid_grant"

    def test_others_tokens_are_none_of_their_business(self, client, visitor):
        token = client.tokens(visitor)["access_token"]
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = client.send(
            "POST", "/oidc/token/introspection", f"client_id=spa&token={token}", kind
        )
        assert answer.json == {"active": False}


class TestMachines:
    def test_they_act_for_themselves(self, client):
        form = {"grant_type": "client_credentials", "resource": API}
        answer = client.post(
            "/oidc/token",
            {**form, "scope": "read:books"},
            app_id="machine",
            secret="oil",
        )
        claims = claims_of(client, answer.json["access_token"], API)
        assert claims["sub"] == claims["client_id"] == "machine"
        assert claims["scope"] == "read:books"
        assert "refresh_token" not in answer.json

    @pytest.mark.parametrize(
        ("app_id", "secret", "grant_type"),
        [
            ("machine", "oil", "refresh_token"),
            ("machine", "oil", "authorization_code"),
            ("demo-app", "demo-secret", "client_credentials"),
        ],
    )
    def test_grant_types_belong_to_types_of_applications(
        self, client, app_id, secret, grant_type
    ):
        answer = client.post(
            "/oidc/token", {"grant_type": grant_type}, app_id=app_id, secret=secret
        )
        assert answer.json["error_description"] == (
            "requested grant type is not allowed for this client"
        )

    def test_they_are_in_no_organization(self, client):
        form = {"grant_type": "client_credentials", "organization_id": "wonderlandor"}
        answer = client.post("/oidc/token", form, app_id="machine", secret="oil")
        assert (answer.status, answer.json["error"]) == (403, "access_denied")


def test_resources_are_as_at_the_beginning_after_a_reset(simulator):
    client = Client(simulator)
    del simulator.resources[API]
    simulator.reset()
    tokens = client.tokens(Visitor(simulator), scope="phone read:books", resource=API)
    assert tokens["scope"] == "read:books"
