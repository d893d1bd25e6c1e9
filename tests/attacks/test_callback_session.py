"""Whose session it is after a callback, and whose it is not any more."""

from threading import Thread

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client

from logto_auth.models import LogtoSession
from tests.attacks.visitors import give, who
from tests.edge.connect_journey import visitor_of
from tests.journey import Journey

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat(django_user_model):
    """A user of the site's own, with a password."""
    return django_user_model.objects.create_user("pat", password="secret")


@pytest.mark.catalogue(17)
@pytest.mark.parametrize("times", [1, 5])
def test_a_callback_again_and_again_costs_a_signed_in_visitor_nothing(
    journey, kept, times
):
    url = journey.callback_url(next="/protected/")
    journey.client.get(url)
    journey.logto.forget_calls()
    with kept(journey.client):
        for _ in range(times):
            assert journey.client.get(url)["Location"] == "/protected/"
    assert journey.logto.calls == []
    assert who(journey.client) == "alice"


@pytest.mark.catalogue(16)
def test_a_callback_that_failed_is_not_tried_a_second_time(journey, refused, kept):
    from logto_auth.testing import Fault

    give(journey, "a cart")
    url = journey.callback_url()
    spent = dict(journey.client.cookies)
    journey.logto.faults.put("/oidc/token", Fault(status=500, times=1))
    with kept(journey.client):
        refused(journey.client.get(url), "provider_response_invalid")
        # A browser that deletes no cookie.
        journey.client.cookies.update(spent)
        again = journey.client.get(url)
    assert again["Location"].startswith(f"{journey.logto.endpoint}/oidc/auth?")
    assert journey.logto.count("/oidc/token") == 1
    assert who(journey.client) is None


@pytest.mark.catalogue(29)
@pytest.mark.parametrize("of", ["nobody", "pat"])
def test_a_session_that_an_attacker_planted_is_not_the_one_that_is_signed_in(
    journey, logto, pat, of
):
    attacker = visitor_of(logto, pat) if of == "pat" else Journey(logto, Client())
    session = attacker.client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    journey.client.cookies["sessionid"] = planted
    journey.sign_in()
    assert journey.client.cookies["sessionid"].value != planted
    assert who(journey.client) == "alice"
    assert not Session.objects.filter(session_key=planted).exists()
    attacker.client.cookies["sessionid"] = planted
    assert who(attacker.client) is None


@pytest.mark.catalogue(29)
@pytest.mark.parametrize("key", ["a" * 32, "", "../../x", "x" * 5000])
def test_a_session_key_that_the_site_never_gave_is_not_taken_over(journey, key):
    journey.client.cookies["sessionid"] = key
    journey.sign_in()
    assert journey.client.cookies["sessionid"].value != key
    assert who(journey.client) == "alice"


@pytest.mark.catalogue(29)
def test_the_csrf_token_from_before_the_sign_in_is_worth_nothing_after_it(logto):
    journey = Journey(logto, Client(enforce_csrf_checks=True))
    journey.client.get("/admin/login/")
    before = journey.client.cookies["csrftoken"].value
    journey.sign_in()
    after = journey.client.cookies["csrftoken"].value
    assert after != before
    old, new = ({"csrfmiddlewaretoken": token} for token in (before, after))
    assert journey.client.post("/logto/sign-out/", old).status_code == 403
    assert who(journey.client) == "alice"
    assert journey.client.post("/logto/sign-out/", new).status_code == 200
    assert who(journey.client) is None


@pytest.mark.catalogue(30)
def test_a_cart_of_an_anonymous_visitor_is_theirs_after_the_sign_in(journey):
    give(journey, "a cart")
    journey.sign_in()
    assert journey.client.session["cart"] == ["tea"]
    assert who(journey.client) == "alice"


@pytest.mark.catalogue(30)
@pytest.mark.parametrize("first", ["alice", "pat"])
def test_nothing_of_the_user_before_is_left_for_the_next_one(
    journey, logto, pat, first
):
    journey = visitor_of(logto, pat) if first == "pat" else journey
    if first == "alice":
        journey.sign_in("alice")
    give(journey, "a cart")
    Journey(logto, journey.client).sign_in("olivia", prompt="login")
    assert who(journey.client) == "olivia"
    assert "cart" not in journey.client.session


@pytest.mark.catalogue(29, 30)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("engine", ["db", "cached_db", "cache", "file"])
def test_a_session_that_ends_meanwhile_is_begun_anew(
    journey, settings, tmp_path, engine
):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    journey.sign_in()
    session = journey.client.session
    session["cart"] = ["tea"]
    session.save()
    url = journey.callback_url(prompt="login", next="/protected/")

    def end():
        session.delete()
        connections.close_all()

    def end_first(document):
        ending = Thread(target=end)  # the simulator's own runs an event loop
        ending.start()
        ending.join()
        return document

    journey.logto.forge_userinfo = end_first
    assert journey.client.get(url)["Location"] == "/protected/"
    assert who(journey.client) == "alice"
    assert "cart" not in journey.client.session
    assert LogtoSession.objects.count() == 1
