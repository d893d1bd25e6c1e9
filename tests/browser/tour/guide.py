"""One visitor's browser, and what it takes to get somewhere."""

import re
import sqlite3
from contextlib import closing

from logto_auth.testing import Fault, Person
from logto_auth.web.turns import WAITS
from tests.browser.steps import choose
from tests.unit.simulator.simulator_client import Client


def password_hash(password):
    """Return what Django stores of a password."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    return PBKDF2PasswordHasher().encode(password, "salt", 1)


class Guide:
    """Leads a page of a browser to the pages of a site and of its Logto."""

    def __init__(self, page, site, simulator):
        self.page = page
        self.site = site
        self.simulator = simulator

    def open(self, path):
        self.page.goto(self.site.address + path)

    def open_logto(self, path):
        self.page.goto(self.simulator.endpoint + path)

    def ask_logto(self, **changes):
        """Open Logto's page for a new sign-in."""
        application = self.site.application
        parameters = {
            "client_id": application.app_id,
            "redirect_uri": application.redirect_uris[0],
            **changes,
        }
        self.page.goto(Client(self.simulator).url(**parameters))

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).last.click()

    def choose(self, username):
        """Sign in as a ready-made person, on the page that Logto shows."""
        choose(self.page, self.simulator.people[username].display_name)

    def sign_in(self, username="alice"):
        """Sign in and arrive at the start page."""
        self.open("/logto/sign-in/")
        self.choose(username)
        self.page.wait_for_url(f"{self.site.address}/")

    def sign_in_without_a_scope(self):
        """Sign in while Logto grants less than it was asked for."""

        def without_email(document):
            kept = [name for name in document["scope"].split() if name != "email"]
            return {**document, "scope": " ".join(kept)}

        self.simulator.forge_token_response = without_email
        self.sign_in()
        self.simulator.stop_forging()
        self.page.get_by_role("heading", name="did not grant").wait_for()

    def sign_in_with_a_password(self, username="pat"):
        """Be a user of the site alone, and arrive at the start page."""
        with (
            closing(sqlite3.connect(self.site.database)) as database,
            database as connection,
        ):
            connection.execute(
                "INSERT OR IGNORE INTO auth_user (username, password, first_name, "
                "last_name, email, is_staff, is_superuser, is_active, date_joined) "
                "VALUES (?, ?, '', '', '', 1, 0, 1, '2026-01-01 00:00:00')",
                (username, password_hash("secret")),
            )
        # Not on the page, or what the admin's complains of would count.
        address, browser = f"{self.site.address}/admin/login/", self.page.request
        form = browser.get(address).text()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)[1]
        entered = {"username": username, "password": "secret"}
        browser.post(address, form={**entered, "csrfmiddlewaretoken": token})
        self.open("/")

    def choose_how_to_sign_in(self):
        """Come to the site's own sign-in page once it has Logto's logos."""
        logo = self.page.locator(".provider-logo picture").first
        while not logo.count():
            self.open("/logto/choose/?next=/protected/")

    def ask_to_connect(self):
        """Be asked whether to connect a Logto account."""
        self.sign_in_with_a_password()
        self.open("/logto/connect/")

    def connect(self):
        """Connect a Logto account, and arrive at the start page."""
        # Whoever else has been here before has a user of their own.
        self.simulator.people.setdefault("kim", Person("kim", name="Kim Larsen"))
        self.sign_in_with_a_password("kim")
        self.open("/logto/connect/")
        self.page.locator("form button").click()
        self.choose("kim")
        self.page.wait_for_url(f"{self.site.address}/")

    def be_refused(self):
        """Come back from Logto to an account that has been switched off here."""
        self.sign_in("ada")
        self._update("ada", is_active=False)
        self.page.context.clear_cookies(name="sessionid")
        self.open("/logto/sign-in/")
        self.page.get_by_role("heading", name="not active").wait_for()
        self._update("ada", is_active=True)

    def find_logto_broken(self):
        """Come back from Logto while it has no token to give."""
        self.open("/logto/sign-in/")
        self.simulator.faults.put("/oidc/token", Fault(status=500))
        self.choose("alice")
        self.page.wait_for_url("**/logto/callback/**")
        self.simulator.faults.clear()

    def leave(self):
        """Sign out, but stay on the page that leads to Logto."""
        self.sign_in()
        self.open("/logto/sign-out/")
        # A browser stays where it is when it was stopped.
        logto = f"{self.simulator.endpoint}/**"
        self.page.route(logto, lambda route: route.abort("aborted"))
        # Not before it was: what goes on by itself would abort the next page.
        with self.page.expect_event("requestfailed"):
            self.press("Sign out")
        self.page.get_by_role("heading", name="One moment").wait_for()
        # While pages are intercepted nothing is cached, and the looks come later.
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('[rel=stylesheet]')]"
            ".every(link => link.sheet)"
        )

    def leave_logto_too_early(self):
        """Sign out, and come back from Logto before it is done."""
        self.leave()
        self.page.unroute(f"{self.simulator.endpoint}/**")
        self.open("/logto/sign-out/")

    def wait_for_another_tab(self):
        """Come while another tab of the same browser is at Logto, and stay."""
        other = self.page.context.new_page()
        other.goto(f"{self.site.address}/protected/")
        self.open("/protected/?another")
        self.page.get_by_text("another tab").first.wait_for()
        # The last look, or it would look again while it is looked at.
        address = re.sub(r"\.\d+$", f".{len(WAITS)}", self.page.url)
        self.page.goto(address)
        self.page.get_by_text("does not look for it any more").wait_for()
        other.close()

    def be_refused_a_prefetch(self):
        """See what is answered when nobody has asked for a sign-in."""
        self.page.set_extra_http_headers({"Sec-Purpose": "prefetch"})
        self.open("/logto/sign-in/")

    def cancel_at_the_provider(self):
        self.ask_logto(direct_sign_in="social:naver")
        self.press("Cancel")

    def send_a_wrong_password(self):
        self.ask_logto()
        self.page.get_by_label("Username or email").fill("alice")
        self.page.get_by_label("Password").fill("wrong")
        self.press("Sign in")

    def register_a_name_that_is_taken(self):
        self.ask_logto(first_screen="register")
        self.page.get_by_label("Username").fill("alice")
        self.page.get_by_label("Password").fill("alice")
        self.press("Create account")

    def be_asked_for_consent(self):
        self.site.application.third_party = True
        self.ask_logto()
        self.choose("alice")
        self.site.application.third_party = False

    def be_denied_access(self):
        self.site.application.access_control_denied.add("alice")
        self.ask_logto()
        self.choose("alice")
        self.site.application.access_control_denied.clear()

    def stop_at_the_page_that_posts_itself(self):
        """See what a browser without JavaScript shows, in one that axe runs in."""

        def without_scripts(route):
            answer = route.fetch()
            body = re.sub(
                r"<script.*?</script>|</?noscript>", "", answer.text(), flags=re.S
            )
            route.fulfill(response=answer, body=body)

        self.page.route("**/oidc/session/end", without_scripts)
        self.open_logto("/oidc/session/end")

    def become_administrator(self):
        self.sign_in()
        self._update("alice", is_staff=True)
        self._update("alice", is_superuser=True)

    def sign_in_to_admin(self, username="ada", path="/admin/"):
        """Come to a page of the admin by the button of its login page."""
        self.open(path)
        self.page.get_by_role("link", name="Sign in with Logto", exact=True).click()
        self.choose(username)
        self.page.wait_for_url(f"{self.site.address}/admin/**")

    def may_only_look(self, username):
        """Let somebody who has signed in see users and Logto accounts, and no more."""
        self._update(username, is_staff=True)
        with (
            closing(sqlite3.connect(self.site.database)) as database,
            database as connection,
        ):
            connection.execute(
                "INSERT INTO auth_user_user_permissions (user_id, permission_id) "
                "SELECT u.id, p.id FROM auth_user u, auth_permission p "
                "WHERE u.username = ? AND p.codename IN "
                "('view_user', 'view_logtoaccount', 'view_linkedidentity')",
                (username,),
            )

    def _update(self, username, **change):
        ((column, value),) = change.items()
        with (
            closing(sqlite3.connect(self.site.database)) as database,
            database as connection,
        ):
            connection.execute(
                f"UPDATE auth_user SET {column} = ? WHERE username = ?",
                (value, username),
            )
