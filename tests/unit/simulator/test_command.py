"""``manage.py logto_simulator``."""

import os
import signal
import subprocess
import sys
from urllib.request import urlopen

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from logto_auth.testing import Simulator

SCRIPT = """
import django
from django.core.management import call_command

import tests.settings

tests.settings.DEBUG = True
django.setup()
call_command("logto_simulator", "--port", "0", "--site", "http://site.example:8000/")
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
        assert process.wait(10) == 0, process.stderr.read()
    assert '"APP_ID": "demo-app"' in text
    assert '"APP_SECRET": "demo-secret"' in text
    assert "http://site.example:8000/logto/callback/\n" in text
    assert "http://site.example:8000/logto/signed-out/\n" in text
    assert "sofia" in text


def test_a_taken_port_names_the_option():
    with (
        Simulator() as other,
        pytest.raises(CommandError, match=r"Port \d+ is taken; .* --port"),
    ):
        call_command("logto_simulator", "--port", str(other.port))


def test_a_site_that_is_no_address_is_refused():
    with pytest.raises(CommandError, match="--site"):
        call_command("logto_simulator", "--site", "localhost:8000")


def test_it_refuses_production(monkeypatch):
    from django.core import mail

    monkeypatch.delattr(mail, "outbox")
    with pytest.raises(CommandError, match="DEBUG = False"):
        call_command("logto_simulator", "--port", "0")
