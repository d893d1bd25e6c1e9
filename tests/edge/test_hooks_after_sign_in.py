"""What the site does after a sign-in, and what happens when a hook of it fails."""

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse

from logto_auth.errors import SignInNotAllowed
from logto_auth.hooks import HOOKS
from logto_auth.models import LogtoAccount, LogtoSession
from logto_auth.signals import signed_in
from tests.journey import query_of

pytestmark = pytest.mark.django_db
User = get_user_model()


def is_signed_in(journey):
    return journey.client.get("/logto/user/").json()["isAuthenticated"]


def test_after_sign_in_everything_is_there(journey, hooks):
    calls = []

    def after_sign_in(self, user, account, *, is_new, next_url):
        assert self.request.user == user == account.user
        assert self.request.logto.account == account
        assert self.request.logto.claims["sub"] == account.subject
        assert "code" not in self.request.GET
        calls.append((is_new, next_url))

    hooks(after_sign_in=after_sign_in)
    assert journey.sign_in(next="/protected/")["Location"] == "/protected/"
    assert journey.sign_in(prompt="login")["Location"] == "/"
    assert calls == [(True, "/protected/"), (False, "/")]


@pytest.mark.parametrize(
    ("wished", "expected"),
    [
        ("/welcome/", "/welcome/"),
        ("protected", "/protected/"),
        ("", "/tea/"),
        ("https://evil.example/", "/tea/"),
        ("/logto/sign-in/", "/tea/"),
        ("/" + "x" * 600, "/tea/"),
    ],
)
def test_the_site_may_send_the_visitor_elsewhere(journey, hooks, wished, expected):
    hooks(after_sign_in=lambda self, *args, **kwargs: wished)
    callback = journey.callback_url(next="/tea/")
    assert journey.client.get(callback)["Location"] == expected
    assert journey.client.get(callback)["Location"] == expected  # a reload


# `may_join` is asked only where the site joins by e-mail.
@pytest.mark.parametrize("name", [name for name in HOOKS if name != "may_join"])
def test_an_error_in_a_hook_is_seen_and_nothing_is_half_done(journey, hooks, name):
    def fail(self, *args, **kwargs):
        raise RuntimeError("the site's own hook")

    hooks(**{name: fail})
    journey.client.raise_request_exception = False
    callback = journey.callback_url()
    journey.logto.forget_calls()
    assert journey.client.get(callback).status_code == 500
    assert not is_signed_in(journey)
    assert not LogtoSession.objects.exists()
    assert User.objects.exists() == (name == "after_sign_in")
    again = journey.client.get(callback)
    assert query_of(again["Location"])["client_id"]  # starts over
    paths = [call.path for call in journey.logto.calls]
    assert paths.count("/oidc/token") == 1


@pytest.mark.parametrize("wished", ["no-such-view", 7, HttpResponse()], ids=str)
def test_a_way_on_that_is_none_is_seen_and_nothing_is_half_done(journey, hooks, wished):
    heard = []

    def listen(**told):
        heard.append(told)

    hooks(after_sign_in=lambda self, *args, **kwargs: wished)
    journey.client.raise_request_exception = False
    signed_in.connect(listen)
    try:
        assert journey.sign_in().status_code == 500
    finally:
        signed_in.disconnect(listen)
    assert not is_signed_in(journey)
    assert heard == []


def test_after_sign_in_can_still_refuse(journey, hooks):
    def after_sign_in(self, *args, **kwargs):
        raise SignInNotAllowed()

    hooks(after_sign_in=after_sign_in)
    assert journey.sign_in().status_code == 403
    assert not is_signed_in(journey)


def test_hooks_see_claims_and_no_token_and_change_neither(journey, hooks):
    seen, bodies = {}, []
    forge = journey.logto.forge_token_response
    journey.logto.forge_token_response = lambda body: bodies.append(body) or forge(body)

    def may_sign_in(self, user):
        seen["everything"] = repr(vars(self))
        seen["names"] = set(self.claims)
        self.claims["roles"] = ["admin"]
        self.claims.pop("sub")
        return True

    hooks(may_sign_in=may_sign_in)
    journey.sign_in()
    assert {"iss", "aud", "sub", "identities"} <= seen["names"]
    (body,) = bodies
    for token in ("access_token", "refresh_token", "id_token"):
        assert body[token] not in seen["everything"]
    account = LogtoAccount.objects.get()
    assert account.userinfo["sub"] == account.subject
    claims = journey.client.get("/logto/user/").json()["claims"]
    assert "admin" not in claims["roles"]


@pytest.mark.django_db(transaction=True)
async def test_on_an_event_loop_hooks_may_query(journey_async, hooks):
    def after_sign_in(self, user, account, *, is_new, next_url):
        assert User.objects.get() == user
        return "/welcome/"

    hooks(
        may_sign_in=lambda self, user: not User.objects.exists(),
        after_sign_in=after_sign_in,
    )
    response = await journey_async.sign_in()
    assert response["Location"] == "/welcome/"
