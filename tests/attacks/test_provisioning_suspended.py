"""Whom Logto suspends or deletes is not signed in, not even by a code they have."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from logto_auth.models import LogtoAccount, LogtoSession
from logto_auth.testing import SignInStopped
from tests.journey import Journey

pytestmark = pytest.mark.django_db
User = get_user_model()


def is_signed_in(client):
    return client.get("/logto/user/").json()["isAuthenticated"]


def alice_comes_back(journey):
    """Sign alice in, who is known; return the callback of her next sign-in."""
    Journey(journey.logto, Client()).sign_in()
    return journey.callback_url()


@pytest.mark.catalogue(80)
def test_who_is_suspended_stays_at_logto(journey):
    with pytest.raises(SignInStopped, match="suspended"):
        journey.callback_url("sam")
    assert not is_signed_in(journey.client)
    assert not User.objects.exists()


@pytest.mark.catalogue(80)
@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("act", ["suspend", "delete"])
def test_who_is_suspended_or_deleted_at_logto_after_it_let_them_go_stays_out(
    journey, refused, act, is_known
):
    callback = alice_comes_back(journey) if is_known else journey.callback_url()
    before = LogtoAccount.objects.values().first()
    sessions = LogtoSession.objects.count()
    getattr(journey.logto, act)("alice")
    refused(journey.client.get(callback), "token_request_refused", "invalid_grant")
    assert not is_signed_in(journey.client)
    assert LogtoAccount.objects.values().first() == before
    assert LogtoSession.objects.count() == sessions


@pytest.mark.catalogue(72, 80)
@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("act", ["suspend", "delete"])
def test_who_is_suspended_or_deleted_at_logto_before_userinfo_stays_out(
    journey, refused, act, is_known
):
    callback = alice_comes_back(journey) if is_known else journey.callback_url()
    sessions = LogtoSession.objects.count()

    def answered(document):
        getattr(journey.logto, act)("alice")
        return document

    journey.logto.forge_token_response = answered
    response = journey.client.get(callback)
    refused(response, "provider_response_invalid", "userinfo_status_401")
    assert not is_signed_in(journey.client)
    assert User.objects.count() == is_known
    assert LogtoSession.objects.count() == sessions
