"""The simulator of the test kit: whole sign-ins in few lines, new for each test."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import AsyncClient, Client

from logto_auth.engine.mode import BLOCKING, run_blocking
from logto_auth.engine.provider import current_provider
from logto_auth.engine.sockets import drop_blocking_client
from logto_auth.models import LogtoAccount
from logto_auth.testing import (
    Application,
    Fault,
    SignInStopped,
    Visitor,
)
from logto_auth.testing.wiring import CLIENT_SITES, connect

ROOT = Path(__file__).resolve().parents[2]


def pytest_in(directory, *arguments):
    """Run pytest with the plugin where there is no Django project."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DJANGO", "PYT"))}
    plugin = ["-p", "logto_auth.pytest_plugin", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, *arguments],
        cwd=directory,
        env={**kept, "PYTHONPATH": str(ROOT)},
        text=True,
        capture_output=True,
    )


def test_the_plugin_loads_nothing_before_it_is_used():
    script = """
import sys, pytest
before = set(sys.modules)
import logto_auth.pytest_plugin
print(*sorted(set(sys.modules) - before))
"""
    loaded = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, text=True, capture_output=True
    )
    assert loaded.stdout.split() == ["logto_auth", "logto_auth.pytest_plugin"]


def test_the_plugin_disturbs_no_project_without_django(tmp_path):
    assert pytest_in(tmp_path, "--help").returncode == 0
    assert pytest_in(tmp_path, "--collect-only").returncode == 5  # there is nothing
    (tmp_path / "test_it.py").write_text("def test_it(): pass\nasync def other(): 0\n")
    finished = pytest_in(tmp_path, "--strict-markers")
    assert finished.returncode == 0, finished.stdout
    assert "1 passed" in finished.stdout


@pytest.mark.parametrize("fixture", ["logto", "logto_visitor", "logto_sign_in"])
def test_a_fixture_without_pytest_django_tells_what_is_missing(tmp_path, fixture):
    (tmp_path / "test_it.py").write_text(f"def test_it({fixture}): pass\n")
    finished = pytest_in(tmp_path, "-p", "no:django")
    assert "Logto's fixtures need pytest-django" in finished.stdout
    assert "not found" not in finished.stdout


def test_the_fixtures_tell_what_they_are_for(tmp_path):
    told = pytest_in(tmp_path, "--fixtures").stdout
    for name in ("logto", "logto_sign_in", "logto_visitor", "logto_sites"):
        assert f"\n{name} " in told


def test_a_page_for_users_is_reached_through_logto(client, logto_visitor):
    response = logto_visitor.enter(client, "/protected/", "alice")
    assert response.request["PATH_INFO"] == "/protected/"
    assert response.json()["claims"]["name"] == "Alice Liddell"
    assert len(logto_visitor.simulator.calls) <= 10


def test_the_sign_in_view_is_entered_too(client, logto_visitor):
    response = logto_visitor.enter(client, "/logto/sign-in/?next=/protected/", "ada")
    assert response.json()["user"] == "ada"


def test_a_page_for_everybody_is_told(client, logto_visitor):
    with pytest.raises(LookupError, match="/ does not lead to Logto"):
        logto_visitor.enter(client, "/")


def test_a_person_whom_logto_keeps_is_told(client, logto_visitor):
    with pytest.raises(SignInStopped, match=r"401: This account is suspended\.$"):
        logto_visitor.enter(client, "/protected/", "sam")


def test_an_address_that_logto_does_not_know_is_told(client, logto, logto_visitor):
    logto.application.redirect_uris = ()
    with pytest.raises(SignInStopped, match=r"redirect_uri") as stopped:
        logto_visitor.enter(client, "/protected/")
    assert stopped.value.page.status == 400


def test_a_site_that_listens_is_entered_over_http(live_server, logto_visitor):
    page = logto_visitor.enter(live_server.url, "/protected/", "alice")
    assert (page.status, page.path) == (200, "/protected/")
    assert '"user": "alice"' in page.text
    with pytest.raises(LookupError, match="does not lead to Logto"):
        logto_visitor.enter(live_server.url, "/")


def test_a_site_that_wants_https_is_entered(client, logto_visitor, settings):
    settings.MIDDLEWARE = [
        "django.middleware.security.SecurityMiddleware",
        *settings.MIDDLEWARE,
    ]
    settings.SECURE_SSL_REDIRECT = True
    response = logto_visitor.enter(client, "/protected/")
    assert response.json()["user"] == "alice"


