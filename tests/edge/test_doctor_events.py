"""What the doctor says of webhooks and back-channel logout."""

import pytest

from logto_auth.doctor import catalogue
from logto_auth.testing import Hook
from logto_auth.webhook_events import TAKEN_EVENTS
from tests.edge.doctor_visit import SITE

pytestmark = pytest.mark.django_db
WEBHOOK, LOGOUT = f"{SITE}/logto/webhook/", f"{SITE}/logto/backchannel-logout/"


def test_what_is_registered_is_right(healthy, consult):
    seen = consult()
    assert WEBHOOK in seen.ok(catalogue.WEBHOOK)["found"]
    assert LOGOUT in seen.ok(catalogue.BACK_CHANNEL_LOGOUT)["found"]


def test_a_site_without_views_for_them_misses_nothing(healthy, consult, settings):
    settings.ROOT_URLCONF = "tests.edge.doctor_urls"
    seen = consult()
    for topic in (catalogue.WEBHOOK, catalogue.BACK_CHANNEL_LOGOUT):
        assert "no view" in seen.skipped(topic)["found"]


def test_a_webhook_that_nobody_registered_is_told(healthy, consult):
    healthy.hooks[:] = [Hook("https://elsewhere.example/other/")]
    seen = consult()
    assert seen.warning(catalogue.WEBHOOK)["found"] == f"Logto sends none to {WEBHOOK}."
    fix = seen.warning(catalogue.WEBHOOK)["fix"]
    assert "[webhook] in logto.toml" in fix and "manage.py logto_setup" in fix
    assert "Console: Webhooks" in fix


def test_a_webhook_that_is_switched_off_is_told(healthy, consult):
    healthy.hooks[0].enabled = False
    assert "switched off" in consult().failure(catalogue.WEBHOOK)["found"]


@pytest.mark.parametrize(
    "url",
    ["https://testserver/logto/webhook", "http://x:pass@old.example/logto/webhook/"],
)
def test_a_webhook_to_another_address_of_the_site_is_told(healthy, consult, url):
    healthy.hooks[:] = [Hook(f"{url}?token=hidden-in-a-query")]
    line = consult().failure(catalogue.WEBHOOK)
    assert url.replace("x:pass@", "") in line["found"]
    assert "hidden-in-a-query" not in line["found"]
    assert f"this site takes it at {WEBHOOK}" in line["found"]


def test_a_webhook_that_does_not_tell_all_of_a_user_is_told(healthy, consult):
    healthy.hooks[:] = [Hook(WEBHOOK, events=[TAKEN_EVENTS[0]])]
    line = consult().warning(catalogue.WEBHOOK)
    assert f"lacks {', '.join(TAKEN_EVENTS[1:])}." in line["found"]


def test_a_logout_that_logto_does_not_tell_of_is_told(healthy, consult):
    healthy.application.back_channel_logout_uri = None
    line = consult().warning(catalogue.BACK_CHANNEL_LOGOUT)
    assert f"{LOGOUT} is not registered" in line["found"]


def test_a_logout_that_logto_tells_another_address_is_told(healthy, consult):
    healthy.application.back_channel_logout_uri = "https://old.example/logout/"
    line = consult().failure(catalogue.BACK_CHANNEL_LOGOUT)
    assert "https://old.example/logout/" in line["found"] and LOGOUT in line["found"]


def test_a_logout_without_its_session_is_told(healthy, consult):
    healthy.application.back_channel_logout_session_required = False
    assert "not which" in consult().warning(catalogue.BACK_CHANNEL_LOGOUT)["found"]
