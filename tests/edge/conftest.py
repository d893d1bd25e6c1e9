"""Users whom the site already had, and limits that it sets."""

import datetime
import secrets

import pytest
import time_machine


@pytest.fixture
def pat(django_user_model):
    """A user with a password, who was here before Logto."""
    return django_user_model.objects.create_user("pat", "pat@example.com", "secret")


@pytest.fixture
def kim(django_user_model):
    return django_user_model.objects.create_user("kim", "kim@example.com", "secret")


@pytest.fixture
def pats(logto, pat):
    """The journey of pat, signed in."""
    from tests.edge.connect_journey import visitor_of

    return visitor_of(logto, pat)


@pytest.fixture
def heard():
    """What `account_connected` said."""
    from logto_auth.signals import account_connected

    heard = []

    def listen(**told):
        heard.append(told)

    account_connected.connect(listen)
    yield heard
    account_connected.disconnect(listen)


@pytest.fixture
def clock():
    """A wall's clock that stands still, until it is told to go on."""
    with time_machine.travel(datetime.datetime.now(datetime.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def limit(settings, clock, logto):
    """Limit what the keywords say, in a cache of the test's own.

    Windows begin at fixed times: no test may reach into the next one by accident.
    """

    def use(cache=None, client_address=None, **limits):
        alias = secrets.token_hex(8)
        cache = cache or {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        settings.CACHES = {**settings.CACHES, alias: {"LOCATION": alias, **cache}}
        settings.LOGTO = {
            **settings.LOGTO,
            "CACHE": alias,
            "RATE_LIMITS": limits,
            "CLIENT_ADDRESS": client_address,
        }

    return use


@pytest.fixture
def healthy(logto, settings):
    """A developer's site, and a Logto with which all is right."""
    from logto_auth.testing import Hook
    from logto_auth.webhook_events import TAKEN_EVENTS
    from tests.edge.doctor_visit import MACHINE, SITE

    settings.DEBUG = True
    settings.LOGTO = {**settings.LOGTO, "BASE_URL": SITE, **MACHINE}
    logto.account_center.settings |= {"enabled": True, "fields": {"social": "Edit"}}
    logto.hooks.append(Hook(f"{SITE}/logto/webhook/", events=TAKEN_EVENTS))
    application = logto.application
    application.back_channel_logout_uri = f"{SITE}/logto/backchannel-logout/"
    application.back_channel_logout_session_required = True
    return logto


@pytest.fixture
def set_logto(settings):
    """Change keys of LOGTO; those that are None are taken out."""

    def change(**keys):
        changed = {**settings.LOGTO, **keys}
        settings.LOGTO = {k: v for k, v in changed.items() if v is not None}

    return change


@pytest.fixture
def consult(healthy, settings):
    """Run the doctor at that site: ``consult().failure(catalogue.CLOCK)``."""
    from tests.edge.doctor_visit import visit

    return lambda *arguments: visit(healthy, settings, "--json", *arguments)


@pytest.fixture
def set_up(logto, monkeypatch, tmp_path):
    """Runs `logto_setup` in an empty folder, for a Logto without connectors."""
    from tests.edge.setting_up import SECRETS, SettingUp, without_connectors

    monkeypatch.chdir(tmp_path)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    return SettingUp(without_connectors(logto), tmp_path)
