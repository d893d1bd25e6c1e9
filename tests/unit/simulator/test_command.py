"""``manage.py logto_simulator``."""

import os
import signal
import subprocess
import sys
from urllib.request import urlopen

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from logto_auth.testing import PEOPLE, Simulator

SCRIPT = """
import django
from django.core.management import call_command

import tests.settings

tests.settings.DEBUG = True
django.setup()
call_command(
    "logto_simulator",
    *("--port", "0"),
    *("--host", "0.0.0.0"),
    *("--app-secret", 'quoted "secret"'),
    *("--site", "http://site.example:8000/"),
    *("--hook", "http://site.example:8000/logto/webhook/"),
    *("--back-channel-logout-uri", "http://site.example:8000/logto/told/"),
)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_runs_until_a_signal_stops_it(number):
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": ":".join(sys.path),
        },
    )
    with process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        text = "".join(lines)
        assert "Ctrl-C" in text, process.stderr.read()
        endpoint = text.split('"ENDPOINT": "')[1].split('"')[0]
        with urlopen(f"{endpoint}/api/status") as answer:
            assert answer.status == 204
        process.send_signal(number)
        _, warning = process.communicate(timeout=10)
        assert process.returncode == 0, warning
        assert "can sign in as any of these people" in warning
    namespace = {}
    exec(text[text.index("LOGTO = {") : text.index("}\n") + 1], namespace)
    assert namespace["LOGTO"] == {
        "ENDPOINT": endpoint,
        "APP_ID": "demo-app",
        "APP_SECRET": 'quoted "secret"',
        "M2M_APP_ID": "demo-machine",
        "M2M_APP_SECRET": "demo-machine-secret",
        "CONSOLE_URL": endpoint + "/console",
    }
    assert "http://site.example:8000/logto/callback/\n" in text
    assert "http://site.example:8000/logto/signed-out/\n" in text
    assert (
        "http://site.example:8000/logto/webhook/ signed with demo-signing-key\n" in text
    )
    assert "http://site.example:8000/logto/told/\n" in text
    for person in PEOPLE:
        assert person.introduction in text


def test_a_taken_port_names_the_option():
    with (
        Simulator() as other,
        pytest.raises(CommandError, match=r"Port \d+ is taken; .* --port"),
    ):
        call_command("logto_simulator", "--port", str(other.port))


@pytest.mark.parametrize("option", ["--site", "--hook", "--back-channel-logout-uri"])
@pytest.mark.parametrize(
    "value",
    [
        "localhost:8000",
        "ftp://host/",
        "http://[",
        "http://localhost:99999",
        "http://me@localhost",
        "",
    ],
)
def test_what_is_no_address_is_refused(option, value):
    with pytest.raises(CommandError, match=option):
        call_command("logto_simulator", option, value)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--port", "65536"),
        ("--port", "-1"),
        ("--site", "http://localhost:8000/?x=1"),
        ("--public-host", "http://localhost"),
        ("--public-host", "localhost:3001"),
        ("--public-host", "two words"),
        ("--public-host", ""),
        ("--app-id", ""),
        ("--app-secret", ""),
        ("--hook-signing-key", ""),
    ],
)
def test_what_no_simulator_can_be_is_refused(option, value):
    with pytest.raises(CommandError, match=f"^{option} must"):
        call_command("logto_simulator", f"{option}={value}")


def test_an_address_that_is_not_this_machines_is_named():
    with pytest.raises(CommandError, match=r"\w"):
        call_command("logto_simulator", "--port=0", "--host=192.0.2.1")


def test_it_refuses_production(monkeypatch):
    from django.core import mail

    monkeypatch.delattr(mail, "outbox")
    with pytest.raises(CommandError, match="DEBUG = False"):
        call_command("logto_simulator", "--port", "0")
