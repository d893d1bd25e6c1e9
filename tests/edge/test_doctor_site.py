"""What the doctor says of the site's own database, sessions and cache."""

import pytest
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder

from logto_auth.doctor import catalogue
from logto_auth.models import UsedAttempt

pytestmark = pytest.mark.django_db
ENGINES = "django.contrib.sessions.backends."
BACKENDS = "django.core.cache.backends."


def test_a_database_that_is_not_there_is_told(consult, monkeypatch):
    def refuse():
        raise OperationalError("password=hunter2-is-the-password")

    monkeypatch.setattr(connections["default"], "ensure_connection", refuse)
    seen = consult()
    line = seen.failure(catalogue.DATABASE)
    assert "cannot be reached: OperationalError" in line["found"]
    assert "hunter2" not in seen.out
    seen.skipped(catalogue.DATABASE_WRITES)
    seen.ok(catalogue.CONNECTION)


def test_migrations_that_have_not_been_run_are_named(consult):
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("logto_auth", "0003_sessions_that_end")
    seen = consult()
    line = seen.failure(catalogue.MIGRATIONS)
    assert "logto_auth.0003_sessions_that_end" in line["found"]
    assert "manage.py migrate" in line["fix"]
    seen.skipped(catalogue.DATABASE_WRITES)


def test_migrations_of_other_apps_are_their_own_affair(consult):
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("admin", "0003_logentry_add_action_flag_choices")
    consult().ok(catalogue.MIGRATIONS)


def test_a_database_that_cannot_be_written_to_is_told(consult):
    def read_only(execute, sql, params, many, context):
        if sql.startswith("INSERT"):
            raise OperationalError("attempt to write a readonly database")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(read_only):
        line = consult().failure(catalogue.DATABASE_WRITES)
    assert line["found"] == "No row can be written: OperationalError."


def test_what_is_written_is_taken_back(consult):
    consult().ok(catalogue.DATABASE_WRITES)
    assert not UsedAttempt.objects.exists()


@pytest.mark.parametrize(
    "engine", ["db", "cached_db", "cache", "file", "signed_cookies"]
)
def test_engines_that_keep_sessions_are_right(consult, settings, tmp_path, engine):
    settings.SESSION_ENGINE = ENGINES + engine
    settings.SESSION_FILE_PATH = str(tmp_path)
    assert ENGINES + engine in consult().ok(catalogue.SESSIONS)["found"]
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("engine", ["tests.no_such_engine", "tests.urls"])
def test_an_engine_that_does_not_work_is_told(consult, settings, engine):
    settings.SESSION_ENGINE = engine
    line = consult().failure(catalogue.SESSIONS)
    assert f"{engine} does not work: " in line["found"]


def test_sessions_that_are_forgotten_are_told(consult, settings):
    settings.SESSION_ENGINE = ENGINES + "cache"
    settings.CACHES = {"default": {"BACKEND": BACKENDS + "dummy.DummyCache"}}
    seen = consult()
    seen.failure(catalogue.SESSIONS)
    seen.failure("logto_auth.E016")


def test_a_session_is_not_left_behind(consult):
    from django.contrib.sessions.models import Session

    consult().ok(catalogue.SESSIONS)
    assert not Session.objects.exists()


def test_a_cache_of_each_process_is_told_to_be_one(consult):
    found = consult().ok(catalogue.CACHE)["found"]
    assert "each process has one of its own" in found


def test_a_cache_that_the_processes_share_is_right(consult, set_logto, redis):
    set_logto(CACHE=redis)
    assert consult().ok(catalogue.CACHE)["found"] == "The cache “redis” works."


@pytest.mark.parametrize(
    "backend",
    [
        {"BACKEND": BACKENDS + "dummy.DummyCache"},
        {
            "BACKEND": BACKENDS + "redis.RedisCache",
            "LOCATION": "redis://:a-password-of-redis@127.0.0.1:1",
        },
        {"BACKEND": "tests.no_such_cache"},
    ],
)
def test_a_cache_that_keeps_nothing_is_a_warning(consult, settings, set_logto, backend):
    settings.CACHES = {**settings.CACHES, "broken": backend}
    set_logto(CACHE="broken")
    seen = consult()
    assert "“broken” keeps nothing" in seen.warning(catalogue.CACHE)["found"]
    assert "a-password-of-redis" not in seen.out
    assert seen.exit_code == 0