class TestWithAnAddressInTheSettings:
    @pytest.fixture(autouse=True)
    def base_url(self, settings):
        settings.LOGTO = {**settings.LOGTO, "BASE_URL": "https://site.example.com"}

    def test_the_test_client_is_where_the_site_is(self, client, request):
        visitor = request.getfixturevalue("logto_visitor")
        assert visitor.enter(client, "/protected/").json()["user"] == "alice"


async def test_an_async_client_goes_through_logto_too(logto_visitor):
    client = AsyncClient()
    response = await logto_visitor.enter(client, "/protected/", "alice")
    assert response.json()["user"] == "alice"


async def test_a_coroutine_needs_no_mark_and_leaves_nothing(request, logto_sign_in):
    assert request.node.get_closest_marker("django_db").kwargs == {"transaction": True}
    await logto_sign_in(AsyncClient())
    assert await LogtoAccount.objects.acount() == 1


@pytest.mark.django_db(databases=["default"])
class TestWithTheMarkOfAModule:
    async def test_a_coroutine_leaves_nothing(self, request, logto_sign_in):
        mark = request.node.get_closest_marker("django_db")
        assert mark.kwargs == {"databases": ["default"], "transaction": True}
        await logto_sign_in(AsyncClient())

    def test_functions_keep_their_transaction(self, request, logto_sign_in):
        assert "transaction" not in request.node.get_closest_marker("django_db").kwargs

    @pytest.mark.django_db(transaction=False)
    async def test_what_is_stated_stays(self, request, logto_sign_in):
        mark = request.node.get_closest_marker("django_db")
        assert mark.kwargs == {"transaction": False}


def test_everything_is_as_at_the_beginning_in_the_next_test(
    client, logto, settings, db
):
    logto.forge_discovery = lambda document: {**document, "end_session_endpoint": 1}
    logto.people["alice"].name = "Somebody else"
    logto.people.pop("ada")
    logto.applications["other"] = Application(app_id="other")
    logto.faults.put("/oidc/jwks", Fault(status=503))
    logto.application.secret = "another"
    logto.stop()
    settings.LOGTO = connect(logto, CLIENT_SITES)  # what the fixture does
    page = Visitor(logto).enter(client, "/protected/", "ada")
    assert page.json()["user"] == "ada"
    assert logto.people["alice"].name == "Alice Liddell"
    assert list(logto.applications) == ["demo-app", "demo-machine"]


def test_no_document_of_another_test_is_left(logto):
    def end_session_endpoint():
        metadata = current_provider().metadata(BLOCKING)
        return run_blocking(metadata).end_session_endpoint

    known = end_session_endpoint()
    logto.forge_discovery = lambda document: {
        **document,
        "end_session_endpoint": f"{document['issuer']}/forged",
    }
    assert end_session_endpoint() == known
    cache.set("of-the-site", 1)
    connect(logto, CLIENT_SITES)
    assert end_session_endpoint() == known
    assert [call.path for call in logto.calls] == [
        "/oidc/.well-known/openid-configuration"
    ]
    assert cache.get("of-the-site") == 1


def test_a_key_that_another_test_changed_holds_up_nobody(logto, db):
    for _ in range(2):  # a site looks for new keys only once in a while
        connect(logto, CLIENT_SITES)
        assert Visitor(logto).enter(Client(), "/protected/").status_code == 200
        logto.rotate_keys(keep_previous=False)
        assert Visitor(logto).enter(Client(), "/protected/").status_code == 200


def test_one_simulator_serves_all_tests(logto, logto_simulator):
    assert logto is logto_simulator


def test_resources_of_the_settings_are_registered(client, settings, logto, db):
    settings.LOGTO = {**settings.LOGTO, "RESOURCES": ["https://api.example.com"]}
    connect(logto, CLIENT_SITES)
    assert Visitor(logto).enter(client, "/protected/").json()["user"] == "alice"


def test_a_proxy_is_not_asked_for_what_is_on_this_machine(
    client, logto, settings, monkeypatch, db
):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "intranet.example.com")
    drop_blocking_client()
    try:
        settings.LOGTO = connect(logto, CLIENT_SITES)
        assert Visitor(logto).enter(client, "/protected/").status_code == 200
        assert os.environ["no_proxy"] == "intranet.example.com,localhost"
    finally:
        monkeypatch.undo()
        drop_blocking_client()
