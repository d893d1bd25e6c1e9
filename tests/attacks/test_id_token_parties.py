"""Who issued an ID token, for whom and about whom: compared to the letter."""

import unicodedata

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from logto_auth.models import LogtoAccount
from tests.journey import Journey

from .forging import ABSENT, claims_with

APP, OTHER = "demo-app", "other-app"


@pytest.mark.catalogue(52)
@pytest.mark.conformance("oidcc-client-test-invalid-iss")
@pytest.mark.parametrize(
    "iss",
    [
        *(ABSENT, None, "", 1, True, "https://evil.example/oidc"),
        *(lambda iss: iss + "/", lambda iss: iss.upper(), lambda iss: iss[:-1]),
        *(lambda iss: iss[:-5], lambda iss: iss + "/../oidc", lambda iss: " " + iss),
        *(lambda iss: iss.replace("http:", "https:"), lambda iss: iss[7:]),
        *(lambda iss: iss.replace("/oidc", "@evil.example/oidc"), lambda iss: [iss]),
        *(lambda iss: {iss: 1}, lambda iss: iss.replace("localhost", "127.0.0.1")),
        lambda iss: iss.replace("localhost", "ｌocalhost"),
    ],
    ids=[
        *("absent", "null", "empty", "number", "true", "another", "slash", "case"),
        *("cut", "prefix", "path", "space", "scheme", "no scheme", "user", "list"),
        *("object", "address", "full width"),
    ],
)
def test_a_token_of_another_issuer_signs_nobody_in(trial, iss):
    trial.refuses(claims_with(iss=iss), "wrong_issuer")


@pytest.mark.catalogue(53)
@pytest.mark.conformance(
    "oidcc-client-test-invalid-aud", "oidcc-client-test-missing-aud"
)
@pytest.mark.parametrize("azp", [ABSENT, APP], ids=["without azp", "with azp"])
@pytest.mark.parametrize(
    "aud",
    [
        *(ABSENT, None, "", OTHER, APP[:-1], APP[1:], APP + "2", APP.upper()),
        *(f"{APP} {OTHER}", f"{APP},{OTHER}", [], [OTHER], [[APP]], [APP, 1]),
        *([APP, None], {APP: 1}, 1, True),
    ],
    ids=str,
)
def test_a_token_for_another_audience_signs_nobody_in(trial, aud, azp):
    trial.refuses(claims_with(aud=aud, azp=azp), "wrong_audience")


@pytest.mark.catalogue(53)
@pytest.mark.parametrize("aud", [APP, [APP], [APP, OTHER], [OTHER, APP]], ids=str)
@pytest.mark.parametrize("azp", [OTHER, "", None, [APP], 1], ids=str)
def test_a_token_for_another_authorized_party_signs_nobody_in(trial, aud, azp):
    trial.refuses(claims_with(aud=aud, azp=azp), "wrong_authorized_party")


@pytest.mark.catalogue(53)
@pytest.mark.parametrize("aud", [[APP, OTHER], [OTHER, APP], [APP, APP]], ids=str)
def test_a_token_for_several_that_names_no_authorized_party_is_refused(trial, aud):
    trial.refuses(claims_with(aud=aud), "wrong_authorized_party")


@pytest.mark.catalogue(53)
@pytest.mark.parametrize(
    ("aud", "azp"),
    [
        *((APP, ABSENT), (APP, APP), ([APP], ABSENT), ([APP], APP)),
        *(([APP, OTHER], APP), ([OTHER, APP], APP)),
    ],
    ids=str,
)
def test_a_token_for_this_application_signs_in_in_every_form(trial, aud, azp):
    assert trial.accepts(claims_with(aud=aud, azp=azp))["aud"] == aud


@pytest.mark.catalogue(57)
@pytest.mark.conformance("oidcc-client-test-missing-sub")
@pytest.mark.parametrize(
    "sub",
    [
        *(ABSENT, None, "", 1, 1.5, True, ["alice"], {"alice": 1}, "x" * 256),
        *("x" * 60_000, "\0", "alice\0", "a\nb", "a\tb", "a\rb", "\x1b[31m", "a\x7f"),
        *("a\x80", "a\x9f"),
    ],
    ids=lambda sub: ascii(sub)[:20],
)
def test_a_subject_that_could_not_be_kept_signs_nobody_in(trial, sub):
    large = isinstance(sub, str) and len(sub) > 50_000
    trial.refuses(claims_with(sub=sub), "too_large" if large else "wrong_subject")


@pytest.mark.catalogue(57)
@pytest.mark.parametrize(
    ("one", "another"),
    [
        *(("u1abc", "U1ABC"), ("u1abc", "u1abc "), ("u1abc", " u1abc")),
        *(("straße", "strasse"), ("u1é", unicodedata.normalize("NFD", "u1é"))),
        *(("u1abc", "ｕ1abc"), ("u1ﬁ", "u1fi"), ("u1abc", "u1abc\u200b")),
        *(("u1a", "u1á"), ("u1i", "u1ı"), ("x" * 255, "x" * 254)),
    ],
    ids=ascii,
)
def test_subjects_that_only_look_the_same_are_two_users(db, logto, one, another):
    users = get_user_model().objects
    logto.people["alice"].sub, logto.people["noel"].sub = one, another
    for count, (name, sub) in enumerate([("alice", one), ("noel", another)], start=1):
        for _ in range(2):
            client = Client()
            assert Journey(logto, client).sign_in(name).status_code == 302
            claims = client.get("/protected/").json()["claims"]
            assert claims["sub"] == sub
        assert users.count() == LogtoAccount.objects.count() == count


@pytest.mark.catalogue(61)
def test_a_token_for_another_application_of_this_logto_signs_nobody_in(trial):
    trial.refuses(claims_with(aud="nightly", azp="nightly"), "wrong_audience")
