"""Whatever Logto does at a sign-out, the visitor is signed out here, and soon."""

import pytest
from django.contrib.sessions.models import Session

from logto_auth.models import LogtoSession
from logto_auth.web import rehearsal
from tests.journey import path_of

from .kinds import (
    DISCOVERY,
    DOWN,
    END_SESSION,
    HANGING,
    INVALID,
    REVOCATION,
    TIMED_OUT,
    TRUNCATED,
    UNREACHABLE,
    every_kind,
    kinds_of_connections,
)

pytestmark = pytest.mark.django_db


def is_confirmed(kind):
    """Tell whether it is a 200 that arrives: its body says nothing (RFC 7009, 2.2)."""
    is_ok = kind.code == INVALID and kind.reason in ("", "not_json")
    return is_ok or kind is TRUNCATED  # nothing of an empty body is missing


def incomplete(caplog):
    return [
        record.logto["code"]
        for record in caplog.records
        if getattr(record, "event", "") == "sign_out_incomplete"
    ]


@pytest.fixture
def end(journey, in_time):
    """Sign out in time; return the page of somebody of whom nothing is left here."""

    def end(status=200):
        with in_time():
            response = journey.client.post("/logto/sign-out/")
        assert response.status_code == status
        state = journey.client.get("/logto/user/").json()
        assert state == {"isAuthenticated": False}
        assert journey.client.get("/protected/").status_code == 302
        assert not LogtoSession.objects.exists()
        assert not Session.objects.exists()
        return response

    return end


@pytest.fixture
def rehearsed(settings, monkeypatch):
    """Call it to be in development, where Logto is asked before visitors go there."""

    def rehearse():
        settings.DEBUG = True
        monkeypatch.setattr(rehearsal, "_accepted", set())

    return rehearse


@pytest.mark.parametrize("kind", **every_kind)
def test_without_metadata_it_ends_here_and_says_that_it_does_not_elsewhere(
    kind, journey, cold, strike, asked, end, caplog
):
    journey.sign_in()
    cold()
    strike(DISCOVERY, kind)
    page = end(kind.status)
    assert page.context["error"].code == kind.code
    assert "You are signed out here, but not at the sign-in service" in page.text
    assert incomplete(caplog) == [kind.code]
    assert asked(REVOCATION) == 0


def goes_on(kind):
    """Tell whether Logto answers at all, so that the visitor may be sent there."""
    return is_confirmed(kind) or kind.code not in (UNREACHABLE, TIMED_OUT)


@pytest.mark.parametrize("kind", **every_kind)
def test_without_a_revocation_it_ends_here_and_goes_on_to_logto_where_that_answers(
    kind, journey, strike, asked, end, caplog
):
    journey.sign_in()
    strike(REVOCATION, kind)
    page = end(200 if goes_on(kind) else kind.status)
    assert f"{journey.logto.issuer}/session/end?" in page.text
    assert asked(REVOCATION) == 1
    expected = [] if is_confirmed(kind) else [kind.token_code or kind.code]
    assert incomplete(caplog) == expected
    if not goes_on(kind):
        assert page.context["error"].code == kind.code
        assert "You are signed out here, but not at the sign-in service" in page.text


def test_who_tries_again_when_logto_is_back_is_signed_out_there_too(
    journey, strike, end
):
    journey.sign_in(next="/protected/")
    strike(REVOCATION, HANGING)
    page = end(504)
    journey.logto.faults.clear()
    back = journey.visitor.sign_out(page.context["retry_url"])
    page = journey.client.get(path_of(back)).text
    assert "You are signed out" in page
    assert "but not" not in page
    # Asked who it is, with a page, instead of sent back as somebody.
    assert not isinstance(journey.visitor.open(journey.start()), str)


def test_who_tries_again_where_logtos_address_was_not_known_is_signed_out_there_too(
    journey, cold, strike, end
):
    journey.sign_in(next="/protected/")
    cold()
    strike(DISCOVERY, DOWN)
    retry_url = end(502).context["retry_url"]
    assert "Almost signed out" in journey.client.get(retry_url).text
    end(502)  # Logto still does not know
    journey.logto.faults.clear()
    page = journey.client.post(retry_url)
    back = journey.visitor.sign_out(page.context["url"])
    assert "You are signed out" in journey.client.get(path_of(back)).text
    assert not isinstance(journey.visitor.open(journey.start()), str)
    # It is over then.
    assert "You are signed out" in journey.client.get(retry_url).text


@pytest.mark.parametrize("kind", **every_kind)
def test_a_rehearsal_that_fails_keeps_nobody(
    kind, journey, rehearsed, strike, asked, end
):
    journey.sign_in()
    rehearsed()
    strike(END_SESSION, kind)
    assert f"{journey.logto.issuer}/session/end?" in end().text
    assert asked(END_SESSION) == 1


def test_all_calls_together_have_the_time_of_one(
    journey, rehearsed, strike, asked, end
):
    journey.sign_in()
    rehearsed()
    strike(REVOCATION, HANGING)
    strike(END_SESSION, HANGING)
    assert f"{journey.logto.issuer}/session/end?" in end(504).text
    assert asked(END_SESSION) == 0


@pytest.mark.parametrize("kind", **kinds_of_connections)
@pytest.mark.parametrize("path", [DISCOVERY, REVOCATION, END_SESSION])
async def test_on_an_event_loop_it_ends_here_too(
    kind, path, journey_async, cold, rehearsed, strike, asked, in_time
):
    await journey_async.sign_in()
    rehearsed()
    if path == DISCOVERY:
        cold()
    journey_async.logto.forget_calls()
    strike(path, kind)
    with in_time():
        response = await journey_async.client.post("/logto/sign-out/")
    is_told = path == DISCOVERY or (path == REVOCATION and not goes_on(kind))
    assert response.status_code == (kind.status if is_told else 200)
    assert asked(path) == 1
    state = (await journey_async.client.get("/logto/user/")).json()
    assert state == {"isAuthenticated": False}
    assert not await LogtoSession.objects.aexists()
