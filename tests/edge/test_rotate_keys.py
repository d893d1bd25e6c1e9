"""``manage.py logto_rotate_keys``: stored tokens outlive the key that sealed them."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from logto_auth.management.commands import logto_rotate_keys
from logto_auth.models import LogtoSession
from logto_auth.sessions.tokens import open_tokens, store_tokens
from tests.journey import Journey

pytestmark = [pytest.mark.django_db, pytest.mark.databases]

OLD, NEW = "for-tests-only", "another-key"


def rotate(*options):
    """Run the command; return what it said and its exit code."""
    out, code = io.StringIO(), 0
    try:
        call_command("logto_rotate_keys", *options, stdout=out)
    except SystemExit as ended:
        code = ended.code
    return out.getvalue().strip(), code


@pytest.fixture
def rotated(settings):
    """Put a new key in place of the old one, which is kept for a while."""
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]


@pytest.fixture
def tokens(journey):
    """What Alice's session has."""
    journey.sign_in("alice")
    return open_tokens(LogtoSession.objects.get())


def test_after_it_the_old_key_can_go(tokens, rotated, settings):
    said, code = rotate()
    assert (said, code) == (
        "Sealed the tokens of 1 sessions; 0 were so already, 0 cannot be read.",
        0,
    )
    settings.SECRET_KEY_FALLBACKS = []
    assert open_tokens(LogtoSession.objects.get()) == tokens
    assert rotate()[0].startswith("Sealed the tokens of 0 sessions; 1 were so already")


def test_without_it_tokens_are_read_with_the_old_key(tokens, rotated, settings):
    assert open_tokens(LogtoSession.objects.get()) == tokens
    settings.SECRET_KEY_FALLBACKS = []
    assert open_tokens(LogtoSession.objects.get()) == {}


def test_a_lost_key_means_sign_in_again_and_no_500(tokens, journey, settings):
    sealed = LogtoSession.objects.get().tokens
    LogtoSession.objects.update(tokens=bytes(sealed)[:-1] + b"\0")
    page = journey.client.get("/token/")
    assert page.status_code == 302
    assert page["Location"].startswith("/logto/sign-in/?next=")
    script = journey.client.get("/token/", HTTP_ACCEPT="application/json")
    assert script.status_code == 401
    assert journey.client.get("/logto/user/").json()["isAuthenticated"]
    journey.sign_in("alice")
    assert journey.client.get("/token/").status_code == 200


@pytest.mark.parametrize("option", ["", "--remove-unreadable"])
def test_what_cannot_be_read_is_told_and_removed_on_request(tokens, settings, option):
    settings.SECRET_KEY = NEW
    said, code = rotate(*filter(None, [option]))
    assert said.endswith("0 were so already, 1 cannot be read.")
    assert code == (0 if option else 1)
    assert LogtoSession.objects.count() == (0 if option else 1)


def test_a_dry_run_changes_nothing(tokens, rotated):
    before = bytes(LogtoSession.objects.get().tokens)
    assert rotate("--dry-run")[0].startswith("Would seal the tokens of 1 sessions")
    assert bytes(LogtoSession.objects.get().tokens) == before


def test_a_refresh_that_comes_between_wins(tokens, rotated, monkeypatch):
    from logto_auth.sessions import tokens as module

    sealing = module.resealed

    def refreshed_meanwhile(*args, **kwargs):
        result = sealing(*args, **kwargs)
        assert store_tokens(LogtoSession.objects.get(), {"refreshToken": "newer"})
        return result

    monkeypatch.setattr(module, "resealed", refreshed_meanwhile)
    rotate()
    assert open_tokens(LogtoSession.objects.get()) == {"refreshToken": "newer"}


def test_a_refresh_under_way_is_not_disturbed(tokens, rotated):
    row = LogtoSession.objects.get()
    rotate()
    assert store_tokens(row, {"refreshToken": "newer"})


def test_rows_are_read_a_page_at_a_time(logto, settings, monkeypatch):
    monkeypatch.setattr(logto_rotate_keys, "BATCH", 2)
    for name in ("alice", "sofia", "ada"):
        Journey(logto, Client()).sign_in(name)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert "of 3 sessions" in rotate()[0]
    assert "3 were so already" in rotate()[0]


@pytest.mark.catalogue(90)
def test_a_dump_of_the_database_holds_no_usable_token(tokens):
    dumped = io.StringIO()
    call_command("dumpdata", "logto_auth", "sessions", stdout=dumped)
    told = dumped.getvalue()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            told += repr(cursor.fetchall())
    usable = [
        tokens["refreshToken"],
        tokens["idToken"].split(".")[2],
        json.loads(tokens["accessTokenMap"])["x"][""]["token"],
    ]
    for token in usable:
        assert token not in told
