"""``manage.py demo``: starts the site and a Logto, says where, and ends cleanly."""

import re
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.edge.served import (
    answers,
    environment,
    free_port,
    new_browser,
    serve,
    sign_in,
)

ROOT = Path(__file__).resolve().parents[2]
DEMO = [sys.executable, "manage.py", "demo"]
CSRF_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture
def site_port():
    return free_port()


@pytest.fixture
def logto_port():
    return free_port()


@pytest.fixture
def surroundings(site_port, logto_port, tmp_path):
    return environment(
        SITE_PORT=site_port,
        LOGTO_PORT=logto_port,
        LOGTO_ENDPOINT="",  # whatever a developer's own .env says
        DEBUG="true",
        DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3",
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_both_and_a_signal_stops_both(
    number, surroundings, site_port, logto_port
):
    with serve(DEMO, cwd=ROOT, env=surroundings) as demo:
        demo.wait_for(site_port, logto_port)
        site = f"http://localhost:{site_port}"
        with new_browser(site) as browser:
            home = browser.get("/")
            discovery = browser.get(
                f"http://localhost:{logto_port}/oidc/.well-known/openid-configuration"
            )
        assert demo.end(number) == 0
    assert "Continue with <bdi>Hugging Face</bdi>" in home.text
    assert "default-src 'none'" in home.headers["Content-Security-Policy"]
    assert discovery.json()["issuer"] == f"http://localhost:{logto_port}/oidc"
    for said in (
        site,
        f"http://localhost:{logto_port}",
        f"{site}/logto/callback/",
        f"{site}/logto/signed-out/",
        "alice",
        "Suspended: cannot sign in.",
    ):
        assert said in demo.output
    assert "Traceback" not in demo.output
    assert not answers(site_port)
    assert not answers(logto_port)


@pytest.mark.parametrize("variable", ["SITE_PORT", "LOGTO_PORT"])
@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_in_use_is_told_by_the_name_of_its_variable(
    variable, host, surroundings
):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as taken:
        try:
            taken.bind((host, int(surroundings[variable])))
        except OSError:
            pytest.skip(f"this machine has no {host}")
        taken.listen()
        with serve(DEMO, cwd=ROOT, env=surroundings) as demo:
            assert demo.process.wait(timeout=60) == 1
            demo.end()
    assert f"Port {surroundings[variable]} is in use" in demo.output
    assert f"{variable}=" in demo.output
    assert ("real Logto" in demo.output) == (variable == "LOGTO_PORT")
    assert "Traceback" not in demo.output


def test_two_equal_ports_are_told(surroundings, site_port):
    surroundings["LOGTO_PORT"] = str(site_port)
    with serve(DEMO, cwd=ROOT, env=surroundings) as demo:
        assert demo.process.wait(timeout=60) == 1
        demo.end()
    assert "SITE_PORT and LOGTO_PORT" in demo.output
    assert "Traceback" not in demo.output


def test_a_logto_without_an_application_is_told(surroundings):
    surroundings["LOGTO_ENDPOINT"] = "http://localhost:1"
    with serve(DEMO, cwd=ROOT, env=surroundings) as demo:
        assert demo.process.wait(timeout=60) == 1
        demo.end()
    assert "LOGTO lacks APP_ID, APP_SECRET" in demo.output
    assert "Traceback" not in demo.output


@pytest.fixture
def another_logto(site_port):
    """A Logto that was there before the demo, where its site is registered."""
    from logto_auth.testing import Application, Simulator

    site = f"http://localhost:{site_port}"
    application = Application(
        app_id="my-app",
        secret="my-secret",
        redirect_uris=(f"{site}/logto/callback/",),
        post_logout_redirect_uris=(f"{site}/logto/signed-out/",),
    )
    with Simulator(applications=[application]) as logto:
        yield logto


@pytest.fixture
def browser(site_port):
    with new_browser(f"http://localhost:{site_port}") as browser:
        yield browser


@pytest.fixture
def demo_elsewhere(surroundings, another_logto, site_port):
    """The demo, pointed at the Logto that was there before it."""
    surroundings |= {
        "LOGTO_ENDPOINT": another_logto.endpoint,
        "LOGTO_APP_ID": "my-app",
        "LOGTO_APP_SECRET": "my-secret",
    }
    with serve(DEMO, cwd=ROOT, env=surroundings) as demo:
        demo.wait_for(site_port)
        yield demo
        assert demo.end() == 0
        assert "Traceback" not in demo.output


def test_with_an_endpoint_set_it_uses_that_logto_and_starts_none(
    demo_elsewhere, another_logto, browser, site_port, logto_port
):
    assert not answers(logto_port)
    page = sign_in(browser, another_logto, "/protected/", "alice")
    assert page.url.path == "/protected/"
    assert "You are Alice Liddell" in page.text
    demo_elsewhere.end()
    assert "Register these at Logto, on the application my-app" in demo_elsewhere.output
    assert f"http://localhost:{site_port}/logto/callback/" in demo_elsewhere.output
    assert "alice    alice" not in demo_elsewhere.output


def test_the_home_page_shows_what_logto_tells(demo_elsewhere, another_logto, browser):
    page = sign_in(browser, another_logto, "/logto/sign-in/", "olivia")
    assert page.url.path == "/"
    for shown in (
        "Olivia Okafor",
        "olivia@example.com",
        f'src="{another_logto.endpoint}/avatars/olivia.svg"',
        'referrerpolicy="no-referrer"',
        "<strong>Wonderland</strong>",
        "org-admin, org-member",
        "No roles",
        "No linked identities",
        f"<bdi>{another_logto.issuer}</bdi>",
    ):
        assert shown in page.text
    token = CSRF_TOKEN.search(page.text).group(1)
    left = browser.post("/logto/sign-out/", data={"csrfmiddlewaretoken": token})
    assert "session/end" in left.text
    assert "Create account" in browser.get("/").text


def test_linked_identities_and_roles_are_shown(demo_elsewhere, another_logto, browser):
    another_logto.people["sofia"].roles = ("reader",)
    page = sign_in(browser, another_logto, "/logto/sign-in/", "sofia")
    for shown in ("Hugging Face", "Facebook", "Naver", "My OIDC"):
        assert f"<strong>{shown}</strong>" in page.text
    assert "<li>reader</li>" in page.text


def test_an_avatar_that_is_no_web_address_is_not_loaded(
    demo_elsewhere, another_logto, browser
):
    another_logto.people["ada"].picture = "javascript:alert(1)"
    page = sign_in(browser, another_logto, "/logto/sign-in/", "ada")
    assert "Ada Lovelace" in page.text
    assert 'src="javascript:' not in page.text


@pytest.fixture
def demo(surroundings, site_port, logto_port):
    """The demo with the Logto that it brings."""
    with serve(DEMO, cwd=ROOT, env=surroundings) as demo:
        demo.wait_for(site_port, logto_port)
        yield demo
        assert demo.end() == 0
        assert "Traceback" not in demo.output


@pytest.fixture
def its_logto(demo, logto_port):
    """What a visitor has to know of it: where it is and who is there."""
    from logto_auth.testing import Simulator

    logto = Simulator()
    logto.endpoint = f"http://localhost:{logto_port}"
    return logto


ACCOUNTS = "/admin/logto_auth/logtoaccount/"


def sign_in_to_admin(browser, logto, username):
    """Go to the accounts by the button of the admin's login page."""
    login = browser.get(ACCOUNTS, follow_redirects=True)
    link = re.search(r'href="([^"]+)">Sign in with Logto</a>', login.text)[1]
    return sign_in(browser, logto, link, username)


def test_its_administrator_sees_who_has_signed_in(its_logto, browser, site_port):
    with new_browser(f"http://localhost:{site_port}") as other:
        sign_in(other, its_logto, "/protected/", "sofia")
    accounts = sign_in_to_admin(browser, its_logto, "ada")
    assert accounts.url.path == ACCOUNTS
    for shown in ("Ada Lovelace", "Sofia Kovalevskaya", "Hugging Face", "Naver"):
        assert shown in accounts.text
    policy = accounts.headers["Content-Security-Policy"]
    assert f"img-src 'self' https: data: {its_logto.endpoint}" in policy
    assert "script-src 'self'" in policy
    users = browser.get("/admin/auth/user/", follow_redirects=True)
    sofia = re.search(r'href="(/admin/auth/user/\d+/change/)[^"]*">sofia<', users.text)
    assert "sofia@naver.example" in browser.get(sofia[1]).text
    account = re.search(rf'href="({ACCOUNTS}\d+/change/)">', accounts.text)[1]
    console = f"{its_logto.endpoint}/console/users/ada000000004"
    assert f'href="{console}"' in browser.get(account).text
    assert browser.get(console).status_code == 200
    home = browser.get("/").text
    assert "You administer this site." in home
    assert f'href="{ACCOUNTS}"' in home


def test_who_administers_nothing_is_told_so_by_the_admin(its_logto, browser):
    page = sign_in_to_admin(browser, its_logto, "alice")
    assert page.url.path == "/admin/login/"
    assert page.status_code == 200
    assert "You are authenticated as alice" in page.text
    assert "You administer this site." not in browser.get("/").text
