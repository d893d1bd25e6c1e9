"""Without credentials for the Management API a person is told what to do by hand."""

import pytest

from tests.edge.setting_up import EVERYTHING, FACEBOOK, NAVER, SECRETS, SITE


@pytest.fixture
def no_machine(settings, logto):
    settings.LOGTO = {**settings.LOGTO, "M2M_APP_ID": "", "M2M_APP_SECRET": ""}


@pytest.mark.parametrize("option", ["--plan", "--prune"])
def test_it_prints_what_to_click_and_paste(set_up, logto, no_machine, option):
    said = set_up(EVERYTHING, option)
    assert not said.error
    for text in (
        "Applications > Create application > Traditional web",
        f"{SITE}/logto/callback/",
        "https://staging.example.com/logto/callback/",
        f"{SITE}/logto/signed-out/",
        "Webhooks > Create webhook",
        f"{SITE}/logto/webhook/",
        "Add social connector > Hugging Face",
        "hf-id",
        "Add social connector > OpenID Connect",
        "https://okta.example/authorize",
        f"{logto.endpoint}/callback/<the id that the Console shows>",
        "Sign-up and sign-in",
        "Account center",
        "Token Endpoint Auth Method\n      client_secret_basic",
        'ID Token Verification Config\n      {"jwksUri": "https://okta.example/jwks"',
        "Identity provider name\n      okta",
        "Machine-to-machine",
        "Logto Management API access",
        "LOGTO_M2M_APP_ID",
    ):
        assert text in said.out, text
    order = [said.out.rindex(f"      {name}\n") for name in ("naver", "huggingface")]
    assert order == sorted(order)
    assert logto.calls == []


def test_it_tells_the_same_as_the_command_would_do(set_up, no_machine):
    declared = FACEBOOK + 'scope = "email"' + NAVER + '[sign_in]\nsocial = ["naver"]'
    said = set_up(declared, "--plan")
    order = said.out.partition("Social sign-in, in this order")[2].split()[:2]
    assert order == ["naver", "facebook"]
    assert "! connectors.facebook.scope lacks public_profile" in said.err
    assert "A stored token lasts 60 days" in said.out


def test_it_needs_no_secret_and_shows_none(set_up, no_machine, monkeypatch):
    said = set_up(EVERYTHING)
    assert not any(value in said.everything for value in SECRETS.values())
    for name in SECRETS:
        monkeypatch.delenv(name)
    assert set_up(EVERYTHING).out == said.out


def test_a_value_that_is_no_secret_has_to_be_set(set_up, no_machine):
    declared = EVERYTHING.replace('"https://okta.example"', '{ env = "OKTA_ISSUER" }')
    said = set_up(declared, "--plan")
    assert said.error.count("\n  - ") == 1
    assert "connectors.okta.issuer names the variable OKTA_ISSUER" in said.error


def test_any_other_connector_has_its_button_too(set_up, no_machine):
    said = set_up(
        '[connectors.gh]\nfactory = "github-universal"\n'
        'config = { clientId = "x", clientSecret = { env = "NOPE" } }\n',
        "--plan",
    )
    assert "Social sign-in, in this order\n      gh\n" in said.out
    assert "Client ID\n      x\n" in said.out
    assert "<as the provider shows it>" not in said.out


def test_what_is_wrong_with_the_declaration_is_told_all_the_same(set_up, no_machine):
    said = set_up(EVERYTHING.replace('"hf-id"', "3"), "--plan")
    assert "connectors.huggingface.client_id" in said.error


def test_a_script_learns_that_nothing_was_done(set_up, no_machine):
    said = set_up(EVERYTHING, "--yes")
    assert "Nothing was changed: there are no credentials." in said.error
    said = set_up(EVERYTHING, "--write-env", "site.env")
    assert "Nothing was changed: there are no credentials." in said.error


def test_everything_else_works_without_credentials(logto, no_machine, journey, db):
    assert journey.sign_in("ada").status_code in (200, 302)


def test_an_address_that_nobody_knows_is_asked_for(set_up, logto):
    said = set_up("", "--yes", site=None)
    assert "BASE_URL" in said.error and "--site" in said.error
    assert said.writes == []


def test_a_site_that_is_no_address_is_told(set_up):
    said = set_up("", "--yes", site="www.example.com")
    assert "--site must be an address" in said.error


def test_the_site_may_be_known_from_the_settings(set_up, logto, settings):
    settings.LOGTO = {**settings.LOGTO, "BASE_URL": "https://based.example"}
    set_up.done("", site=None)
    assert "https://based.example/logto/callback/" in logto.application.redirect_uris
