"""What the doctor says of the application: secret, type, addresses, what it may ask."""

import pytest

from logto_auth.doctor import catalogue
from logto_auth.testing import Fault, Resource
from tests.edge.doctor_visit import SITE

pytestmark = pytest.mark.django_db
CALLBACK, SIGNED_OUT = f"{SITE}/logto/callback/", f"{SITE}/logto/signed-out/"
WITHOUT_MACHINE = {"M2M_APP_ID": None, "M2M_APP_SECRET": None}


def test_a_wrong_secret_is_told_without_it(consult, set_logto):
    set_logto(APP_SECRET="a-secret-of-another-one")
    seen = consult()
    line = seen.failure(catalogue.CREDENTIALS)
    assert "is not a secret of the application demo-app" in line["found"]
    assert "App secrets" in line["fix"]
    assert seen.wrong() == {"credentials"}


def test_an_unknown_application_is_told_once(consult, set_logto):
    set_logto(APP_ID="nobody", **WITHOUT_MACHINE)
    seen = consult()
    line = seen.failure(catalogue.CREDENTIALS)
    assert "has no application nobody" in line["found"]
    assert seen.wrong() == {"credentials", "management_settings"}
    seen.skipped(catalogue.REDIRECT_URI)
    seen.skipped(catalogue.SIGN_OUT_URI)


def test_an_application_that_signs_nobody_in_is_told(consult, set_logto):
    set_logto(APP_ID="demo-machine", APP_SECRET="demo-machine-secret")
    seen = consult()
    line = seen.failure(catalogue.CREDENTIALS)
    assert "lets it sign nobody in (invalid_request)" in line["found"]
    assert "traditional web application" in line["fix"]
    assert "MachineToMachine" in seen.failure(catalogue.APPLICATION_TYPE)["found"]


def test_a_code_that_is_taken_though_nobody_was_given_it_is_told(
    healthy, consult, set_logto
):
    set_logto(**WITHOUT_MACHINE)
    body = '{"access_token": "a", "id_token": "b", "token_type": "Bearer"}'
    healthy.faults.put("/oidc/token", Fault(status=200, body=body))
    line = consult().failure(catalogue.CREDENTIALS)
    assert "never issued" in line["found"]


def test_another_type_of_application_is_told(healthy, consult):
    healthy.application.type = "Native"
    line = consult().failure(catalogue.APPLICATION_TYPE)
    assert "of the type Native" in line["found"]


def test_addresses_that_are_registered_are_named(consult):
    seen = consult()
    assert seen.ok(catalogue.REDIRECT_URI)["found"] == f"{CALLBACK} is registered."
    assert seen.ok(catalogue.SIGN_OUT_URI)["found"] == f"{SIGNED_OUT} is registered."


@pytest.mark.parametrize(
    ("registered", "cause", "fix"),
    [
        ("https://elsewhere.example/callback", "letter by letter", "Register it"),
        (CALLBACK.rstrip("/"), "without the slash", "with the slash"),
    ],
)
def test_a_redirect_uri_that_is_not_registered_is_told_with_the_difference(
    healthy, consult, registered, cause, fix
):
    healthy.application.redirect_uris = (registered,)
    seen = consult()
    line = seen.failure(catalogue.REDIRECT_URI)
    assert cause in line["found"]
    assert f"Registered: {registered}." in line["found"]
    assert fix in line["fix"]
    assert f"Redirect URIs: {CALLBACK}\n" in line["fix"]
    assert "manage.py logto_setup" in line["fix"]
    assert seen.wrong() == {"redirect_uri"}
    seen.skipped(catalogue.SCOPES)


def test_behind_a_proxy_that_takes_the_tls_off_both_settings_are_named(
    healthy, consult
):
    healthy.application.redirect_uris = (CALLBACK.replace("http:", "https:"),)
    line = consult().failure(catalogue.REDIRECT_URI)
    assert f"takes itself for {SITE}; Logto knows https://testserver" in line["found"]
    assert "SECURE_PROXY_SSL_HEADER" in line["fix"]
    assert 'LOGTO["BASE_URL"] = "https://testserver"' in line["fix"]


def test_the_other_name_of_this_machine_is_told(healthy, consult, set_logto):
    set_logto(BASE_URL="http://127.0.0.1:8000")
    line = consult().failure(catalogue.REDIRECT_URI)
    assert line["found"].startswith(
        "This site takes itself for http://127.0.0.1:8000; Logto knows "
        "http://localhost:8000."
    )
    assert 'LOGTO["BASE_URL"] = "http://localhost:8000"' in line["fix"]


