"""Every session engine: a visitor signs in, uses tokens, refreshes, and signs out."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from logto_auth.models import LogtoSession
from logto_auth.testing import Organization
from tests.asking import ENDED, JSON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases]

ENGINES = ["db", "cached_db", "cache", "file", "signed_cookies"]
LARGEST_COOKIE = 4096


@pytest.fixture(params=ENGINES)
def engine(request, settings, tmp_path):
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{request.param}"
    settings.SESSION_FILE_PATH = str(tmp_path)
    return request.param


@pytest.fixture
def many(logto):
    """Alice is in a hundred organizations."""
    logto.people["alice"].organizations = [
        Organization(f"organization{number:03}", "O", roles=("member",))
        for number in range(100)
    ]


def cookies_fit(asker):
    sizes = [len(morsel.OutputString()) for morsel in asker.client.cookies.values()]
    return max(sizes) < LARGEST_COOKIE


@pytest.mark.catalogue(93)
def test_all_of_it_works(engine, asker, logto, api, many, later):
    asker.sign_in("alice")
    first = asker.token(), asker.token(api)
    assert cookies_fit(asker)
    later(ENDED)
    logto.people["alice"].roles = ("librarian", "editor")
    second = asker.token(), asker.token(api)
    assert not set(first) & set(second)
    assert (asker.token(), asker.token(api)) == second
    assert asker.known()["roles"] == ["librarian", "editor"]
    assert asker.userinfo().json()["sub"] == logto.people["alice"].sub
    assert cookies_fit(asker)
    assert asker.client.post("/logto/sign-out/").status_code == 200
    assert asker.known() is None
    assert asker.ask(headers=JSON).status_code == 401
    assert not LogtoSession.objects.exists()
    assert logto.refresh_tokens == []


@pytest.mark.catalogue(93)
def test_a_dead_refresh_token_signs_out(engine, asker, logto, later):
    asker.sign_in("alice")
    later(ENDED)
    logto.suspend("alice")
    assert asker.ask().status_code == 302
    assert asker.known() is None
    assert not LogtoSession.objects.exists()


@pytest.mark.catalogue(94)
def test_a_password_that_changes_elsewhere_signs_out(engine, asker, later):
    asker.sign_in("alice")
    user = get_user_model().objects.get()
    user.set_password("new")
    user.save()
    assert asker.known() is None
    assert asker.ask(headers=JSON).status_code == 401
    later(181 * 24 * 3600)
    call_command("logto_cleanup")
    assert not LogtoSession.objects.exists()


@pytest.mark.catalogue(94)
def test_one_that_changes_here_does_not(engine, asker, later):
    asker.sign_in("alice")
    assert asker.client.get("/change-password/").status_code == 200
    later(ENDED)
    assert asker.token()
    assert asker.known()
