"""``manage.py logto_cleanup`` removes what has ended, and nothing that is alive."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from logto_auth.models import (
    EndedLogtoSession,
    LogtoSession,
    UsedAttempt,
    UsedLogoutToken,
    WebhookDelivery,
)
from tests.journey import Journey

pytestmark = [pytest.mark.django_db, pytest.mark.databases]

ENGINES = ["db", "cached_db", "cache", "file", "signed_cookies"]
State = WebhookDelivery.State


def clean(*options):
    """Run the command; return its lines."""
    out = io.StringIO()
    call_command("logto_cleanup", *options, stdout=out)
    return out.getvalue().splitlines()


def ago(**time):
    return timezone.now() - timedelta(**time)


@pytest.fixture(params=ENGINES)
def engine(request, settings, tmp_path):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return request.param


def make_old(**time):
    LogtoSession.objects.update(updated_at=ago(**time))


def test_used_attempts_and_logout_tokens_go_when_nobody_can_use_them(db):
    for hours in (1, 3):
        UsedAttempt.objects.create(digest=f"{hours}" * 64, used_at=ago(hours=hours))
    for minutes in (5, 15):
        digest, at = f"{minutes:064}", ago(minutes=minutes)
        UsedLogoutToken.objects.create(digest=digest, used_at=at)
        EndedLogtoSession.objects.create(digest=digest, ended_at=at)
    assert clean()[:3] == [
        "Removed 1 used attempts.",
        "Removed 1 used logout tokens.",
        "Removed 1 ended Logto sessions.",
    ]
    assert EndedLogtoSession.objects.count() == 1
    assert UsedAttempt.objects.count() == UsedLogoutToken.objects.count() == 1


@pytest.mark.parametrize(
    ("options", "left"),
    [([], {"29 handled", "31 failed"}), (["--keep-days=2"], set())],
)
def test_webhooks_go_after_a_month_and_those_that_failed_later(options, left):
    for days, state in ((29, "handled"), (31, "handled"), (31, "ignored")):
        _webhook(days, state)
    for days in (31, 91):
        _webhook(days, "failed")
    clean(*options)
    rows = WebhookDelivery.objects.all()
    assert {row.hook_id for row in rows} == left


def _webhook(days, state):
    WebhookDelivery.objects.create(
        digest=f"{days}{state}".ljust(64, "0"),
        hook_id=f"{days} {state}",
        event="User.Created",
        body=b"{}",
        created_at=ago(days=days),
        received_at=ago(days=days),
        state=state,
    )


def test_webhooks_are_not_forgotten_while_they_could_come_again():
    with pytest.raises(CommandError, match="2 days at least"):
        clean("--keep-days=1")


def test_a_session_that_is_open_stays_however_old_its_row_is(engine, journey):
    journey.sign_in("alice")
    make_old(days=13)
    assert clean()[-1] == "Removed 0 sessions."
    assert journey.client.get("/logto/user/").json()["isAuthenticated"]
    assert journey.client.get("/token/").status_code in (200, 302)


def test_the_row_of_a_session_that_is_gone_goes(engine, journey):
    journey.sign_in("alice")
    if engine == "signed_cookies":
        make_old(days=181)  # when none of its tokens can work any more
    else:
        journey.client.session.delete()
        make_old(hours=2)
    assert clean("--dry-run")[-1] == "Would remove 1 sessions."
    assert LogtoSession.objects.count() == 1
    assert clean()[-1] == "Removed 1 sessions."
    assert not LogtoSession.objects.exists()


def test_a_cookie_that_is_written_again_and_again_is_believed(journey, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    journey.sign_in("alice")
    make_old(days=179)
    assert clean()[-1] == "Removed 0 sessions."
    assert journey.client.get("/logto/user/").json()["isAuthenticated"]


def test_a_session_outlives_its_tokens(journey):
    journey.sign_in("alice")
    make_old(days=181)
    assert clean()[-1] == "Removed 0 sessions."
    assert journey.client.get("/logto/user/").json()["isAuthenticated"]


def test_a_session_that_is_just_beginning_stays(journey):
    journey.sign_in("alice")
    journey.client.session.delete()
    assert clean()[-1] == "Removed 0 sessions."


def test_of_database_sessions_one_query_tells_for_a_page(
    logto, django_assert_num_queries
):
    for name in ("alice", "sofia", "ada"):
        Journey(logto, Client()).sign_in(name)
    make_old(days=1)
    # One for each of the other kinds, two for the page of sessions.
    with django_assert_num_queries(7):
        assert clean()[-1] == "Removed 0 sessions."
