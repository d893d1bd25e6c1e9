"""The simulator answers what a real Logto answered.

The numbers name recordings in ``tests/recordings/wire``. With a real Logto in the
environment (see `server_under_test`) the same tests run against that.
"""

import copy

import pytest

from .recorded_wire import (
    Comparison,
    names,
    recorded,
)
from .server_under_test import (
    FULL_SCOPE,
    SOCIAL_BOB,
    ServerUnderTest,
    callback_parameters,
)

CONSENT = {"scope": FULL_SCOPE, "prompt": "consent"}


@pytest.fixture(scope="module")
def server():
    server = ServerUnderTest()
    yield server
    server.close()


@pytest.fixture(scope="module")
def same(server):
    return Comparison(server).check


@pytest.fixture
def simulator(server):
    """The simulator, for what cannot be arranged at a real Logto from here."""
    if server.simulator is None:
        pytest.skip("needs the simulator")
    return server.simulator


@pytest.fixture
def later_alice(simulator):
    """Alice as she was when the later recordings were made."""
    alice = simulator.people["alice"]
    simulator.people["alice"] = later = copy.deepcopy(alice)
    later.profile["website"] = "https://alice.example"
    later.custom_data = {"x": 1, "plan": "gold"}
    yield later
    simulator.people["alice"] = alice


@pytest.mark.parametrize("name", [*names("30"), *names("31"), *names("32")])
def test_a_request_that_needs_no_sign_in_is_answered_alike(name, server, same):
    same(name, server.replay(name))


def test_metadata_has_the_same_values(server):
    document = server.replay("300").json()
    expected = {
        key: server.actual(value) if isinstance(value, str) else value
        for key, value in recorded("300")["response"]["body"].items()
    }
    assert document == expected


class TestSigningIn:
    def test_it_takes_the_same_steps(self, server, same):
        answers = server.sign_in(**CONSENT, nonce="n0nce")
        steps = names("351")
        assert len(answers) == len(steps)
        for step, answer in zip(steps, answers, strict=True):
            same(step, answer)

    def test_an_unknown_username_is_refused(self, server, same):
        same("833", server.sign_in(username="nosuchuser", password="x")[-1])

    def test_a_suspended_person_is_refused(self, server, same, simulator):
        simulator.people["bob_upstream"].suspended = True
        try:
            answers = server.sign_in("bob_upstream", SOCIAL_BOB.password)
        finally:
            simulator.people["bob_upstream"].suspended = False
        same("459", answers[-1])

    def test_a_living_session_needs_no_prompt(self, server, same):
        server.sign_in()
        same("460", server.authorize())
        same("461", server.authorize(prompt="none"))

    def test_a_living_session_does_not_stop_a_prompt(self, server, same):
        server.sign_in()
        same("462", server.authorize(prompt="login"))
        same("463", server.authorize(max_age="0"))

    def test_access_control_keeps_a_person_on_logtos_page(
        self, server, same, simulator
    ):
        simulator.application.access_control_denied = {"alice"}
        try:
            answers = server.sign_in()
            assert len(answers) == 7
            same("792-sign-in-access_denied-5-hop1", answers[5])
            assert answers[6].status_code == 200
            same("811", server.authorize(prompt="none"))
            same("812", server.authorize())
        finally:
            simulator.application.access_control_denied = set()

    def test_a_third_party_application_needs_consent(self, server, same, simulator):
        server.sign_in(scope="openid")
        simulator.application.third_party = True
        try:
            answer = server.authorize(
                prompt="none", redirect_uri="http://localhost:8000/callback"
            )
        finally:
            simulator.application.third_party = False
        same("810", answer)


