"""What is kept about one person can be told, and removed, without touching others."""

import io
import json
import os
import sys

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client

from logto_auth.accounts.person import TOLD
from logto_auth.models import (
    LinkedIdentity,
    LogtoAccount,
    LogtoSession,
    SearchTerm,
    WebhookDelivery,
)
from tests.edge.at_a_terminal import AtATerminal
from tests.edge.converging import Post, connected, is_in, signed_in
from tests.edge.served import ROOT
from tests.edge.test_suspension import ENGINES

pytestmark = [pytest.mark.django_db, pytest.mark.databases]
User = get_user_model()
#: Columns that no export tells: secrets, numbers of ours, and what derives from others.
UNTOLD = {
    LogtoAccount: {"id", "key", "user", "userinfo_digest"},
    LinkedIdentity: {"id", "account", "key"},
    SearchTerm: {"id", "account"},
    LogtoSession: {
        "id",
        "account",
        "sid",
        "session_key",
        "tokens",
        "version",
        "lease_until",
        "held_since",
    },
    WebhookDelivery: {"id", "digest", "lease_until"},
}


@pytest.fixture
def post(logto, settings):
    return Post(logto, settings)


@pytest.fixture
def sofia(post, logto):
    """Somebody with identities and a session, of whom webhooks have told."""
    client, account = signed_in(logto, "sofia")
    post.deliver(*post.changes("sofia", {"custom_data": {"api_key": "hush-hush"}}))
    post.deliver()
    return client, account


def export(person):
    out = io.StringIO()
    call_command("logto_export", person, stdout=out)
    return json.loads(out.getvalue())


def erase(person, *options):
    out = io.StringIO()
    call_command("logto_erase", person, *options, stdout=out)
    return out.getvalue()


def kept():
    """Return how many rows there are of each kind."""
    return {model: model.objects.count() for model in TOLD}


def test_every_column_is_told_or_known_to_be_nothing_of_theirs():
    for model, told in TOLD.items():
        columns = {field.name for field in model._meta.concrete_fields}
        assert columns == {*told, *UNTOLD[model]}, model
        assert not UNTOLD[model] & {*told}


@pytest.mark.parametrize("word", ["sofia0000002", "sofia"])
def test_everything_that_is_kept_about_a_person_is_told(sofia, logto, word):
    _, account = sofia
    told = export(word)
    assert told["user"] == str(account.user.pk)
    (one,) = told["accounts"]
    assert one["subject"] == account.subject
    assert one["issuer"] == logto.issuer
    assert one["userinfo"]["email"] == "sofia@example.com"
    assert {i["target"] for i in one["identities"]} == {
        "huggingface",
        "facebook",
        "naver",
        "my-oidc",
    }
    assert "kovalevskaya" in one["search_terms"]
    assert len(one["sessions"]) == 1
    events = [webhook["event"] for webhook in told["webhooks"]]
    assert events == ["PostSignIn", "User.Data.Updated"]
    assert told["webhooks"][0]["body"]["user"]["name"] == "Sofia Kovalevskaya"


def test_nothing_secret_and_nothing_of_others_is_told(sofia, post, logto):
    client, _ = sofia
    signed_in(logto, "alice")
    post.deliver()
    text = json.dumps(export("sofia"))
    for secret in logto.secrets:
        assert secret not in text
    row = LogtoSession.objects.get(account__subject="sofia0000002")
    assert client.session.session_key not in text
    assert str(row.pk) not in text
    assert "hush-hush" not in text
    assert "alice" not in text.lower()


def test_every_account_of_a_user_is_told(post, logto, pat):
    connected(logto, pat, "alice")
    connected(logto, pat, "sofia")
    for word in ("pat", "alice0000001", "sofia0000002"):
        told = export(word)
        subjects = [account["subject"] for account in told["accounts"]]
        assert subjects == ["alice0000001", "sofia0000002"]


def test_of_somebody_who_never_signed_in_the_webhooks_are_told(post, logto):
    logto.update("alice", name="Alice")
    logto.update("sofia", name="Sofia")
    post.deliver()
    told = export("alice0000001")
    assert told["user"] is None and told["accounts"] == []
    assert [webhook["subject"] for webhook in told["webhooks"]] == ["alice0000001"]


@pytest.mark.parametrize(
    "word", ["nobody", "pat", "ALICE0000001", "Alice", "alice ", "a\0", "%", ""]
)
@pytest.mark.parametrize("command", ["logto_export", "logto_erase"])
def test_of_nobody_nothing_is_told(post, logto, pat, command, word):
    """Nor of a user without a Logto account; names are compared byte for byte."""
    signed_in(logto, "alice")
    post.deliver()
    before = kept()
    with pytest.raises(CommandError, match="Nothing is kept"):
        call_command(command, word)
    assert kept() == before


