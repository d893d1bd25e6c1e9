"""The site's say in who signs in, and as whom: ``LOGTO["HOOKS"]``."""

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from logto_auth.conf import logto_settings
from logto_auth.errors import SignInNotAllowed
from logto_auth.models import LogtoAccount, LogtoSession
from tests.journey import Journey, query_of

pytestmark = pytest.mark.django_db
User = get_user_model()


def is_signed_in(journey):
    return journey.client.get("/logto/user/").json()["isAuthenticated"]


def test_without_hooks_everybody_may_sign_in(journey):
    assert logto_settings.HOOKS is None
    assert journey.sign_in().status_code == 302


# May sign in


def test_a_newcomer_who_is_refused_leaves_no_trace(journey, hooks):
    hooks(may_sign_in=lambda self, user: False)
    session = journey.client.session
    session["cart"] = ["tea"]
    session.save()
    response = journey.sign_in(next="/protected/")
    assert response.status_code == 403
    assert response.context["error"].code == "sign_in_not_allowed"
    assert "this site is not open to your account" in response.content.decode()
    assert query_of(response.context["retry_url"]) == {
        "next": "/protected/",
        "prompt": "login",
    }
    assert not is_signed_in(journey)
    assert journey.client.session["cart"] == ["tea"]
    for model in (User, LogtoAccount, LogtoSession):
        assert not model.objects.exists()


def test_a_site_says_why_in_its_own_words(journey, hooks):
    def may_sign_in(self, user):
        raise SignInNotAllowed("board", message="Members <only>.")

    hooks(may_sign_in=may_sign_in)
    response = journey.sign_in()
    assert response.status_code == 403
    assert "Members &lt;only&gt;." in response.content.decode()
    assert SignInNotAllowed(message="Ours").fresh().message == "Ours"


def test_userinfo_has_no_say_in_what_the_id_token_verifies(journey, hooks):
    told = []
    hooks(may_sign_in=lambda self, user: told.append(dict(self.claims)) or True)
    forged = {"iss": "https://evil.example", "auth_time": 1, "acr": "high", "sid": "s"}
    verified = {"iss": journey.logto.issuer}
    journey.logto.forge_userinfo = lambda document: {**document, **forged, "name": "N"}
    callback = journey.callback_url(max_age=600)
    assert journey.client.get(callback).status_code == 302
    assert told[0]["iss"] == verified["iss"]
    assert told[0]["auth_time"] > 1
    assert told[0]["name"] == "N"


def test_it_is_asked_about_nobody_first_and_then_about_the_user(journey, hooks):
    asked = []
    hooks(may_sign_in=lambda self, user: asked.append(user) or True)
    journey.sign_in()
    journey.sign_in(prompt="login")
    assert asked == [None, User.objects.get()]


def test_somebody_known_who_is_refused_stays_as_they_are(journey, hooks):
    journey.sign_in()
    before = LogtoAccount.objects.values().get()
    journey.logto.people["alice"].name = "Alice Hargreaves"
    hooks(may_sign_in=lambda self, user: False, update_user=None)
    other = Journey(journey.logto, Client())
    assert other.sign_in().status_code == 403
    assert not is_signed_in(other)
    assert journey.sign_in(prompt="login").status_code == 403
    assert is_signed_in(journey)
    assert LogtoAccount.objects.values().get() == before


@pytest.mark.parametrize("answer", [None, 1, "yes", object()])
def test_an_answer_that_is_neither_yes_nor_no_is_an_error_of_the_site(
    journey, hooks, answer
):
    hooks(may_sign_in=lambda self, user: answer)
    with pytest.raises(TypeError, match="must return True or False"):
        journey.sign_in()
    assert not is_signed_in(journey)


# Username


def test_the_site_names_its_users_and_names_stay_unique(journey, hooks):
    User.objects.create_user("ours")
    hooks(username=lambda self: "ours")
    journey.sign_in()
    assert User.objects.latest("pk").username == "ours-2"


@pytest.mark.parametrize(
    ("given", "expected"), [("", "alice"), (None, "alice"), ("x" * 400, "x" * 150)]
)
def test_no_name_is_the_usual_one_and_a_long_one_is_cut(
    journey, hooks, given, expected
):
    hooks(username=lambda self: given)
    journey.sign_in()
    assert User.objects.get().username == expected


@pytest.mark.parametrize("answer", [7, ["ours"], b"ours"], ids=str)
def test_a_username_that_is_no_text_is_an_error_of_the_site(journey, hooks, answer):
    hooks(username=lambda self: answer)
    with pytest.raises(TypeError, match="must return a string"):
        journey.sign_in()
    assert not User.objects.exists()


# Update user


def test_claims_fill_a_new_user_before_it_is_saved(journey, hooks):
    def update_user(self, user, *, is_new):
        assert is_new and user.pk is None
        assert user.username == "alice"
        user.is_staff = "iss" in self.claims
        user.last_name = self.claims["sub"]

    hooks(update_user=update_user)
    journey.sign_in()
    user = User.objects.get()
    assert user.is_staff
    assert user.last_name == journey.logto.people["alice"].sub


def test_at_a_later_sign_in_exactly_what_changed_is_saved(journey, hooks):
    journey.sign_in()

    def update_user(self, user, *, is_new):
        assert not is_new
        # Another process, in between.
        User.objects.update(last_name="Pleasance")
        user.first_name = self.claims["name"]

    hooks(update_user=update_user)
    journey.logto.people["alice"].name = "Alice Hargreaves"
    with CaptureQueriesContext(connection) as context:
        journey.sign_in(prompt="login")
    user = User.objects.get()
    assert (user.first_name, user.last_name) == ("Alice Hargreaves", "Pleasance")
    (sql,) = [
        query["sql"]
        for query in context.captured_queries
        if query["sql"].startswith("UPDATE") and "first_name" in query["sql"]
    ]
    assert "password" not in sql


def test_hooks_that_change_nothing_cost_no_statement(journey, hooks):
    journey.sign_in()
    counts = []
    for use in (dict, lambda: hooks(update_user=lambda self, user, *, is_new: None)):
        use()
        callback = journey.callback_url(prompt="login")
        with CaptureQueriesContext(connection) as context:
            journey.client.get(callback)
        counts.append(len(context.captured_queries))
    assert counts[0] == counts[1]


def test_a_user_can_be_switched_off_by_a_claim(journey, hooks):
    def update_user(self, user, *, is_new):
        user.is_active = is_new

    hooks(update_user=update_user)
    journey.sign_in()
    response = journey.sign_in(prompt="login")
    assert response.context["error"].code == "account_inactive"
    assert not User.objects.get().is_active


@pytest.mark.parametrize("is_known", [False, True])
def test_a_value_that_the_database_refuses_is_a_page(journey, hooks, is_known):
    User.objects.create_user("pat")
    if is_known:
        journey.sign_in()

    def update_user(self, user, *, is_new):
        user.username = "pat"

    hooks(update_user=update_user)
    other = Journey(journey.logto, Client())
    response = other.sign_in()
    assert response.status_code == 409
    code = "account_not_updated" if is_known else "account_not_created"
    assert response.context["error"].code == code
    assert not is_signed_in(other)
    assert User.objects.filter(username="pat").count() == 1