class TestCodes:
    def test_a_code_is_good_once_and_a_second_use_kills_the_grant(self, server, same):
        code = server.code(**CONSENT, nonce="n0nce")
        answer = server.exchange(code)
        same("360", answer)
        same("361", server.exchange(code))
        same("362", server.userinfo(answer.json()["access_token"]))

    def test_the_secret_may_travel_in_the_form(self, server, same):
        code = server.code(**CONSENT)
        own = {"client_id": server.app_id}
        same("384", server.exchange(code, secret="wrong"))
        same("385", server.exchange(code, basic=False, client_secret="wrong", **own))
        same("386", server.exchange(code, basic=False, **own))
        right = server.exchange(
            code, basic=False, client_secret=server.app_secret, **own
        )
        same("387", right)

    def test_an_unknown_application_is_refused(self, server, same):
        same("019", server.post("/oidc/token", {"code": "x"}, app_id="nosuchclient"))

    def test_what_is_not_right_is_refused(self, server, same):
        code = server.code(**CONSENT)
        same("380", server.exchange("nosuchcode"))
        same("381", server.exchange(code, code_verifier="y" * 43))
        same("382", server.exchange(code, without=["code_verifier"]))
        same(
            "383", server.exchange(code, redirect_uri="http://localhost:8000/callback")
        )

    def test_grant_types_are_checked(self, server, same):
        same("388", server.post("/oidc/token", {"grant_type": "password"}))
        same("390", server.post("/oidc/token", {"code": "x"}))
        answer = server.client.post(
            "/oidc/token",
            json={"grant_type": "client_credentials"},
            auth=(server.app_id, server.app_secret),
        )
        same("391", answer)

    def test_scopes_decide_what_comes(self, server, same):
        same("392", server.exchange(server.code()))
        without_prompt = server.code(scope="openid offline_access profile")
        same("393", server.exchange(without_prompt))
        same("507a", server.exchange(server.code(scope="profile")))

    @pytest.mark.parametrize(
        "scope",
        [
            "openid",
            "openid profile",
            "openid address",
            "openid custom_data",
            "openid email",
            "openid identities",
            "openid phone",
            "openid roles",
            "openid urn:logto:scope:organizations",
            "openid urn:logto:scope:organization_roles",
            "openid urn:logto:scope:sessions",
        ],
    )
    def test_each_scope_brings_its_claims(self, scope, server, same, later_alice):
        suffix = f"-scope-{scope.replace(' ', '+').replace(':', '_')}"
        (token_name,) = [name for name in names("770") if name.endswith(suffix)]
        (userinfo_name,) = [name for name in names("771") if name.endswith(suffix)]
        answer = server.exchange(server.code(scope=scope))
        same(token_name, answer)
        same(userinfo_name, server.userinfo(answer.json()["access_token"]))


class TestUserinfo:
    def test_it_takes_the_token_in_a_header_or_form(self, server, same):
        tokens = server.tokens(**CONSENT)
        same("364", server.userinfo(tokens["access_token"]))
        form = {"access_token": tokens["access_token"]}
        same("367", server.client.post("/oidc/me", data=form))

    def test_a_bad_or_missing_token_is_refused(self, server, same):
        same("365", server.userinfo("nosuchtoken"))
        same("366", server.client.get("/oidc/me"))

    def test_a_person_with_two_identities(self, server, same, simulator, later_alice):
        upstream = simulator.people["bob_upstream"].identities
        later_alice.identities = {**upstream, **later_alice.identities}
        same("786", server.userinfo(server.tokens(**CONSENT)["access_token"]))

    def test_a_person_of_a_social_provider(self, server, same, simulator):
        answers = server.sign_in("bob_upstream", SOCIAL_BOB.password, **CONSENT)
        answer = server.exchange(callback_parameters(answers[-1])["code"])
        same("611", answer)
        same("612", server.userinfo(answer.json()["access_token"]))


class TestRefreshTokens:
    def test_they_stay_the_same_for_a_confidential_application(self, server, same):
        tokens = server.tokens(**CONSENT, nonce="n0nce")
        answer = server.refresh(tokens["refresh_token"])
        same("370", answer)
        assert answer.json()["refresh_token"] == tokens["refresh_token"]

    def test_scopes_may_be_fewer_and_not_more(self, server, same):
        token = server.tokens(**CONSENT, nonce="n0nce")["refresh_token"]
        same("377", server.refresh(token, scope="openid profile"))
        same("378", server.refresh(token, scope="openid nosuchscope"))

    def test_an_unknown_one_is_refused(self, server, same):
        same("389", server.refresh("nosuchtoken"))

    def test_resources_and_organizations_must_have_been_asked_for(self, server, same):
        token = server.tokens(scope="openid offline_access", prompt="consent")
        refresh_token = token["refresh_token"]
        same("404", server.refresh(refresh_token, organization_id="b2s2lb8taqcg"))
        same("405", server.refresh(refresh_token, resource="https://api.example.com"))
        everything = server.tokens(**CONSENT)["refresh_token"]
        same("375", server.refresh(everything, organization_id="nosuchorg"))

    def test_a_suspended_persons_tokens_are_dead(self, server, same, simulator):
        tokens = server.tokens(**CONSENT)
        simulator.people["alice"].suspended = True
        try:
            same("457", server.refresh(tokens["refresh_token"]))
            same("458", server.userinfo(tokens["access_token"]))
        finally:
            simulator.people["alice"].suspended = False


