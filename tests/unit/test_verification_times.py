"""When an ID token may be used, and how long ago its visitor may have authenticated."""

from __future__ import annotations

import pytest

from logto_auth.engine.token_claims import LEEWAY, MAX_TIME
from logto_auth.engine.verification import MAX_TOKEN_AGE

from .minted_tokens import ABSENT, NOW, id_token, refusal, verify

NO_TIMES = [None, "1800000000", "", True, False, [NOW], {}, -1, -0.5, 10**20, 1e300]
NO_TIMES += [MAX_TIME + 1]


@pytest.mark.catalogue(54, 55)
@pytest.mark.parametrize("name", ["exp", "iat"])
@pytest.mark.parametrize("value", [ABSENT, *NO_TIMES], ids=str)
def test_a_time_that_is_no_sensible_number_is_refused(name, value):
    assert refusal(id_token(**{name: value})) == "malformed_time"


@pytest.mark.catalogue(56)
@pytest.mark.parametrize("value", NO_TIMES, ids=str)
def test_an_optional_time_that_is_no_sensible_number_is_refused(value):
    assert refusal(id_token(nbf=value)) == "malformed_time"
    assert refusal(id_token(auth_time=value), max_age=60) == "malformed_time"


@pytest.mark.catalogue(54)
@pytest.mark.parametrize("age", [LEEWAY, LEEWAY + 0.5, 600, NOW])
def test_an_expired_token_is_refused(age):
    assert refusal(id_token(exp=NOW - age)) == "expired"


@pytest.mark.catalogue(54)
@pytest.mark.parametrize("exp", [NOW - LEEWAY + 1, NOW + 0.5, NOW, MAX_TIME])
def test_an_unexpired_token_is_accepted(exp):
    assert verify(id_token(exp=exp))["exp"] == exp


@pytest.mark.catalogue(55)
@pytest.mark.parametrize(
    ("age", "reason"),
    [
        (-LEEWAY - 1, "issued_in_future"),
        (-600, "issued_in_future"),
        (MAX_TOKEN_AGE, "issued_too_long_ago"),
        (MAX_TOKEN_AGE * 365, "issued_too_long_ago"),
    ],
)
def test_a_token_issued_at_another_time_is_refused(age, reason):
    assert refusal(id_token(iat=NOW - age)) == reason


@pytest.mark.catalogue(55)
@pytest.mark.parametrize("age", [-LEEWAY, -5, 0.5, MAX_TOKEN_AGE - 1])
def test_a_token_issued_lately_is_accepted(age):
    assert verify(id_token(iat=NOW - age))["iat"] == NOW - age


@pytest.mark.catalogue(56)
@pytest.mark.parametrize("ahead", [LEEWAY + 1, 600, MAX_TIME - NOW])
def test_a_token_for_later_is_refused(ahead):
    assert refusal(id_token(nbf=NOW + ahead)) == "not_yet_valid"


@pytest.mark.catalogue(56)
@pytest.mark.parametrize("ahead", [LEEWAY, 0, -3600])
def test_a_token_within_the_leeway_is_accepted(ahead):
    assert verify(id_token(nbf=NOW + ahead))["nbf"] == NOW + ahead


@pytest.mark.catalogue(60)
@pytest.mark.parametrize("age", [300 + LEEWAY + 1, 3600, -LEEWAY - 1, NOW])
def test_an_authentication_at_another_time_is_refused(age):
    token = id_token(auth_time=NOW - age)
    assert refusal(token, max_age=300) == "wrong_auth_time"


@pytest.mark.catalogue(60)
@pytest.mark.parametrize("max_age", [0, 300])
def test_an_unknown_time_of_authentication_is_refused(max_age):
    assert refusal(id_token(), max_age=max_age) == "wrong_auth_time"


@pytest.mark.catalogue(60)
@pytest.mark.parametrize("age", [300 + LEEWAY, 0, -LEEWAY])
def test_a_recent_authentication_is_accepted(age):
    token = id_token(auth_time=NOW - age)
    assert verify(token, max_age=300)["auth_time"] == NOW - age
