"""Signing in with an enterprise's own provider, which the simulator plays."""

from urllib.parse import urlencode

import pytest

from logto_auth.testing import Page, Visitor

from .simulator_client import parameters_of

TARGET = "sso:enterprise-1"
PROVIDER_PATH = "/providers/enterprise-1/authorize"


def userinfo(client, callback):
    tokens = client.exchange(callback).json
    return client.userinfo(tokens["access_token"]).json


class TestSigningIn:
    def test_direct_sign_in_leads_to_the_provider(self, client, visitor):
        assert visitor.open(client.url(direct_sign_in=TARGET)).path == PROVIDER_PATH

    def test_the_person_comes_back_with_the_enterprise_identity(
        self, simulator, client, visitor
    ):
        url = client.url(scope="openid identities email")
        claims = userinfo(client, visitor.sign_in_with(url, TARGET, "emmy"))
        assert claims["sub"] == simulator.people["emmy"].sub
        assert claims["identities"] == {}
        (identity,) = claims["sso_identities"]
        assert identity.keys() == {"issuer", "identityId", "detail"}
        assert identity["detail"]["email"] == claims["email"]

    @pytest.mark.parametrize(
        "email", ["emmy@enterprise.example", "X@ENTERPRISE.EXAMPLE"]
    )
    def test_the_page_for_work_addresses_leads_there_by_domain(
        self, email, client, visitor
    ):
        page = visitor.open(client.url(first_screen="single_sign_on"))
        assert page.path == "/single-sign-on"
        answer = visitor.submit(page, page.form(email=""), email=email)
        assert answer.path == PROVIDER_PATH

    @pytest.mark.parametrize(
        "email", ["alice@example.com", "enterprise.example", "<b>@x", ""]
    )
    def test_another_domain_stays_on_it(self, email, client, visitor):
        page = visitor.open(client.url(first_screen="single_sign_on"))
        answer = visitor.submit(page, page.form(email=""), email=email)
        assert (answer.path, answer.status) == ("/single-sign-on", 422)
        assert 'role="alert"' in answer.text
        assert "<b>" not in answer.text

    def test_a_work_address_on_the_sign_in_page_leads_there_too(self, client, visitor):
        page = visitor.open(client.url())
        form = page.form(identifier="", password="")
        email = "emmy@enterprise.example"
        answer = visitor.submit(page, form, identifier=email, password="guess")
        assert answer.path == PROVIDER_PATH

    def test_the_sign_in_page_has_a_link_to_it(self, client, visitor):
        page = visitor.open(client.url())
        assert 'href="/single-sign-on?app_id=demo-app' in page.text

    def test_without_an_interaction_there_is_nothing_to_sign_in_to(
        self, simulator, visitor
    ):
        page = visitor.open(f"{simulator.endpoint}/single-sign-on?app_id=demo-app")
        assert page.status == 400

    def test_a_ready_made_person_needs_no_password(self, simulator, client, visitor):
        claims = userinfo(client, visitor.sign_in(client.url(), "emmy"))
        assert claims["sub"] == simulator.people["emmy"].sub


class TestAccounts:
    def test_a_new_one_registers_and_is_known_from_then_on(
        self, simulator, client, visitor
    ):
        url = client.url(scope="openid identities")
        first = userinfo(client, visitor.sign_in_with(url, TARGET, "alice"))
        assert first["sub"] != simulator.people["alice"].sub
        again = Visitor(simulator).sign_in_with(url, TARGET, "alice")
        assert userinfo(client, again) == first

    def test_the_enterprises_word_about_an_address_is_trusted(
        self, simulator, client, visitor
    ):
        simulator.people["noel"].email = "noel@enterprise.example"
        url = client.url(scope="openid identities")
        claims = userinfo(client, visitor.sign_in_with(url, TARGET, "noel"))
        assert claims["sub"] == simulator.people["noel"].sub
        assert [item["identityId"] for item in claims["sso_identities"]] == ["noel"]

    def test_a_social_connector_is_none_of_enterprise(self, client, visitor):
        for target in ("social:enterprise-1", "sso:naver"):
            page = visitor.open(client.url(direct_sign_in=target))
            assert page.path == "/sign-in"

    def test_a_code_of_another_connector_is_none_of_its_own(self, client, visitor):
        page = visitor.open(client.url(direct_sign_in="social:naver"))
        chosen = urlencode(page.form(account="sofia").fields)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = client.send("POST", "/providers/naver/authorize", chosen, form)
        callback = answer.headers["Location"]
        assert "/callback/naver-1?" in callback
        page = visitor.open(callback.replace("naver-1", "enterprise-1"))
        assert page.path == "/sign-in"
        assert "was not completed" in page.alert


class TestCancelling:
    @pytest.mark.parametrize(
        "target",
        [TARGET, "huggingface", "facebook", "naver", "my-oidc"],
    )
    def test_it_leads_back_to_logtos_sign_in_page_and_never_to_the_site(
        self, target, simulator, client, visitor
    ):
        page = visitor.cancel_at(client.url(), target)
        assert isinstance(page, Page)
        assert page.url == f"{simulator.endpoint}/sign-in?app_id=demo-app"
        assert 'role="alert"' in page.text

    def test_another_way_works_then(self, client, visitor):
        page = visitor.cancel_at(client.url(), TARGET)
        answer = visitor.submit(page, page.form(person="alice"))
        assert "code" in parameters_of(answer)
