"""Logto's discovery document sends secrets to nobody but Logto, whatever it says."""

import json

import pytest

from logto_auth.models import LogtoAccount
from logto_auth.testing import Fault
from tests.unit.minted_tokens import present

from .forging import (
    ABSENT,
    DISCOVERY_PATH,
    ENDPOINTS,
    KEYS_PATH,
    LISTS,
    TOKEN_PATH,
    USERINFO_PATH,
    first_right_then,
    forge_document,
)

HTML = {"Content-Type": "text/html"}


SENDS_ISS = "authorization_response_iss_parameter_supported"


@pytest.mark.catalogue(63)
@pytest.mark.conformance("oidcc-client-test-discovery-issuer-mismatch")
@pytest.mark.parametrize(
    "issuer",
    [
        *(ABSENT, None, "", 1, "https://evil.example/oidc", lambda right: right + "/"),
        *(str.upper, lambda right: right[:-1], lambda right: right[:-5]),
        *(lambda right: right.replace("http:", "https:"), lambda right: [right]),
        lambda right: right.replace("localhost", "127.0.0.1"),
        lambda right: right.replace("localhost", "LOCALHOST"),
        lambda right: right.replace("/oidc", ".evil.example/oidc"),
    ],
    ids=[
        *("absent", "null", "empty", "number", "another", "slash", "case", "cut"),
        *("prefix", "TLS", "list", "address", "case of the host", "longer host"),
    ],
)
def test_a_document_of_another_issuer_starts_nothing(trial, issuer):
    forge_document(trial.logto, issuer=issuer)
    trial.refuses_start("provider_response_invalid", "discovery_issuer")


@pytest.mark.catalogue(63)
@pytest.mark.parametrize(
    "issuer",
    ["\ud800", ["\ud800"], "<script>", "x" * 500_000],
    ids=lambda i: ascii(i)[:9],
)
def test_developers_are_shown_any_issuer_safely(trial, settings, issuer):
    settings.DEBUG = True
    forge_document(trial.logto, issuer=issuer)
    trial.refuses_start("provider_response_invalid", "discovery_issuer")


@pytest.mark.catalogue(63)
def test_a_callback_gives_no_code_to_another_issuer(trial):
    trial.logto.forge_discovery = first_right_then(issuer="https://evil.example/oidc")
    trial.refuses_cold_callback("provider_response_invalid", "discovery_issuer")


@pytest.mark.catalogue(65)
@pytest.mark.parametrize("value", [ABSENT, None, 7, ["x"]], ids=str)
@pytest.mark.parametrize("name", ENDPOINTS)
def test_an_endpoint_that_is_missing_or_no_text_starts_nothing(trial, name, value):
    forge_document(trial.logto, **{name: value})
    trial.refuses_start("provider_response_invalid", "discovery_shape")


@pytest.mark.catalogue(65)
@pytest.mark.parametrize("value", [ABSENT, None, "code", [7], {}], ids=str)
@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_is_missing_or_no_list_of_texts_starts_nothing(trial, name, value):
    forge_document(trial.logto, **{name: value})
    trial.refuses_start("provider_response_invalid", "discovery_shape")


@pytest.mark.catalogue(65)
@pytest.mark.parametrize("value", [7, "x", None, [7], [[]], {}, ABSENT], ids=str)
def test_what_a_sign_in_does_not_need_may_be_of_any_type(db, journey, value):
    needed = {"issuer", "scopes_supported", SENDS_ISS, *ENDPOINTS, *LISTS}
    journey.logto.forge_discovery = lambda document: present(
        {**document, **dict.fromkeys(document.keys() - needed, value), "new": value}
    )
    assert journey.sign_in().status_code == 302


@pytest.mark.catalogue(21, 65)
@pytest.mark.parametrize("value", [1, "true", "false", None, [True], {}], ids=str)
def test_a_promise_to_say_who_answers_that_is_no_yes_or_no_starts_nothing(trial, value):
    forge_document(trial.logto, **{SENDS_ISS: value})
    trial.refuses_start("provider_response_invalid", "discovery_shape")


@pytest.mark.catalogue(65)
@pytest.mark.parametrize("value", [7, "openid", None, [7], [[]], {}], ids=str)
def test_scopes_of_another_type_start_nothing(trial, value):
    forge_document(trial.logto, scopes_supported=value)
    trial.refuses_start("provider_response_invalid", "discovery_shape")


