"""``manage.py logto_doctor``: how it looks, how it ends, and what never happens."""

import json
import os
import pty
import re
import subprocess
import sys
import time

import pytest
from django.core.management import CommandError, call_command

from logto_auth.doctor import catalogue
from logto_auth.testing import Fault
from tests.edge.doctor_visit import visit
from tests.edge.served import ROOT, environment

pytestmark = pytest.mark.django_db

COLOUR = re.compile(r"\x1b\[[\d;]*m")
KEYS = {"id", "section", "title", "status", "found", "fix", "documentation"}


def test_where_all_is_right_every_line_is_ok(consult):
    seen = consult()
    assert seen.exit_code == 0
    assert seen.wrong() == set()
    assert {line["id"] for line in seen.lines} == {t.id for t in catalogue.topics()}
    skipped = {line["id"] for line in seen.lines if line["status"] == "skipped"}
    assert skipped == {"deployment_checks"}


def test_the_json_is_one_document_and_nothing_else(consult):
    seen = consult()
    document = json.loads(seen.out)
    assert set(document) == {"lines", "counts"}
    assert all(set(line) == KEYS for line in document["lines"])
    assert document["counts"]["ok"] + document["counts"]["skipped"] == len(seen.lines)
    assert seen.err == ""


def test_the_text_has_a_heading_for_each_section_and_ends_with_a_summary(
    healthy, settings
):
    said = visit(healthy, settings).out
    for heading in ("Settings", "Logto", "Application", "Signing in", "This site"):
        assert f"\n{heading}\n" in f"\n{said}"
    assert re.search(r"\n\d\d ok, 0 warnings, 0 failures, 1 skipped\n$", said)
    assert not COLOUR.search(said)


def test_the_columns_stand_below_each_other(healthy, settings):
    said = visit(healthy, settings).out
    lines = [line for line in said.splitlines() if line.startswith("  ok ")]
    columns = {len(re.match(r"  ok +\S.*?  +", line)[0]) for line in lines}
    assert len(columns) == 1


def test_a_failure_tells_the_fix_and_where_to_read_on(healthy, settings, set_logto):
    set_logto(APP_SECRET="another-secret-than-that")
    seen = visit(healthy, settings)
    assert seen.exit_code == 1
    assert "  failure  App ID and secret " in seen.out
    assert "Fix: Copy the secret again" in seen.out
    assert "See docs/errors.md#client_refused" in seen.out
    assert ", 1 failure, " in seen.out


def test_a_warning_alone_is_no_failure(consult, set_logto):
    set_logto(PROVIDERS={"kakao": "Kakao"})
    seen = consult()
    assert seen.wrong() == {"providers"}
    assert seen.exit_code == 0


def test_quiet_shows_only_what_is_wrong(healthy, settings, set_logto):
    set_logto(PROVIDERS={"kakao": "Kakao"})
    said = visit(healthy, settings, "--quiet").out
    assert said.startswith("Signing in\n  warning  Buttons of this site")
    assert "\n  ok " not in said
    assert "1 warning, 0 failures" in said


@pytest.mark.parametrize("site", ["example.com", "https://example.com/shop", "ftp://x"])
def test_a_site_that_is_no_address_is_refused(healthy, site):
    with pytest.raises(CommandError, match="--site must"):
        call_command("logto_doctor", site=site)


def test_what_nobody_foresaw_is_a_line_and_the_rest_is_looked_at(consult, settings):
    settings.SESSION_ENGINE = "tests.no_such_engine"
    settings.CACHES = {"default": {"BACKEND": "tests.no_such_cache"}}
    settings.MIDDLEWARE = 7
    seen = consult()
    assert "TypeError" in seen.failure(catalogue.CHECKS)["found"]
    seen.ok(catalogue.DATABASE_WRITES)
    seen.warning(catalogue.CACHE)


def test_names_from_logto_do_not_steer_the_terminal(healthy, settings):
    healthy.application.name = "red \x1b[31malert\x1b[0m\nok"
    said = visit(healthy, settings).out
    assert "\x1b" not in said
    assert "red ?[31malert" in said


def test_a_logto_that_hangs_is_waited_for_once(healthy, consult, set_logto):
    set_logto(TIMEOUT=0.5)
    for path in ("*", "*/*", "*/*/*", "*/*/*/*"):
        healthy.faults.put(f"/{path}", Fault(hang=True))
    began = time.monotonic()
    seen = consult()
    assert time.monotonic() - began < 4
    assert "within 0.5 seconds" in seen.failure(catalogue.CONNECTION)["found"]
    for topic in (catalogue.KEYS, catalogue.CONNECTORS, catalogue.REDIRECT_URI):
        assert "Connection" in seen.skipped(topic)["found"]
    seen.ok(catalogue.SESSIONS)


