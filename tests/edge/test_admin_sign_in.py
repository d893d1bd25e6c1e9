"""Administrators sign in through Logto; who is none sees one page that says so."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib import admin
from django.contrib.auth.signals import user_login_failed
from django.urls import clear_script_prefix, path, set_script_prefix

from tests.edge.admin_login import BUTTON, SOMEBODY_ELSE, LoginPage, arrive
from tests.journey import path_of, query_of

pytestmark = pytest.mark.django_db

DEEP = "/admin/auth/group/?q=x"
LOGIN = "/admin/login/"
MODES = ["beside", "only"]
LOGIN_REQUIRED = "django.contrib.auth.middleware.LoginRequiredMiddleware"


@pytest.fixture
def offer(settings):
    """Sets how the admin offers sign-in with Logto."""

    def use(mode):
        settings.LOGTO = {**settings.LOGTO, "ADMIN_SIGN_IN": mode}

    return use


@pytest.fixture
def staff(hooks):
    """Makes everybody who signs in a superuser of the site."""

    def update_user(self, user, *, is_new):
        user.is_staff = user.is_superuser = True

    hooks(update_user=update_user)


@pytest.fixture
def root(django_user_model):
    """A superuser of the site with a password."""
    return django_user_model.objects.create_superuser("root", password="secret")


@pytest.fixture
def pat(django_user_model):
    """A local user who is nobody in particular."""
    return django_user_model.objects.create_user("pat", password="secret")


@pytest.fixture
def site():
    """The default site itself; pytest cannot put back what it changes on a lazy one."""
    return admin.site._wrapped


def login_page(client, **query):
    return LoginPage(client.get(LOGIN, query))


def type_password(client, username="root", next_url=DEEP):
    given = {"username": username, "password": "secret", "next": next_url}
    return client.post(f"{LOGIN}?next={next_url}", given)


def is_admin(client):
    return client.get("/admin/").status_code == 200


class TestOffer:
    def test_by_default_it_stands_beside_the_form(self, client):
        page = login_page(client)
        assert page.takes_passwords
        assert page.link(BUTTON)

    def test_only_it_stands_in_place_of_the_form(self, client, offer):
        offer("only")
        page = login_page(client)
        assert not page.takes_passwords
        assert page.link(BUTTON)

    def test_off_is_djangos_own_page(self, client, offer, site, monkeypatch):
        offer("off")
        ours = login_page(client, next=DEEP)
        monkeypatch.setattr(site, "login_template", None)
        monkeypatch.setattr(site, "login_form", None)
        assert without_token(ours.text) == without_token(
            login_page(client, next=DEEP).text
        )

    @pytest.mark.parametrize("mode", MODES)
    def test_it_asks_the_database_nothing(
        self, client, offer, mode, django_assert_num_queries
    ):
        offer(mode)
        with django_assert_num_queries(0):
            login_page(client)

    @pytest.mark.parametrize("mode", MODES)
    def test_nothing_is_styled_or_run_inline(self, client, offer, mode, pat):
        offer(mode)
        for _ in range(2):
            page = login_page(client).text
            assert not re.search(r"<style|\sstyle=|<script>|\son\w+=", page)
            client.force_login(pat)


def without_token(text):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


class TestNext:
    @pytest.mark.parametrize("mode", MODES)
    def test_an_administrator_comes_back_to_the_page_they_asked_for(
        self, journey, offer, mode, staff
    ):
        offer(mode)
        page = LoginPage(arrive(journey, DEEP))
        response = arrive(journey, page.link(BUTTON))
        assert response.status_code == 200
        asked_for = response.request
        assert f"{asked_for['PATH_INFO']}?{asked_for['QUERY_STRING']}" == DEEP

    def test_without_a_page_they_come_to_the_first_one(self, client):
        assert query_of(login_page(client).link(BUTTON)) == {"next": "/admin/"}

    @pytest.mark.parametrize(
        "next_url",
        [
            "https://evil.example/",
            "//evil.example/",
            "javascript:alert(1)",
            "/\\evil.example",
            "/logto/sign-out/",
            "/admin/\x00",
            f"/admin/?q={'x' * 600}",
            "",
        ],
    )
    def test_a_page_that_is_not_safe_is_not_taken_along(self, client, next_url):
        link = login_page(client, next=next_url).link(BUTTON)
        assert query_of(link) == {"next": "/admin/"}

    def test_a_page_cannot_end_the_link(self, client):
        link = login_page(client, next='/admin/?q="><script>').link(BUTTON)
        assert query_of(link) == {"next": '/admin/?q="><script>'}

    def test_a_wrong_password_does_not_lose_the_page(self, client):
        page = LoginPage(type_password(client))
        assert "correct username" in page.text
        assert query_of(page.link(BUTTON)) == {"next": DEEP}

    def test_a_site_below_a_path_stays_below_it(self, client):
        set_script_prefix("/shop/")
        try:
            response = client.get(LOGIN, SCRIPT_NAME="/shop")
        finally:
            clear_script_prefix()
        link = LoginPage(response).link(BUTTON)
        assert link == "/shop/logto/sign-in/?next=%2Fshop%2Fadmin%2F"


class TestPassword:
    @pytest.mark.parametrize("mode", ["beside", "off"])
    def test_it_signs_in_as_before(self, client, offer, mode, root):
        offer(mode)
        assert type_password(client)["Location"] == DEEP
        assert is_admin(client)

    def test_it_is_refused_where_only_logto_is_offered(self, client, offer, root):
        offer("only")
        failed = []
        user_login_failed.connect(failed.append)
        page = LoginPage(type_password(client))
        user_login_failed.disconnect(failed.append)
        assert "Passwords are not accepted here." in page.text
        assert query_of(page.link(BUTTON)) == {"next": DEEP}
        assert not is_admin(client)
        assert "secret" not in page.text
        assert failed == [], "nothing was compared"

    def test_a_form_that_lacks_fields_is_refused_as_well(self, client, offer):
        offer("only")
        page = LoginPage(client.post(LOGIN))
        assert "Passwords are not accepted here." in page.text


class TestNotStaff:
    @pytest.fixture(params=MODES)
    def journey(self, request, journey, offer):
        offer(request.param)
        return journey

    @pytest.fixture
    def refused(self, journey):
        """The page that Alice comes to, who is no administrator."""
        page = LoginPage(arrive(journey, DEEP))
        return LoginPage(arrive(journey, page.link(BUTTON)))

    def test_one_page_says_so(self, refused, journey):
        assert refused.path == LOGIN
        assert "as alice" in refused.text
        assert refused.text.count('class="errornote"') == 1
        assert refused.link("Back to the site") == "/"
        assert not is_admin(journey.client)
        assert journey.client.get("/protected/").status_code == 200

    def test_it_offers_to_sign_out_and_come_back(self, refused, journey):
        action = '<form method="post" action="/logto/sign-out/">'
        assert action in refused.text
        given = re.findall(r'type="hidden" name="next" value="([^"]*)"', refused.text)
        assert given[-1] == "/admin/login/?next=/admin/auth/group/%3Fq%3Dx"

    def test_it_offers_to_be_somebody_else(self, refused, journey, staff):
        link = refused.link(SOMEBODY_ELSE)
        assert query_of(link) == {"next": DEEP, "prompt": "login"}
        response = arrive(journey, link, "ada")
        assert response.request["PATH_INFO"] == "/admin/auth/group/"
        assert response.context["user"].get_username() == "ada"

    def test_whoever_tries_again_and_again_stays_on_it(self, refused, journey):
        for _ in range(6):
            refused = LoginPage(arrive(journey, refused.link(SOMEBODY_ELSE)))
            assert "as alice" in refused.text

    def test_a_local_user_sees_the_same(self, journey, pat):
        journey.client.force_login(pat)
        page = LoginPage(arrive(journey, DEEP))
        assert "as pat" in page.text
        assert query_of(page.link(SOMEBODY_ELSE))["prompt"] == "login"
        assert not is_admin(journey.client)

    def test_a_name_is_only_text(self, journey, django_user_model):
        user = django_user_model.objects.create_user("<b>pat</b>")
        journey.client.force_login(user)
        content = journey.client.get(LOGIN).content.decode()
        assert "<b>pat" not in content
        assert "&lt;b&gt;pat" in content

    def test_a_site_that_asks_everybody_to_sign_in_leads_there_too(
        self, journey, settings
    ):
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, LOGIN_REQUIRED]
        response = journey.client.get(DEEP)
        assert response["Location"].startswith("/logto/sign-in/?next=/admin/")
        page = LoginPage(arrive(journey, DEEP))
        assert (page.path, "as alice" in page.text) == (LOGIN, True)

    def test_the_button_is_there_when_everybody_is_asked_to_sign_in(
        self, journey, settings
    ):
        settings.MIDDLEWARE = [*settings.MIDDLEWARE, LOGIN_REQUIRED]
        assert login_page(journey.client).link(BUTTON)


def test_an_account_that_is_switched_off_gets_the_page_of_any_sign_in(
    journey, django_user_model, staff
):
    journey.sign_in()
    django_user_model.objects.update(is_active=False)
    journey.client.cookies.clear()
    page = login_page(journey.client)
    response = arrive(journey, page.link(BUTTON))
    assert response.status_code == 403
    assert response.context["error"].code == "account_inactive"


class TestSites:
    def test_a_site_of_its_own_offers_it_by_the_mixin(self, journey, settings, staff):
        settings.ROOT_URLCONF = "tests.edge.admin_sites"
        page = LoginPage(journey.client.get("/en-us/office/login/"))
        assert "The office" in page.text
        assert query_of(page.link(BUTTON)) == {"next": "/en-us/office/"}
        response = arrive(journey, "/en-us/office/auth/group/")
        response = arrive(journey, LoginPage(response).link(BUTTON))
        assert response.request["PATH_INFO"] == "/en-us/office/auth/group/"
        assert "The office" in response.content.decode()

    def test_a_site_of_its_own_refuses_passwords_too(
        self, client, settings, offer, root
    ):
        settings.ROOT_URLCONF = "tests.edge.admin_sites"
        offer("only")
        given = {"username": "root", "password": "secret"}
        page = LoginPage(client.post("/en-us/office/login/", given))
        assert "Passwords are not accepted here." in page.text

    def test_who_may_use_another_site_is_that_sites_affair(self, journey, settings):
        settings.ROOT_URLCONF = "tests.edge.admin_sites"
        page = LoginPage(arrive(journey, "/en-us/open/"))
        assert arrive(journey, page.link(BUTTON)).request["PATH_INFO"] == "/en-us/open/"

    def test_a_login_page_of_the_sites_own_stays(self, site, monkeypatch):
        from logto_auth.admin_site import offer_sign_in

        own = type("OwnForm", (), {})
        monkeypatch.setattr(site, "login_template", "own.html")
        monkeypatch.setattr(site, "login_form", own)
        offer_sign_in()
        assert (site.login_template, site.login_form) == ("own.html", own)


SITE_MODULES = {
    "office/__init__.py": "",
    "office/apps.py": """
