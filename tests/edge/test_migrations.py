"""Migrations carry over what is stored, and are the same at every site."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from logto_auth.models import LinkedIdentity, LogtoAccount

INITIAL = ("logto_auth", "0001_initial")

# In a process of its own, where the models are made with these settings.
CHECK = """
import json, os
from django.conf import settings
for name, value in json.loads(os.environ["TEST_SETTINGS"]).items():
    setattr(settings, name, value)
import django
django.setup()
from django.core.management import call_command
call_command("makemigrations", "logto_auth", check=True, dry_run=True)
"""


def migrate(*targets):
    """Migrate as far as that; return the models as they are there."""
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets))
    return executor.loader.project_state(list(targets)).apps


@pytest.fixture
def initial(transactional_db):
    """Migrates back to the beginning; afterwards the database is put right again."""
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes("logto_auth")
    yield lambda: migrate(INITIAL)
    migrate(*latest)


def test_accounts_from_before_signed_in_last_when_they_were_written_last(initial):
    accounts = initial().get_model("logto_auth", "LogtoAccount").objects
    user = get_user_model().objects.create_user("alice")
    times = datetime(2020, 2, 29, 12, 30, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    for number, synced_at in enumerate(times):
        accounts.create(
            key=f"{number}" * 64,
            issuer="https://x.logto.app/oidc",
            subject=f"sub-{number}",
            user_id=user.pk,
            userinfo={"sub": f"sub-{number}", "name": "Alice"},
            userinfo_digest="d" * 64,
            synced_at=synced_at,
        )
    migrate(*MigrationExecutor(connection).loader.graph.leaf_nodes("logto_auth"))
    stored = LogtoAccount.objects.order_by("key")
    assert [account.synced_at for account in stored] == [*times]
    for account in stored:
        assert account.last_sign_in_at == account.synced_at
        # Or a sign-in would find the document unchanged, and write no identities.
        assert account.userinfo_digest == ""
        assert account.userinfo == {"sub": account.subject, "name": "Alice"}
        assert not account.is_suspended
        assert account.user == user


def test_a_site_that_goes_back_loses_no_account(journey, initial):
    journey.sign_in("sofia")
    account = LogtoAccount.objects.get()
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes("logto_auth")
    initial()
    migrate(*latest)
    assert not LinkedIdentity.objects.exists()
    assert journey.client.get("/logto/user/").json()["isAuthenticated"]
    journey.sign_in("sofia", prompt="login")
    assert LogtoAccount.objects.get() == account
    assert account.identities.count() == 4
    assert account.search_terms.filter(term="kovalevskaya").exists()


@pytest.mark.parametrize("model", ["auth.User", "tests.EmailUser", "tests.BareUser"])
def test_migrations_are_the_same_whatever_the_settings(model):
    different = {
        "DEFAULT_AUTO_FIELD": "django.db.models.AutoField",
        "LANGUAGE_CODE": "ko",
        "USE_TZ": False,
        "LOGTO": {
            "ENDPOINT": "https://auth.example.com",
            "APP_ID": "other",
            "APP_SECRET": "secret",
            "SCOPES": ["custom_data"],
            "PROVIDERS": {"naver": "네이버"},
            "CREATE_USERS": False,
            "REQUIRED_CLAIMS": {"roles": ["member"]},
            "USER_FIELDS": {},
            "JOIN_BY_EMAIL": True,
            "UNLINKED_IDENTITIES": "remove",
            "ADMIN_SIGN_IN": "only",
            "CONSOLE_URL": "https://console.example.com",
        },
    }
    result = subprocess.run(
        [sys.executable, "-c", CHECK],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_DATABASE": "sqlite",
            "TEST_USER_MODEL": model,
            "TEST_SETTINGS": json.dumps(different),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "No changes detected" in result.stdout
