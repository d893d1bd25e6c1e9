"""Sign-in options are whitelisted and checked before they reach Logto."""

import pytest
from django.http import QueryDict

from logto_auth.errors import SignInOptionInvalid
from logto_auth.web.options import (
    authorization_parameters,
    checked_options,
    requested_options,
)

VALID = [
    ("first_screen", "register"),
    ("first_screen", "identifier:sign_in"),
    ("identifier", "email"),
    ("identifier", "email phone username"),
    ("direct_sign_in", "social:huggingface"),
    ("direct_sign_in", "sso:7dkxg4xw3tnc"),
    ("login_hint", "alice@example.com"),
    ("prompt", "none"),
    ("prompt", "login consent"),
    ("max_age", "0"),
    ("ui_locales", "th-TH en"),
    ("organization_id", "b2s2lb8taqcg"),
    ("one_time_token", "Q2x-_."),
]
INVALID = [
    ("first_screen", "signUp"),
    ("first_screen", "register "),
    ("identifier", "email,phone"),
    ("direct_sign_in", "huggingface"),
    ("direct_sign_in", "social:"),
    ("direct_sign_in", "social:a b"),
    ("login_hint", "a\r\nSet-Cookie: x"),
    ("login_hint", "x" * 257),
    ("prompt", "none login"),
    ("prompt", "select_account"),
    ("max_age", "-1"),
    ("max_age", "٣"),
    ("max_age", "9" * 40),
    ("ui_locales", "en;q=1"),
    ("organization_id", "a/b"),
    ("one_time_token", "x" * 513),
]


@pytest.mark.parametrize(("name", "value"), VALID)
def test_a_value_that_logto_understands_passes(name, value):
    assert requested_options({name: value}) == {name: value}


@pytest.mark.parametrize(("name", "value"), INVALID)
def test_a_value_that_logto_would_drop_is_refused_by_name(name, value):
    with pytest.raises(SignInOptionInvalid) as caught:
        requested_options({name: value})
    assert caught.value.reason == name
    assert value not in str(caught.value)


def test_unknown_parameters_never_reach_logto():
    query = QueryDict("redirect_uri=https://evil.example&scope=all&state=x&client_id=y")
    assert requested_options(query) == {}


def test_the_view_wins_over_the_request():
    options = requested_options(
        {"first_screen": "sign_in"}, {"first_screen": "register"}
    )
    assert options == {"first_screen": "register"}


def test_a_sites_own_call_may_use_lists_and_numbers():
    assert checked_options({"identifier": ["email", "phone"], "max_age": 300}) == {
        "identifier": "email phone",
        "max_age": "300",
    }


def test_a_sites_own_call_with_an_unknown_option_is_a_type_error():
    with pytest.raises(TypeError, match="firstScreen"):
        checked_options({"firstScreen": "register"})


@pytest.mark.parametrize(
    ("options", "prompt"),
    [
        ({}, "consent"),
        ({"prompt": "login"}, "login consent"),
        ({"prompt": "consent"}, "consent"),
        ({"prompt": "none"}, "none"),
        ({"first_screen": "register"}, "login consent"),
        ({"direct_sign_in": "social:naver"}, "login consent"),
        ({"direct_sign_in": "social:naver", "prompt": "consent"}, "consent"),
    ],
)
def test_the_prompt_is_forced_where_a_screen_is_wished_and_keeps_consent(
    options, prompt
):
    assert authorization_parameters(options)["prompt"] == prompt


def test_a_site_without_refresh_tokens_gets_no_consent(settings):
    settings.LOGTO = {**settings.LOGTO, "PROMPT": "login"}
    assert authorization_parameters({})["prompt"] == "login"
    assert authorization_parameters({"prompt": "login"})["prompt"] == "login"
