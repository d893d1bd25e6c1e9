"""A site is told that a Logto session has ended (OIDC Back-Channel Logout 1.0)."""

import time
from urllib.parse import parse_qs

import jwt
import pytest

from logto_auth.testing import Application, SignInStopped, Simulator, Visitor

EVENT = "http://schemas.openid.net/event/backchannel-logout"
OTHER = Application("other-app", "other", ("http://localhost:9000/cb",), ())


@pytest.fixture
def application(site):
    return Application(
        back_channel_logout_uri=f"{site.url}/told/",
        back_channel_logout_session_required=True,
    )


@pytest.fixture
def simulator(application):
    with Simulator(applications=[application, OTHER]) as simulator:
        yield simulator


@pytest.fixture
def end_session(simulator):
    return f"{simulator.endpoint}/oidc/session/end"


def logout_tokens(site):
    return [parse_qs(body.decode())["logout_token"][0] for _, _, body in site.requests]


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


class TestSigningOut:
    def test_the_site_is_told_before_the_browser_goes_on(
        self, site, client, visitor, end_session
    ):
        tokens = client.tokens(visitor)
        visitor.sign_out(end_session)
        (request,) = site.requests
        path, headers, _ = request
        assert path == "/told/"
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        (token,) = logout_tokens(site)
        claims = client.verified(token)
        assert set(claims) == {
            *("iss", "aud", "iat", "exp", "jti", "sub", "sid", "events")
        }
        assert claims["events"] == {EVENT: {}}
        assert claims["exp"] == claims["iat"] + 120
        id_token = client.verified(tokens["id_token"])
        assert (claims["sub"], claims["sid"]) == (id_token["sub"], id_token["sid"])
        assert jwt.get_unverified_header(token)["typ"] == "logout+jwt"

    def test_nobody_is_told_of_a_session_without_a_person(
        self, site, visitor, end_session
    ):
        visitor.sign_out(end_session)
        assert site.requests == []

    def test_an_application_that_the_person_did_not_use_is_not_told(
        self, simulator, site, client, visitor, end_session
    ):
        other_url = client.url(
            client_id="other-app", redirect_uri=OTHER.redirect_uris[0]
        )
        visitor.sign_in(other_url, "alice")
        visitor.sign_out(end_session)
        assert site.requests == []

    def test_an_application_that_the_person_did_not_consent_to_is_not_told(
        self, application, site, client, visitor, end_session
    ):
        application.third_party = True
        with pytest.raises(SignInStopped):
            visitor.sign_in(client.url(), "alice")
        visitor.sign_out(end_session)
        assert site.requests == []

    def test_without_a_session_required_there_is_no_sid(
        self, application, site, client, visitor, end_session
    ):
        application.back_channel_logout_session_required = False
        assert "sid" not in claims_of(client.tokens(visitor)["id_token"])
        visitor.sign_out(end_session)
        assert "sid" not in claims_of(logout_tokens(site)[0])

    def test_without_an_address_there_is_no_sid_and_nobody_is_told(
        self, application, simulator, client, visitor, end_session
    ):
        application.back_channel_logout_uri = None
        assert "sid" not in claims_of(client.tokens(visitor)["id_token"])
        visitor.sign_out(end_session)
        assert simulator.deliveries.all == []

    def test_a_refresh_keeps_the_sid(self, client, visitor):
        scope = "openid offline_access"
        tokens = client.tokens(visitor, scope=scope, prompt="consent")
        again = client.refresh(tokens["refresh_token"]).json
        sids = {claims_of(item["id_token"])["sid"] for item in (tokens, again)}
        assert len(sids) == 1

    def test_each_browser_has_its_own_sid(self, simulator, client, visitor):
        tokens = [client.tokens(item) for item in (visitor, Visitor(simulator))]
        assert len({claims_of(item["id_token"])["sid"] for item in tokens}) == 2

    @pytest.mark.parametrize("act", ["suspend", "delete"])
    def test_an_administrator_causes_none(self, act, simulator, client, visitor):
        client.tokens(visitor)
        getattr(simulator, act)("alice")
        assert simulator.deliveries.all == []