from django.contrib.admin.apps import AdminConfig
class OfficeAdminConfig(AdminConfig):
    default_site = "office.admin.OfficeSite"
""",
    "office/admin.py": """
from django.contrib.admin import AdminSite
from logto_auth.admin_site import LogtoAdminSiteMixin
class OfficeSite(LogtoAdminSiteMixin, AdminSite):
    site_header = "The office"
""",
}
SETUP = """
import sys, django
from django.conf import settings
settings.configure(INSTALLED_APPS=sys.argv[1:], SECRET_KEY="for-tests-only", LOGTO={})
django.setup()
if "django.contrib.admin" not in sys.modules:
    print("no admin")
else:
    from django.contrib import admin
    print(admin.site.site_header, admin.site.login_template)
"""
APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.messages"]
OURS = "logto_auth/admin/login.html"


@pytest.mark.parametrize(
    ("apps", "said"),
    [
        (["django.contrib.admin", "logto_auth"], f"Django administration {OURS}"),
        (["logto_auth", "django.contrib.admin"], f"Django administration {OURS}"),
        (["office.apps.OfficeAdminConfig", "logto_auth"], f"The office {OURS}"),
        (["logto_auth", "office.apps.OfficeAdminConfig"], f"The office {OURS}"),
        (["logto_auth"], "no admin"),
    ],
)
def test_the_order_of_the_apps_does_not_matter(tmp_path, apps, said):
    for name, source in SITE_MODULES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source)
    paths = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    done = subprocess.run(
        [sys.executable, "-c", SETUP, *APPS, *apps],
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == said, done.stderr


class WithoutLogto:
    urlpatterns = [path("admin/", admin.site.urls)]


class TestWithoutUrls:
    @pytest.fixture(autouse=True)
    def _urls(self, settings):
        settings.ROOT_URLCONF = WithoutLogto
        settings.LOGIN_URL = LOGIN

    def test_nothing_is_offered_and_passwords_go_on(self, client, root):
        page = login_page(client, next=DEEP)
        assert page.takes_passwords
        assert "Logto" not in page.text
        assert type_password(client)["Location"] == DEEP

    def test_where_passwords_are_refused_they_stay_so(self, client, offer, root):
        offer("only")
        page = LoginPage(type_password(client))
        assert "signing in with Logto is not set up" in page.text
        assert not page.takes_passwords
        assert not is_admin(client)

    def test_who_is_no_administrator_is_told(self, client, pat):
        client.force_login(pat)
        assert "as pat" in login_page(client).text


def test_signing_out_leads_back_to_the_login_page(journey):
    page = LoginPage(arrive(journey, DEEP))
    refused = LoginPage(arrive(journey, page.link(BUTTON)))
    given = re.findall(r'type="hidden" name="next" value="([^"]*)"', refused.text)
    left = journey.client.post("/logto/sign-out/", {"next": given[-1]})
    back = path_of(journey.visitor.sign_out(left.context["url"]))
    page = LoginPage(arrive(journey, back))
    assert page.path == LOGIN
    assert query_of(page.link(BUTTON)) == {"next": DEEP}