@pytest.mark.catalogue(65)
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"body": "<html>Sign in to the Wi-Fi", "headers": HTML}, "not_json"),
        ({"body": ""}, "not_json"),
        ({"body": '{"issuer": "http://'}, "not_json"),
        ({"body": b"\xff\xfe{\0}\0"}, "not_json"),
        ({"body": '{"issuer": NaN}'}, "not_json"),
        ({"body": "[" * 1000 + "]" * 1000}, "not_json"),
        ({"body": "[" * 100_000}, "not_json"),
        ({"body": "null"}, "discovery_shape"),
        ({"body": '"issuer"'}, "discovery_shape"),
        ({"body": "[{}]"}, "discovery_shape"),
        ({"body": "{}"}, "discovery_issuer"),
        ({"body": b" " * 20_000_000}, "too_large"),
    ],
    ids=[
        *("HTML", "empty", "cut", "UTF-16", "NaN", "1,000 levels", "never closed"),
        *("null", "text", "list", "empty object", "20 MB"),
    ],
)
def test_an_answer_that_is_no_document_starts_nothing(trial, fields, reason):
    trial.logto.faults.put(DISCOVERY_PATH, Fault(**fields))
    trial.refuses_start("provider_response_invalid", reason)


@pytest.mark.catalogue(65)
@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_of_the_document_is_not_followed(trial, bait, status):
    headers = {"Location": bait}
    trial.logto.faults.put(DISCOVERY_PATH, Fault(status=status, headers=headers))
    trial.refuses_start("provider_response_invalid", f"status_{status}")
    assert trial.logto.count(DISCOVERY_PATH) == 1


@pytest.mark.catalogue(65)
@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": "https://evil.example/oidc"},
        {"token_endpoint": "https://evil.example/token"},
        {"response_types_supported": 7},
        {"claims_supported": 7},
        {"scopes_supported": [7]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_document_that_was_refused_is_not_kept(db, journey, changes):
    forge_document(journey.logto, **changes)
    journey.client.get("/logto/sign-in/")
    journey.logto.stop_forging()
    assert journey.sign_in().status_code == 302


@pytest.mark.conformance(
    "oidcc-client-test-discovery-openid-config",
    "oidcc-client-test-discovery-jwks-uri-keys",
)
def test_a_sign_in_asks_where_the_document_says(db, journey):
    logto = journey.logto
    forge_document(
        logto,
        jwks_uri=f"{logto.issuer}/other/keys",
        userinfo_endpoint=f"{logto.issuer}/other/userinfo",
    )
    sub = logto.people["alice"].sub
    for path, document in {
        "/oidc/other/keys": logto.keys.jwks(),
        "/oidc/other/userinfo": {"sub": sub, "name": "Told there"},
    }.items():
        logto.faults.put(path, Fault(body=json.dumps(document)))
    assert journey.sign_in().status_code == 302
    assert LogtoAccount.objects.get().userinfo["name"] == "Told there"
    assert not {KEYS_PATH, USERINFO_PATH} & {call.path for call in logto.calls}


@pytest.mark.conformance("oidcc-client-test-client-secret-basic")
def test_the_app_secret_goes_into_the_authorization_header_alone(db, journey):
    url = journey.callback_url()
    journey.logto.forget_calls()
    journey.client.get(url)
    token, _, userinfo = (journey.logto.calls[i] for i in (0, 1, 2))
    assert (token.path, token.authorization) == (TOKEN_PATH, "Basic")
    assert "client_secret" not in token.form_names
    assert (userinfo.path, userinfo.authorization) == (USERINFO_PATH, "Bearer")


@pytest.mark.conformance("oidcc-client-test-scope-userinfo-claims")
@pytest.mark.parametrize(
    ("scopes", "told", "untold"),
    [
        (["profile"], {"name", "username"}, {"email", "phone_number"}),
        (["profile", "email", "phone"], {"name", "email", "phone_number"}, {"roles"}),
    ],
)
def test_userinfo_has_the_claims_of_the_scopes_that_were_asked_for(
    db, journey, settings, scopes, told, untold
):
    settings.LOGTO = {**settings.LOGTO, "SCOPES": scopes}
    assert journey.sign_in("olivia").status_code == 302
    names = LogtoAccount.objects.get().userinfo.keys()
    assert told <= names
    assert not untold & names