def test_a_logto_that_begins_to_hang_is_waited_for_once(healthy, consult, set_logto):
    set_logto(TIMEOUT=0.5)
    healthy.faults.put("/oidc/jwks", Fault(hang=True))
    seen = consult()
    assert "within 0.5 seconds" in seen.failure(catalogue.KEYS)["found"]
    seen.ok(catalogue.CONNECTION)
    seen.skipped(catalogue.CREDENTIALS)
    assert healthy.count("/oidc/token") == 0


@pytest.mark.parametrize(
    "fault", [Fault(status=500), Fault(body="[1, {}"), Fault(cut=9)]
)
@pytest.mark.parametrize("debug", [True, False])
def test_a_logto_that_fails_everywhere_is_no_traceback(
    healthy, consult, settings, fault, debug
):
    settings.DEBUG = debug
    for path in ("/oidc/jwks", "/oidc/token", "/oidc/auth", "/session/end", "/api/*"):
        healthy.faults.put(path, fault)
    healthy.faults.put("/api/*/*", fault)
    seen = consult()
    seen.failure(catalogue.KEYS)
    assert seen.exit_code == 1


def test_nothing_is_changed_in_logto_or_here(healthy, consult, django_user_model):
    from logto_auth.models import LogtoSession, UsedAttempt

    consult()
    changing = [call for call in healthy.calls if call.method not in ("GET", "POST")]
    assert not changing
    assert {call.path for call in healthy.calls if call.method == "POST"} == {
        "/oidc/token"
    }
    assert not healthy.refresh_tokens
    assert not UsedAttempt.objects.exists() and not LogtoSession.objects.exists()


SETTINGS = """
from tests.server_settings import *

DEBUG = True
LOGTO |= {
    "APP_ID": "demo-app",
    "APP_SECRET": "demo-secret",
    "BASE_URL": "http://testserver",
    "M2M_APP_ID": "demo-machine",
    "M2M_APP_SECRET": "demo-machine-secret",
}
"""


@pytest.fixture
def surroundings(healthy, tmp_path):
    """The environment of a person's shell at that site, its tables made."""
    (tmp_path / "doctors_settings.py").write_text(SETTINGS)
    env = environment(
        DJANGO_SETTINGS_MODULE="doctors_settings",
        PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)]),
        SERVER_DATABASE=tmp_path / "db.sqlite3",
        SERVER_ENDPOINT=healthy.endpoint,
        SERVER_APP_ID="unused",
        TERM="xterm-256color",
    )
    env.pop("NO_COLOR", None)
    return env


def doctor(*arguments):
    return [sys.executable, "-m", "django", "logto_doctor", *arguments]


def migrate(env):
    command = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=env, check=True)


@pytest.mark.once
def test_in_a_process_of_its_own_it_ends_with_a_status(surroundings):
    missing = subprocess.run(
        doctor("--json"), cwd=ROOT, env=surroundings, capture_output=True, text=True
    )
    failed = [
        line["id"]
        for line in json.loads(missing.stdout)["lines"]
        if line["status"] == "failure"
    ]
    assert missing.returncode == 1
    assert failed == ["migrations", "sessions"]
    assert missing.stderr == ""
    migrate(surroundings)
    right = subprocess.run(
        doctor(), cwd=ROOT, env=surroundings, capture_output=True, text=True
    )
    assert right.returncode == 0, right.stdout
    assert "0 failures" in right.stdout
    assert not COLOUR.search(right.stdout)
    assert right.stderr == ""


def on_terminal(command, env):
    """Run a command in a pseudo-terminal; return what the person sees."""
    ours, its = pty.openpty()
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=its, stdout=its, stderr=its
    )
    os.close(its)
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # how Linux says that nobody writes any more
            part = b""
        if not part:
            break
        seen += part
    os.close(ours)
    return seen.decode(), process.wait(30)


@pytest.mark.once
def test_on_a_terminal_it_is_in_colour_and_wrapped(surroundings):
    migrate(surroundings)
    env = {**surroundings, "COLUMNS": "100", "LINES": "40"}
    seen, code = on_terminal(doctor(), env)
    assert code == 0, seen
    assert COLOUR.search(seen)
    plain, code = on_terminal(doctor("--no-color"), env)
    assert code == 0
    assert not COLOUR.search(plain)
    assert COLOUR.sub("", seen).split() == plain.split()
    wide = [line for line in plain.splitlines() if len(line) > 100]
    assert all("http" in line or "://" in line for line in wide), wide
