"""Scopes that Logto drops without a word do not go unnoticed."""

import asyncio
import json

import pytest

from logto_auth.web import scopes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_process(monkeypatch):
    """Nothing was told yet."""
    monkeypatch.setattr(scopes, "_told", set())


def told(caplog):
    return [
        record
        for record in caplog.records
        if getattr(record, "event", "") == "scopes_not_granted"
    ]


def ask_for(settings, *asked, **logto):
    settings.LOGTO = {**settings.LOGTO, "SCOPES": asked, **logto}


def test_a_sign_in_that_gets_all_scopes_tells_nothing(journey, caplog):
    journey.sign_in()
    assert told(caplog) == []
    assert "missing" not in journey.client.session["logto_auth:session"]


def test_a_scope_that_logto_does_not_know_is_told(journey, settings, caplog):
    ask_for(settings, "profile", "nosuchscope")
    journey.sign_in()
    (record,) = told(caplog)
    assert record.logto == {"scopes": "nosuchscope"}
    assert record.levelname == "WARNING"


def test_a_refresh_token_without_consent_is_told(journey, settings, caplog):
    ask_for(settings, "profile", "offline_access", PROMPT="login")
    journey.sign_in()
    (record,) = told(caplog)
    assert record.logto == {"scopes": "offline_access"}


def test_a_refresh_token_that_comes_all_the_same_is_enough(journey, settings, caplog):
    journey.logto.application.always_issue_refresh_token = True
    ask_for(settings, "profile", "offline_access", PROMPT="login")
    journey.sign_in()
    assert told(caplog) == []


def test_permissions_of_a_resource_are_not_taken_for_missing(journey, settings, caplog):
    organizations = "urn:logto:scope:organizations"
    ask_for(settings, "profile", organizations, "invite:member")
    journey.sign_in()
    assert told(caplog) == []


def test_an_answer_without_scope_means_all_of_them(journey, settings, caplog):
    ask_for(settings, "profile", "nosuchscope")
    journey.logto.forge_token_response = lambda body: {
        name: value for name, value in body.items() if name != "scope"
    }
    journey.sign_in()
    assert told(caplog) == []


def test_it_is_told_once_in_a_process(journey, settings, caplog):
    ask_for(settings, "profile", "nosuchscope")
    journey.sign_in()
    journey.sign_in(prompt="login")
    assert len(told(caplog)) == 1


def test_with_debug_the_log_explains_it(journey, settings, caplog):
    settings.DEBUG = True
    ask_for(settings, "profile", "nosuchscope")
    journey.sign_in()
    (record,) = told(caplog)
    assert "cause=Logto ignores scopes" in record.getMessage()
    assert 'fix=Correct LOGTO["SCOPES"]' in record.getMessage()
    assert "console=API resources" in record.getMessage()
    assert "see=docs/errors.md#scopes_not_granted" in record.getMessage()
    assert json.loads(json.dumps(record.logto)) == record.logto


def test_the_site_can_ask_which_are_missing(journey, settings):
    ask_for(settings, "profile", "nosuchscope")
    response = journey.sign_in()
    request = journey.client.get("/protected/").wsgi_request
    assert response.status_code == 302
    assert request.logto.missing_scopes == ("nosuchscope",)
    assert asyncio.run(request.user.logto.amissing_scopes()) == ("nosuchscope",)


def test_nothing_is_missing_to_who_did_not_sign_in_with_logto(client):
    request = client.get("/").wsgi_request
    assert request.logto.missing_scopes == ()
