"""When an ID token may be used; Logto's clock and the site's may differ by a minute."""

import pytest

from .forging import ABSENT, claims_with

DAY = 24 * 3600
NO_TIMES = {
    "null": None,
    "text": "1800000000",
    "empty": "",
    "true": True,
    "false": False,
    "list": [1_800_000_000],
    "object": {},
    "negative": -1,
    "10^20": 10**20,
    "1e300": 1e300,
    "after the year 9999": 253402300800,
}


def later(seconds):
    """Return a function that makes a time a later one."""
    return lambda right: right + seconds


def from_issue(seconds):
    """Return a forger of tokens that expire so long after they were issued."""

    def forge(claims, header):
        return {**claims, "exp": claims["iat"] + seconds}, header

    return forge


@pytest.mark.catalogue(54)
@pytest.mark.parametrize("exp", [ABSENT, *NO_TIMES.values()], ids=["absent", *NO_TIMES])
def test_a_token_that_does_not_say_when_it_expires_signs_nobody_in(trial, exp):
    trial.refuses(claims_with(exp=exp), "malformed_time")


@pytest.mark.catalogue(54)
@pytest.mark.parametrize("seconds", [-61, -60.5, -600, -10 * DAY])
def test_an_expired_token_signs_nobody_in(trial, seconds):
    trial.refuses(from_issue(seconds), "expired")


@pytest.mark.catalogue(54)
@pytest.mark.parametrize("seconds", [-50, 0, 0.5, 3600.75, 1000 * DAY])
def test_a_token_that_expires_about_now_or_later_signs_in(trial, seconds):
    claims = trial.accepts(from_issue(seconds))
    assert claims["exp"] == claims["iat"] + seconds


@pytest.mark.catalogue(55)
@pytest.mark.conformance("oidcc-client-test-missing-iat")
@pytest.mark.parametrize("iat", [ABSENT, *NO_TIMES.values()], ids=["absent", *NO_TIMES])
def test_a_token_that_does_not_say_when_it_was_issued_signs_nobody_in(trial, iat):
    trial.refuses(claims_with(iat=iat), "malformed_time")


@pytest.mark.catalogue(55)
@pytest.mark.parametrize(
    ("seconds", "reason"),
    [
        *((65, "issued_in_future"), (600, "issued_in_future")),
        *((365 * DAY, "issued_in_future"), (-DAY, "issued_too_long_ago")),
        (-365 * DAY, "issued_too_long_ago"),
    ],
)
def test_a_token_that_was_issued_at_another_time_signs_nobody_in(
    trial, seconds, reason
):
    trial.refuses(claims_with(iat=later(seconds)), reason)


@pytest.mark.catalogue(55)
@pytest.mark.parametrize("seconds", [5, 0.5, -0.5, -3600])
def test_a_token_that_was_issued_lately_signs_in(trial, seconds):
    trial.accepts(claims_with(iat=later(seconds)))


@pytest.mark.catalogue(54, 55)
@pytest.mark.parametrize(
    "seconds", [59, -59, -3650], ids=["ahead", "behind", "behind by a lifetime"]
)
def test_a_logto_whose_clock_is_less_than_a_minute_off_signs_in(trial, seconds):
    trial.logto.clock.advance(seconds)
    trial.accepts()


@pytest.mark.catalogue(54, 55)
@pytest.mark.parametrize(
    ("seconds", "reason"), [(65, "issued_in_future"), (-3661, "expired")]
)
def test_a_logto_whose_clock_is_more_than_a_minute_off_signs_nobody_in(
    trial, seconds, reason
):
    trial.logto.clock.advance(seconds)
    error = trial.refuses(claims_with(), reason)
    assert abs(error.facts["seconds"] - abs(seconds)) <= 4


@pytest.mark.catalogue(56)
@pytest.mark.parametrize("seconds", [65, 600, 365 * DAY])
def test_a_token_for_later_signs_nobody_in(trial, seconds):
    def forge(claims, header):
        return {**claims, "nbf": claims["iat"] + seconds}, header

    trial.refuses(forge, "not_yet_valid")


@pytest.mark.catalogue(56)
@pytest.mark.parametrize("nbf", NO_TIMES.values(), ids=[*NO_TIMES])
def test_a_token_for_no_sensible_time_signs_nobody_in(trial, nbf):
    trial.refuses(claims_with(nbf=nbf), "malformed_time")


@pytest.mark.catalogue(56)
@pytest.mark.parametrize("seconds", [55, 0, -3600])
def test_a_token_that_is_valid_within_a_minute_signs_in(trial, seconds):
    def forge(claims, header):
        return {**claims, "nbf": claims["iat"] + seconds}, header

    trial.accepts(forge)


@pytest.mark.catalogue(60)
@pytest.mark.parametrize("auth_time", [ABSENT, *NO_TIMES.values()])
def test_a_token_that_does_not_say_when_somebody_signed_in_is_refused(trial, auth_time):
    reason = "wrong_auth_time" if auth_time is ABSENT else "malformed_time"
    trial.refuses(claims_with(auth_time=auth_time), reason, max_age="60")


@pytest.mark.catalogue(60)
@pytest.mark.parametrize("seconds", [-125, -3600, 90, 3600])
def test_somebody_who_signed_in_longer_ago_than_asked_is_refused(trial, seconds):
    forged = claims_with(auth_time=later(seconds))
    trial.refuses(forged, "wrong_auth_time", max_age="60")


@pytest.mark.catalogue(60)
@pytest.mark.parametrize("seconds", [-100, 0])
def test_somebody_who_signed_in_as_lately_as_asked_is_accepted(trial, seconds):
    trial.accepts(claims_with(auth_time=later(seconds)), max_age="60")
