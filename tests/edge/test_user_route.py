"""The user route tells a page's JavaScript who is signed in."""

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(92)]


def test_an_anonymous_visitor_is_told_only_that(client):
    response = client.get("/logto/user/")
    assert response.json() == {"isAuthenticated": False}
    assert response["Cache-Control"] == "no-store, private"
    assert "Access-Control-Allow-Origin" not in response


def test_a_signed_in_visitor_gets_the_verified_claims_and_no_token(journey):
    journey.sign_in()
    response = journey.client.get("/logto/user/")
    state = response.json()
    assert state["isAuthenticated"] is True
    assert state["claims"]["sub"] == journey.logto.people["alice"].sub
    assert "eyJ" not in response.content.decode()
    assert "identities" not in state["claims"]


def test_a_site_can_tell_fewer_claims(journey, settings):
    settings.LOGTO = {**settings.LOGTO, "USER_CLAIMS": ["name", "picture"]}
    journey.sign_in()
    claims = journey.client.get("/logto/user/").json()["claims"]
    assert set(claims) == {"name", "picture"}


def test_a_password_user_is_not_signed_in_with_logto(client, django_user_model):
    user = django_user_model.objects.create_user("pat")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/logto/user/").json() == {"isAuthenticated": False}


def test_only_reading_is_allowed(client):
    assert client.head("/logto/user/").status_code == 200
    assert client.post("/logto/user/").status_code == 405
