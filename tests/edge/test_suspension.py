"""Who is suspended or deleted at Logto is out here, until Logto says otherwise."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import AsyncClient, Client
from django.utils import timezone

from logto_auth.hooks import Hooks
from logto_auth.models import LogtoAccount, LogtoSession, WebhookDelivery
from logto_auth.testing import SignInStopped
from tests.edge.converging import (
    Post,
    account_of,
    connected,
    is_in,
    orders,
    signed_in,
)
from tests.journey import Journey

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
User = get_user_model()


@pytest.fixture
def post(logto, settings):
    return Post(logto, settings)


@pytest.fixture
def policy(settings):
    """Say what becomes of superusers."""

    def use(policy):
        settings.LOGTO = {**settings.LOGTO, "SUSPENDED_SUPERUSERS": policy}

    return use


def events(caplog, name):
    return [r.logto for r in caplog.records if getattr(r, "event", "") == name]


def becomes_superuser(account):
    User.objects.filter(pk=account.user_id).update(is_superuser=True, is_staff=True)


def happens(logto, what):
    """Let something happen at Logto, a second later."""
    logto.clock.advance(1)
    getattr(logto, what)("alice")


@pytest.mark.parametrize("what", ["suspend", "delete"])
def test_every_session_ends_and_the_user_is_switched_off(post, logto, caplog, what):
    caplog.set_level("INFO")
    first, account = signed_in(logto, "alice")
    second, _ = signed_in(logto, "alice")
    sofia, _ = signed_in(logto, "sofia")
    post.take()
    happens(logto, what)
    post.deliver()
    assert [is_in(client) for client in (first, second, sofia)] == [False, False, True]
    account.refresh_from_db()
    assert not account.user.is_active and account.has_deactivated_user
    assert account.is_suspended == (what == "suspend")
    assert (account.deleted_at is not None) == (what == "delete")
    assert LogtoSession.objects.get().account.subject == logto.people["sofia"].sub
    (event,) = events(caplog, "user_suspended")
    reason = "suspended" if what == "suspend" else "deleted"
    assert event == {
        "user": account.user.pk,
        "account": account.key[:12],
        "reason": reason,
    }
    post.deliver(logto.deliveries.all[-1])
    assert len(events(caplog, "user_suspended")) == 1


def test_who_is_let_in_again_is_switched_on(post, logto, caplog):
    caplog.set_level("INFO")
    client, account = signed_in(logto, "alice")
    happens(logto, "suspend")
    happens(logto, "reactivate")
    post.deliver()
    account.refresh_from_db()
    assert account.user.is_active
    assert not account.is_suspended and not account.has_deactivated_user
    (event,) = events(caplog, "user_reactivated")
    assert event == {"user": account.user.pk, "account": account.key[:12]}
    assert not is_in(client), "a session that has ended has ended"
    signed_in(logto, "alice")


@pytest.mark.parametrize("order", orders(range(3)))
def test_the_last_word_counts_in_any_order(post, logto, order):
    client, _ = signed_in(logto, "alice")
    post.take()
    for what in ("suspend", "reactivate", "suspend"):
        happens(logto, what)
    sent = post.take()
    post.deliver(*(sent[number] for number in order))
    account = account_of(logto, "alice")
    assert account.is_suspended and not account.user.is_active
    assert not is_in(client)


@pytest.mark.parametrize("what", ["suspend", "delete"])
def test_whom_an_administrator_has_switched_off_stays_off(post, logto, what):
    _, account = signed_in(logto, "alice")
    User.objects.update(is_active=False)
    post.take()
    happens(logto, what)
    post.deliver()
    account.refresh_from_db()
    assert not account.has_deactivated_user
    if what == "suspend":
        happens(logto, "reactivate")
        post.deliver()
    account.refresh_from_db()
    assert not account.user.is_active
    assert not LogtoSession.objects.exists()


def test_a_suspension_that_any_event_tells_counts(post, logto):
    """The one about it may have been lost."""
    _, account = signed_in(logto, "alice")
    logto.hooks[0].events = ["User.Data.Updated", "PostSignIn"]
    post.take()
    happens(logto, "suspend")
    logto.update("alice", name="Alice")
    post.deliver()
    account.refresh_from_db()
    assert account.is_suspended and not account.user.is_active
    happens(logto, "reactivate")
    logto.send_webhook("PostSignIn", "alice")
    post.deliver()
    account.refresh_from_db()
    assert not account.is_suspended and account.user.is_active


def test_a_part_of_a_user_says_nothing_of_a_suspension(post, logto):
    _, account = signed_in(logto, "alice")
    post.take()
    happens(logto, "suspend")
    logto.clock.advance(1)
    logto.update("alice", custom_data={"isSuspended": False})
    logto.clock.advance(1)
    logto.update("alice", profile={"isSuspended": False})
    post.deliver()
    account.refresh_from_db()
    assert account.is_suspended and not account.user.is_active


@pytest.mark.parametrize("what", ["suspend", "delete"])
@pytest.mark.parametrize("chosen", ["sign_out", "deactivate"])
def test_superusers_are_signed_out_and_switched_off_only_where_the_site_says_so(
    post, logto, policy, what, chosen
):
    policy(chosen)
    client, account = signed_in(logto, "alice")
    becomes_superuser(account)
    post.take()
    happens(logto, what)
    post.deliver()
    assert not is_in(client)
    account.refresh_from_db()
    assert account.user.is_active == (chosen == "sign_out")
    assert account.has_deactivated_user == (chosen == "deactivate")
    assert not LogtoSession.objects.exists()


def test_a_user_with_two_accounts_is_out_while_one_is_suspended(post, logto, pat):
    alice = connected(logto, pat, "alice")
    connected(logto, pat, "sofia")
    client = Client()
    client.force_login(pat)
    post.take()
    happens(logto, "suspend")
    post.deliver()
    assert not is_in(client)
    pat.refresh_from_db()
    assert not pat.is_active
    # What Logto tells of the other account does not let them in.
    logto.update("sofia", name="Sofia K.")
    post.deliver()
    journey = Journey(logto, Client())
    assert journey.sign_in("sofia").status_code == 403
    pat.refresh_from_db()
    assert not pat.is_active
    happens(logto, "reactivate")
    post.deliver()
    pat.refresh_from_db()
    alice.refresh_from_db()
    assert pat.is_active and not alice.has_deactivated_user


@pytest.mark.parametrize("back", orders(["alice", "sofia"]))
def test_a_user_with_two_suspended_accounts_is_back_when_both_are(
    post, logto, pat, back
):
    connected(logto, pat, "alice")
    connected(logto, pat, "sofia")
    for username in ("alice", "sofia"):
        logto.clock.advance(1)
        logto.suspend(username)
    post.deliver()
    for username, is_active in zip(back, (False, True), strict=True):
        logto.clock.advance(1)
        logto.reactivate(username)
        post.deliver()
        pat.refresh_from_db()
        assert pat.is_active == is_active
    assert not LogtoAccount.objects.filter(has_deactivated_user=True).exists()


def test_a_sign_in_lets_in_whom_logto_had_switched_off(post, logto):
    """Logto lets nobody in who is suspended; what said so may have been lost."""
    client, account = signed_in(logto, "alice")
    happens(logto, "suspend")
    post.deliver()
    happens(logto, "reactivate")
    post.take()
    logto.clock.advance(1)
    again, _ = signed_in(logto, "alice")
    assert is_in(again) and not is_in(client)
    account.refresh_from_db()
    assert not account.is_suspended and not account.has_deactivated_user
    assert account.user.is_active


def test_a_sign_in_does_not_let_in_whom_an_administrator_has_switched_off(post, logto):
    signed_in(logto, "alice")
    User.objects.update(is_active=False)
    post.take()
    happens(logto, "suspend")
    happens(logto, "reactivate")
    post.take()
    assert Journey(logto, Client()).sign_in("alice").status_code == 403
    assert not User.objects.get().is_active


def test_deletion_is_final_for_what_webhooks_tell(post, logto):
    _, account = signed_in(logto, "alice")
    post.take()
    logto.update("alice", name="Before")
    before = post.take()
    person = logto.people["alice"]
    happens(logto, "delete")
    post.deliver()
    logto.people["alice"] = person
    later = post.changes("alice", {"name": "After"})
    post.deliver(*before, *later)
    account.refresh_from_db()
    assert account.deleted_at is not None
    assert account.userinfo["name"] == "Alice Liddell"
    assert not account.user.is_active
    assert User.objects.count() == LogtoAccount.objects.count() == 1


def test_whom_a_logto_has_from_a_backup_is_let_in(post, logto):
    """Who signs in there was not deleted, or is back."""
    signed_in(logto, "alice")
    person = logto.people["alice"]
    happens(logto, "delete")
    post.deliver()
    logto.people["alice"] = person
    logto.clock.advance(1)
    client, account = signed_in(logto, "alice")
    assert is_in(client)
    assert account.deleted_at is None and account.user.is_active


def test_who_is_suspended_cannot_come_back_by_logto(post, logto):
    client, _ = signed_in(logto, "alice")
    happens(logto, "suspend")
    post.deliver()
    with pytest.raises(SignInStopped):
        Journey(logto, client).sign_in("alice")


@pytest.fixture
def in_between(post, logto, hooks):
    """Sign alice in, and let something happen in the middle of it.

    Logto has answered; the site has not yet read the account (``__init__``), or it has
    (``may_sign_in``), or the account is up to date and the session not yet begun
    (``update_user``).
    """

    def sign_in(moment, what, **changes):
        done = []

        def meanwhile(self, *told, **more):
            if moment == "__init__":
                Hooks.__init__(self, *told)
            if not done:
                done.append(what)
                happens(logto, what)
                post.deliver()
            return True if moment == "may_sign_in" else None

        journey = Journey(logto, Client())
        callback = journey.callback_url()
        for name, value in changes.items():
            setattr(logto.people["alice"], name, value)
        post.take()
        hooks(**{moment: meanwhile})
        journey.client.get(callback)
        assert done
        hooks()
        return journey.client

    return sign_in


MOMENTS = ["__init__", "may_sign_in", "update_user"]


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("what", ["suspend", "delete"])
@pytest.mark.parametrize("changes", [{}, {"name": "Alice H."}], ids=["same", "changed"])
@pytest.mark.parametrize("is_recent", [True, False], ids=["recent", "long ago"])
def test_a_sign_in_under_way_does_not_undo_it(
    post, logto, in_between, moment, what, changes, is_recent
):
    signed_in(logto, "alice")
    if not is_recent:
        LogtoAccount.objects.update(
            last_sign_in_at=timezone.now() - timezone.timedelta(days=1)
        )
    client = in_between(moment, what, **changes)
    account = LogtoAccount.objects.get()
    assert account.is_suspended or account.deleted_at is not None
    assert account.has_deactivated_user and not account.user.is_active
    assert not is_in(client)


@pytest.mark.parametrize(
    ("scopes", "moment"),
    [
        *(pytest.param(["profile"], moment) for moment in MOMENTS),
        # Without the profile, userinfo does not tell of when it is.
        *(pytest.param(["email"], moment) for moment in MOMENTS[1:]),
    ],
    ids=str,
)
def test_a_superuser_under_way_is_out_too(
    post, logto, in_between, settings, moment, scopes
):
    """Whom nothing but the end of their sessions keeps out."""
    settings.LOGTO = {**settings.LOGTO, "SCOPES": scopes}
    _, account = signed_in(logto, "alice")
    becomes_superuser(account)
    LogtoAccount.objects.update(last_sign_in_at=None)
    client = in_between(moment, "suspend")
    account.refresh_from_db()
    assert account.is_suspended and account.user.is_active
    assert not is_in(client)
    assert not LogtoSession.objects.exists()


def test_a_session_begun_under_way_does_not_come_alive_later(post, logto, in_between):
    signed_in(logto, "alice")
    client = in_between("update_user", "suspend")
    assert not is_in(client)
    happens(logto, "reactivate")
    post.deliver()
    assert User.objects.get().is_active
    assert not is_in(client)


def test_the_sites_own_model_cannot_keep_the_sessions_open(post, logto, monkeypatch):
    """Switching off fails and is tried again; the sessions have ended already."""
    client, account = signed_in(logto, "alice")
    post.take()

    def refuse(self, *args, **kwargs):
        raise ValueError("no")

    monkeypatch.setattr(User, "save", refuse)
    happens(logto, "suspend")
    (sent,) = post.take()
    answer = Client().post("/logto/webhook/", sent.body, **post.as_sent(sent))
    assert answer.status_code == 500
    assert not is_in(client)
    monkeypatch.undo()
    WebhookDelivery.objects.filter(state="failed").update(
        next_attempt_at=timezone.now() - timezone.timedelta(seconds=1)
    )
    call_command("logto_webhooks", stdout=io.StringIO())
    account.refresh_from_db()
    assert not account.user.is_active


def test_a_webhook_for_a_user_who_is_deleted_meanwhile_is_done(post, logto, caplog):
    caplog.set_level("INFO")
    signed_in(logto, "alice")
    post.take()

    done = []

    def delete(execute, sql, params, many, context):
        # The account is written already; next it is held, to switch its user off.
        is_holding = sql.startswith("UPDATE") and "userinfo" not in sql
        if is_holding and "logto_auth_logtoaccount" in sql and not done:
            done.append(sql)
            User.objects.all().delete()
        return execute(sql, params, many, context)

    happens(logto, "suspend")
    with connection.execute_wrapper(delete):
        post.deliver()
    assert done
    (event,) = events(caplog, "webhook_received")
    assert event["outcome"] == "unknown"


@pytest.mark.parametrize(
    ("what", "state"), [("suspend", "suspended"), ("delete", "deleted at Logto")]
)
def test_administrators_see_it(post, logto, admin_client, what, state):
    _, account = signed_in(logto, "alice")
    post.take()
    page = f"/admin/logto_auth/logtoaccount/{account.pk}/change/"
    listed = "/admin/logto_auth/logtoaccount/"
    for address in (page, listed):
        assert f">{state}<" not in admin_client.get(address).content.decode()
    happens(logto, what)
    post.deliver()
    for address in (page, listed):
        assert f">{state}<" in admin_client.get(address).content.decode()
    text = admin_client.get(page).content.decode()
    assert "switched off here, because of Logto" in text
    assert ("Deleted at Logto" in text) == (what == "delete")


ENGINES = ["db", "cached_db", "cache", "file", "signed_cookies"]


@pytest.fixture(params=ENGINES)
def engine(request, settings, tmp_path):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return request.param


@pytest.mark.parametrize("what", ["suspend", "delete"])
@pytest.mark.parametrize("chosen", ["sign_out", "deactivate"])
def test_out_at_the_next_request_with_every_session_engine(
    engine, post, logto, policy, what, chosen
):
    """Also a superuser, who is not switched off."""
    policy(chosen)
    client, account = signed_in(logto, "alice")
    becomes_superuser(account)
    assert is_in(client)
    happens(logto, what)
    post.deliver()
    assert client.get("/protected/").status_code == 302
    assert client.get("/logto/user/").json() == {"isAuthenticated": False}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("chosen", ["sign_out", "deactivate"])
async def test_out_at_the_next_request_on_an_event_loop(
    engine, journey_async, logto, settings, chosen
):
    post = Post(logto, settings)
    settings.LOGTO = {**settings.LOGTO, "SUSPENDED_SUPERUSERS": chosen}
    await journey_async.sign_in("alice")
    await User.objects.aupdate(is_superuser=True)
    client = journey_async.client
    assert (await client.get("/aprotected/")).json()["user"] == "alice"
    post.take()
    happens(logto, "suspend")
    for sent in post.take():
        answer = await AsyncClient().post(
            "/logto/webhook/", sent.body, **post.as_sent(sent)
        )
        assert answer.json() == {"state": "handled"}
    assert (await client.get("/protected/")).status_code == 302
    assert (await client.get("/aprotected/")).json()["user"] == ""
    state = await client.get("/logto/user/")
    assert state.json() == {"isAuthenticated": False}