@pytest.mark.parametrize(
    ("registered", "word"),
    [
        ("http://testserver/", "letter by letter"),
        (SIGNED_OUT.rstrip("/"), "without the slash"),
        (SIGNED_OUT.replace("http:", "https:"), "proxy"),
    ],
)
def test_a_way_back_from_sign_out_that_is_not_registered_is_told(
    healthy, consult, registered, word
):
    healthy.application.post_logout_redirect_uris = (registered,)
    seen = consult()
    line = seen.failure(catalogue.SIGN_OUT_URI)
    assert word in line["found"]
    assert f"Post sign-out redirect URIs: {SIGNED_OUT}\n" in line["fix"]
    assert "manage.py logto_setup" in line["fix"]
    assert seen.wrong() == {"sign_out_uri"}


def test_without_a_machine_addresses_are_looked_at_all_the_same(
    healthy, consult, set_logto
):
    set_logto(**WITHOUT_MACHINE)
    healthy.application.redirect_uris = ("https://elsewhere.example/callback",)
    line = consult().failure(catalogue.REDIRECT_URI)
    assert "elsewhere.example" not in line["found"]


def test_each_language_has_its_own_line(healthy, consult, settings):
    settings.ROOT_URLCONF = "tests.edge.doctor_translated_urls"
    settings.LANGUAGES = [("en", "English"), ("th", "Thai")]
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.middleware.locale.LocaleMiddleware",
    ]
    healthy.application.redirect_uris = (f"{SITE}/en/logto/callback/",)
    seen = consult()
    found = {line["status"]: line for line in seen.of(catalogue.REDIRECT_URI)}
    assert f"{SITE}/en/logto/callback/ is registered" in found["ok"]["found"]
    assert f"{SITE}/th/logto/callback/" in found["failure"]["fix"]


def test_logto_is_asked_again_at_every_run(healthy, consult):
    consult().ok(catalogue.REDIRECT_URI)
    healthy.application.redirect_uris = ()
    consult().failure(catalogue.REDIRECT_URI)


def test_a_logto_that_does_not_tell_is_a_failure(healthy, consult):
    healthy.faults.put("/oidc/auth", Fault(status=500))
    assert "status_500" in consult().failure(catalogue.REDIRECT_URI)["found"]


def test_apis_that_logto_does_not_have_are_named(healthy, consult, set_logto):
    known, unknown = "https://shop.example/api", "https://shop.example/apj"
    healthy.resources[known] = Resource(known)
    set_logto(RESOURCES=[known, unknown])
    seen = consult()
    assert seen.ok(catalogue.RESOURCES)["found"] == f"Logto knows {known}."
    line = seen.failure(catalogue.RESOURCES)
    assert "invalid_target" in line["found"] and unknown in line["found"]
    assert line["fix"].endswith(unknown)
    assert known not in line["fix"]


def test_scopes_that_logto_drops_are_named(consult, set_logto):
    set_logto(SCOPES=["openid", "offline_access", "read:orders"])
    line = consult().warning(catalogue.SCOPES)
    assert line["found"] == "Logto drops read:orders."
    assert 'LOGTO["RESOURCES"]' in line["fix"]


def test_scopes_that_may_be_permissions_of_an_api_are_left_to_the_sign_in(
    healthy, consult, set_logto
):
    api = "https://shop.example/api"
    healthy.resources[api] = Resource(api)
    set_logto(SCOPES=["openid", "offline_access", "read:orders"], RESOURCES=[api])
    assert "read:orders are permissions" in consult().ok(catalogue.SCOPES)["found"]


def test_scopes_that_the_application_may_not_ask_for_are_told(healthy, consult):
    to = f"{CALLBACK}?error=invalid_scope"
    healthy.faults.put("/oidc/auth", Fault(status=303, headers={"Location": to}))
    line = consult().failure(catalogue.SCOPES)
    assert "may not ask for one of these scopes: openid, offline" in line["found"]


def test_refresh_tokens_that_will_not_come_are_told(healthy, consult, set_logto):
    set_logto(PROMPT="login")
    seen = consult()
    assert "PROMPT lacks consent" in seen.warning(catalogue.REFRESH_TOKENS)["found"]
    healthy.application.always_issue_refresh_token = True
    assert "always" in consult().ok(catalogue.REFRESH_TOKENS)["found"]


def test_refresh_tokens_that_nobody_asks_for_are_not_missed(consult, set_logto):
    set_logto(SCOPES=["openid"], PROMPT="login")
    assert "asks for none" in consult().ok(catalogue.REFRESH_TOKENS)["found"]


def test_an_application_of_another_tenant_is_told_by_the_management_api_too(
    consult, set_logto
):
    set_logto(APP_ID="nobody")
    line = consult().failure(catalogue.APPLICATION_TYPE)
    assert "GET /applications/nobody" in line["found"]