class TestSitesThatMisbehave:
    @pytest.mark.parametrize("status", [400, 500])
    def test_a_refusal_keeps_nobody_signed_in(
        self, status, simulator, site, client, visitor, end_session
    ):
        site.status = status
        token = client.tokens(visitor)["access_token"]
        assert visitor.sign_out(end_session).endswith("/success")
        assert [item.status for item in simulator.deliveries.all] == [status]
        assert not simulator.is_alive(token)

    def test_a_redirect_is_not_followed(
        self, simulator, site, client, visitor, end_session
    ):
        site.status, site.headers = 307, {"Location": f"{site.url}/elsewhere/"}
        client.tokens(visitor)
        visitor.sign_out(end_session)
        assert [path for path, *_ in site.requests] == ["/told/"]

    def test_a_site_that_hangs_is_given_up_after_two_and_a_half_seconds(
        self, simulator, site, client, visitor, end_session
    ):
        site.may_answer.clear()
        client.tokens(visitor)
        started = time.monotonic()
        visitor.sign_out(end_session)
        assert 2.4 < time.monotonic() - started < 10
        (delivery,) = simulator.deliveries.all
        assert (delivery.status, delivery.error) == (None, "TimeoutError")

    def test_a_site_that_is_down_is_noted(
        self, simulator, site, client, visitor, end_session
    ):
        client.tokens(visitor)
        site.close()
        visitor.sign_out(end_session)
        (delivery,) = simulator.deliveries.all
        assert delivery.error == "ClientConnectorError"


class TestOnDemand:
    def test_a_token_is_sent_while_the_session_lives(
        self, simulator, site, client, visitor
    ):
        sid = claims_of(client.tokens(visitor)["id_token"])["sid"]
        (delivery,) = simulator.send_logout_token("alice")
        simulator.deliveries.settle()
        assert delivery.status == 204
        assert client.verified(logout_tokens(site)[0])["sid"] == sid

    def test_one_session_of_several_can_be_named(self, simulator, client, visitor):
        first = claims_of(client.tokens(visitor)["id_token"])
        newer = claims_of(client.tokens(Visitor(simulator))["id_token"])
        (session, _) = simulator.sessions.of(first["sub"])
        named = {claims_of(simulator.logout_token(session))["sid"]}
        newest = {claims_of(simulator.logout_token("alice"))["sid"]}
        assert named | newest == {first["sid"], newer["sid"]}

    def test_the_newest_is_meant_although_the_clock_was_set_back(
        self, simulator, client
    ):
        client.tokens(Visitor(simulator))
        simulator.clock.advance(-60)
        newest = client.verified(client.tokens(Visitor(simulator))["id_token"])
        assert claims_of(simulator.logout_token("alice"))["sid"] == newest["sid"]

    def test_a_person_without_a_session_is_named_alone(self, simulator):
        claims = claims_of(simulator.logout_token("alice"))
        assert claims["sub"] == simulator.people["alice"].sub
        assert "sid" not in claims

    def test_one_can_be_had_without_being_sent(self, simulator, client):
        assert client.verified(simulator.logout_token("alice"))["events"]
        assert simulator.deliveries.all == []

    def test_claims_and_header_can_be_forged(self, simulator, client):
        simulator.forge_logout_token = lambda claims, header: (
            {**claims, "nonce": "x"},
            {**header, "typ": "JWT"},
        )
        token = simulator.logout_token("alice")
        assert client.verified(token)["nonce"] == "x"
        assert jwt.get_unverified_header(token)["typ"] == "JWT"

    def test_its_times_follow_the_clock(self, simulator):
        simulator.clock.set(1_000)
        assert claims_of(simulator.logout_token("alice"))["iat"] in (1_000, 1_001)

    def test_a_delivery_shows_no_token(self, simulator):
        simulator.deliveries.held = True
        (delivery,) = simulator.send_logout_token("alice")
        assert delivery.body.startswith(b"logout_token=")
        assert "logout_token" not in repr(delivery)