class TestRevocation:
    def test_an_access_token_takes_the_refresh_token_with_it(self, server, same):
        tokens = server.tokens(**CONSENT)
        revoked = server.revoke(tokens["access_token"], token_type_hint="access_token")
        same("430", revoked)
        same("431", server.userinfo(tokens["access_token"]))
        same("432", server.refresh(tokens["refresh_token"]))

    def test_a_refresh_token_takes_the_access_token_with_it(self, server, same):
        tokens = server.tokens(**CONSENT)
        same("433", server.revoke(tokens["refresh_token"]))
        same("434", server.refresh(tokens["refresh_token"]))
        same("435", server.userinfo(tokens["access_token"]))
        same("436", server.introspect(tokens["access_token"]))

    def test_requests_are_checked(self, server, same):
        same("437", server.revoke("nosuchtoken"))
        path = "/oidc/token/revocation"
        same("438", server.post(path, {"token": "x"}, secret="wrong"))
        same("439", server.post(path, {}))


class TestIntrospection:
    def test_tokens_are_described(self, server, same):
        tokens = server.tokens(**CONSENT)
        same("420", server.introspect(tokens["access_token"]))
        # Recorded with the scopes of an API resource.
        answer = server.introspect(tokens["refresh_token"])
        same("421", answer, except_for=["scope"])
        same("422", server.introspect("nosuchtoken"))

    def test_requests_are_checked(self, server, same):
        tokens = server.tokens()
        same("423", server.introspect(tokens["id_token"]))
        same("424", server.introspect("x", secret="wrong"))
        same("425", server.introspect("x", basic=False))
        same("426", server.post("/oidc/token/introspection", {}))


class TestSigningOut:
    def test_the_page_confirms_itself_and_sends_the_browser_back(self, server, same):
        tokens = server.tokens(scope="openid offline_access profile", prompt="consent")
        page = server.end_session(
            client_id=server.app_id,
            post_logout_redirect_uri=server.post_logout_redirect_uri,
            state="lo",
        )
        same("440", page)
        answer = server.confirm(page)
        same("442", answer)
        assert callback_parameters(answer) == {"state": "lo"}
        same("443", server.userinfo(tokens["access_token"]))
        same("444", server.refresh(tokens["refresh_token"]))

    def test_a_hint_is_as_good_as_the_application_id(self, server, same):
        tokens = server.tokens()
        page = server.end_session(
            id_token_hint=tokens["id_token"],
            post_logout_redirect_uri=server.post_logout_redirect_uri,
        )
        assert page.status_code == 200
        same("446", server.confirm(page))
        same("447", server.userinfo(tokens["access_token"]))

    def test_an_address_that_is_not_registered_is_refused(self, server, same):
        server.sign_in()
        page = server.end_session(
            client_id=server.app_id,
            post_logout_redirect_uri="http://localhost:8000/other",
        )
        same("448", page)

    def test_without_parameters_it_ends_at_logto(self, server, same):
        server.sign_in()
        page = server.end_session()
        same("449-", page)
        same("449b", server.confirm(page))

    def test_without_a_session_the_page_looks_the_same(self, server, same):
        server.client.cookies.clear()
        page = server.end_session(
            client_id=server.app_id,
            post_logout_redirect_uri=server.post_logout_redirect_uri,
        )
        same("449c", page)
        assert (
            server.confirm(page)
            .headers["Location"]
            .startswith(server.post_logout_redirect_uri)
        )

    def test_without_an_application_the_address_is_ignored(self, server, same):
        server.client.cookies.clear()
        page = server.end_session(
            post_logout_redirect_uri=server.post_logout_redirect_uri
        )
        same("449d", page)
        location = server.confirm(page).headers["Location"]
        assert location == f"{server.endpoint}/oidc/session/end/success"

    def test_a_hint_that_is_no_token_is_refused(self, server, same):
        server.client.cookies.clear()
        same("449e", server.end_session(id_token_hint="garbage"))
