"""What the site and Logto have to say in a connect, and what is left when they fail."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from logto_auth.models import LogtoAccount
from logto_auth.signals import account_connected
from logto_auth.testing import Fault
from tests.edge.connect_journey import (
    CONNECT,
    assert_nothing_changed,
    code_of,
)
from tests.journey import Journey, query_of

pytestmark = pytest.mark.django_db
User = get_user_model()


def test_the_switches_for_new_users_do_not_matter(pats, pat, settings):
    settings.LOGTO = {**settings.LOGTO, "CREATE_USERS": False}
    assert pats.connect().status_code == 302
    assert pat.logto_accounts.exists()


def test_the_sites_conditions_do_matter(pats, pat, settings):
    settings.LOGTO = {**settings.LOGTO, "REQUIRED_CLAIMS": {"roles": ["nobody"]}}
    assert code_of(pats.connect()) == "sign_in_not_allowed"
    assert_nothing_changed(pats, pat)


def test_the_sites_hooks_are_asked_about_the_user(pats, pat, hooks):
    seen = []

    def may_sign_in(self, user):
        seen.append(user)
        return False

    hooks(may_sign_in=may_sign_in)
    assert code_of(pats.connect()) == "sign_in_not_allowed"
    assert seen == [pat]
    assert_nothing_changed(pats, pat)


def test_what_the_user_model_refuses_connects_nothing(pats, pat, kim, hooks, heard):
    def update_user(self, user, *, is_new):
        user.username = kim.username

    hooks(update_user=update_user)
    assert code_of(pats.connect()) == "account_not_updated"
    assert_nothing_changed(pats, pat)
    assert heard == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by", ["whoever", "a receiver itself"])
def test_an_account_that_vanishes_in_that_moment_signs_nobody_out(pats, pat, by):
    def delete(sender, account, **kwargs):
        (LogtoAccount.objects.all() if by == "whoever" else account).delete()

    account_connected.connect(delete)
    try:
        assert code_of(pats.connect()) == "account_not_created"
    finally:
        account_connected.disconnect(delete)
    assert_nothing_changed(pats, pat)


def test_a_second_click_after_a_refusal_leads_back_to_the_question(logto, pats, pat):
    Journey(logto, Client()).sign_in()
    callback = pats.back(next="/protected/")
    second_click = Client()
    second_click.cookies.update(pats.client.cookies)
    assert code_of(pats.client.get(callback)) == "account_connected_elsewhere"
    response = second_click.get(callback)
    assert (response.status_code, response["Location"].split("?")[0]) == (302, CONNECT)
    assert query_of(response["Location"]) == {"next": "/protected/"}
    assert not pat.logto_accounts.exists()


def test_hooks_see_a_user_who_is_not_new(pats, pat, hooks):
    seen = []

    def update_user(self, user, *, is_new):
        user.last_name = "Connected"
        seen.append(is_new)

    def after_sign_in(self, user, account, *, is_new, next_url):
        seen.append((user, account, is_new, next_url))
        return "/staff/"

    hooks(update_user=update_user, after_sign_in=after_sign_in)
    assert pats.connect(next="/protected/")["Location"] == "/staff/"
    account = LogtoAccount.objects.get()
    assert seen == [False, (pat, account, False, "/protected/")]
    assert User.objects.get().last_name == "Connected"


def test_a_hook_that_fails_in_the_end_leaves_the_visitor_signed_in(pats, hooks):
    def after_sign_in(self, user, account, *, is_new, next_url):
        raise RuntimeError("the site's own mistake")

    hooks(after_sign_in=after_sign_in)
    back = pats.back()
    with pytest.raises(RuntimeError):
        pats.client.get(back)
    assert pats.client.get("/protected/").json()["user"] == "pat"


def test_the_signal_tells_whose_account_it_is(pats, pat, heard):
    pats.connect()
    (told,) = heard
    assert told["user"] == pat
    assert told["account"] == LogtoAccount.objects.get()
    assert told["request"].path == "/logto/callback/"


def test_fields_that_follow_logto_do_so(pats, settings):
    settings.LOGTO = {
        **settings.LOGTO,
        "USER_FIELDS": {"first_name": ("given_name", "sign_in"), "email": "email"},
    }
    pats.connect()
    user = User.objects.get()
    assert user.first_name == pats.logto.people["alice"].given_name
    assert user.email == "pat@example.com"


@pytest.mark.parametrize("path", ["/oidc/token", "/oidc/me"])
def test_logto_failing_in_the_middle_changes_nothing(pats, pat, path):
    back = pats.back(next="/protected/")
    pats.logto.faults.put(path, Fault(status=500))
    response = pats.client.get(back)
    assert (response.status_code, code_of(response)) == (
        502,
        "provider_response_invalid",
    )
    assert response.context["retry_url"] == "/logto/connect/?next=%2Fprotected%2F"
    assert_nothing_changed(pats, pat)


def test_logto_being_away_at_the_start_changes_nothing(pats, pat, settings):
    from django.core.cache import cache

    from logto_auth.engine.provider import forget_providers

    settings.LOGTO = {**settings.LOGTO, "ENDPOINT": "http://127.0.0.1:9"}
    forget_providers()
    cache.clear()
    response = pats.client.post(CONNECT)
    assert code_of(response) == "provider_unreachable"
    assert response.context["retry_url"] == CONNECT
    assert_nothing_changed(pats, pat)


def test_a_refusal_of_logtos_leads_back_to_connecting(pats, pat):
    state = query_of(pats.leave())["state"]
    response = pats.client.get(
        "/logto/callback/",
        {"error": "access_denied", "state": state, "iss": pats.logto.issuer},
    )
    assert (response.status_code, code_of(response)) == (403, "access_denied")
    assert response.context["retry_url"] == CONNECT
    assert_nothing_changed(pats, pat)


def test_a_callback_that_comes_again_leads_to_the_page(pats, logto):
    back = pats.back(next="/protected/")
    pats.client.get(back)
    logto.forget_calls()
    assert pats.client.get(back)["Location"] == "/protected/"
    assert logto.calls == []


def test_a_callback_that_comes_again_signs_nobody_in(pats, logto):
    back = pats.back()
    pats.client.get(back)
    pats.client.post("/logto/sign-out/")
    logto.forget_calls()
    assert code_of(pats.client.get(back)) == "connecting_user_changed"
    assert logto.calls == []