@pytest.mark.parametrize("command", ["logto_export", "logto_erase"])
def test_a_word_that_two_go_by_means_neither(post, logto, command):
    signed_in(logto, "alice")
    signed_in(logto, "sofia")
    User.objects.filter(username="alice").update(username="sofia0000002")
    before = kept()
    with pytest.raises(CommandError, match="of one person"):
        call_command(command, "sofia0000002")
    assert kept() == before


@pytest.mark.parametrize("word", ["sofia0000002", "sofia"])
def test_everything_that_is_kept_about_a_person_is_removed(sofia, post, logto, word):
    client, account = sofia
    alice, _ = signed_in(logto, "alice")
    post.deliver()
    said = erase(word, "--yes")
    assert f"user {account.user.pk} stays" in said
    assert not is_in(client) and is_in(alice)
    assert User.objects.filter(pk=account.user.pk, is_active=True).exists()
    for model in (LogtoAccount, WebhookDelivery):
        (row,) = model.objects.all()
        assert row.subject == "alice0000001"
    for model in (LinkedIdentity, SearchTerm, LogtoSession):
        owners = set(model.objects.values_list("account__subject", flat=True))
        assert owners <= {"alice0000001"}
    with pytest.raises(CommandError, match="Nothing is kept"):
        export("sofia0000002")


def test_what_would_be_removed_is_shown(sofia):
    said = erase("sofia", "--yes")
    assert "Logto accounts: 1\n" in said
    assert "linked identities: 4\n" in said
    assert "Logto sessions: 1\n" in said
    assert "webhook deliveries: 2\n" in said


def test_it_is_logged_without_a_name(sofia, caplog):
    caplog.set_level("INFO")
    _, account = sofia
    erase("sofia", "--yes")
    (event,) = [r for r in caplog.records if getattr(r, "event", "") == "person_erased"]
    assert event.logto == {"user": account.user.pk, "accounts": 1}


def test_the_webhooks_of_somebody_who_never_signed_in_are_removed(post, logto):
    logto.update("alice", name="Alice")
    logto.update("sofia", name="Sofia")
    post.deliver()
    erase("alice0000001", "--yes")
    assert WebhookDelivery.objects.get().subject == "sofia0000002"


@pytest.mark.parametrize("name", ENGINES)
def test_sessions_end_with_every_engine(post, logto, settings, tmp_path, name):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{name}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    client, _ = signed_in(logto, "alice")
    erase("alice", "--yes")
    assert not is_in(client)
    assert client.get("/logto/user/").json() == {"isAuthenticated": False}


def test_the_person_is_new_at_the_next_sign_in(sofia, logto):
    """Of the site; the user of before keeps their name."""
    erase("sofia", "--yes")
    signed_in(logto, "sofia")
    names = set(User.objects.values_list("username", flat=True))
    assert names == {"sofia", "sofia-2"}


def test_off_a_terminal_nothing_is_removed_without_a_yes(sofia):
    before = kept()
    with pytest.raises(CommandError, match="Add --yes"):
        erase("sofia")
    assert kept() == before


ERASES_ALICE = """
import django
from django.core.management import call_command, execute_from_command_line

django.setup()
call_command("migrate", verbosity=0)

from django.contrib.auth import get_user_model
from logto_auth.models import LogtoAccount

user = get_user_model().objects.create(username="alice")
LogtoAccount.objects.create(key="0", subject="a1", user=user)
try:
    execute_from_command_line(["manage.py", "logto_erase", "alice"])
finally:
    print("left:", LogtoAccount.objects.count())
"""


@pytest.mark.once
@pytest.mark.parametrize(("answer", "code"), [("", 1), ("n", 1), ("y", 0)])
def test_at_a_terminal_it_asks(tmp_path, answer, code):
    database = tmp_path / "db.sqlite3"
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.server_settings",
        "SERVER_DATABASE": str(database),
        "SERVER_ENDPOINT": "https://logto.example.com",
        "SERVER_APP_ID": "app",
    }
    env.pop("SERVER_TEST_DATABASE", None)
    program = [sys.executable, "-c", ERASES_ALICE]
    with AtATerminal(program, cwd=ROOT, env=env) as terminal:
        terminal.answer("Remove all of it?", answer)
        assert terminal.end() == code
    assert f"left: {code}" in terminal.screen
    assert ("Nothing was removed." in terminal.screen) == bool(code)


def test_a_browser_with_a_session_of_the_site_alone_stays(post, logto, pat):
    """Who signed in with a password is not signed out of the site by it."""
    connected(logto, pat, "alice")
    client = Client()
    client.force_login(pat, backend="django.contrib.auth.backends.ModelBackend")
    erase("pat", "--yes")
    assert is_in(client)
    assert not LogtoAccount.objects.exists()
