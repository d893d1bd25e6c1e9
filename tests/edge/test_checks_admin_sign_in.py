"""``manage.py check`` names an admin that does not do what ``ADMIN_SIGN_IN`` says."""

import pytest
from django.conf import settings as django_settings
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.urls import path, set_script_prefix

from logto_auth.admin_site import LogtoAdminAuthenticationForm, LogtoAdminSiteMixin
from logto_auth.checks import catalogue, lines
from tests.edge.found import found, ids
from tests.urls import urlpatterns as site_urls
from tests.views import home

pytestmark = pytest.mark.django_db
ONLY, BESIDE = {"ADMIN_SIGN_IN": "only"}, {"ADMIN_SIGN_IN": "beside"}


class WithPasswords(AdminSite):
    pass


class WithOwnTemplate(LogtoAdminSiteMixin, AdminSite):
    login_template = "admin/login.html"


class WithOwnForm(LogtoAdminSiteMixin, AdminSite):
    login_form = AdminAuthenticationForm


class WithFormOfOurs(LogtoAdminSiteMixin, AdminSite):
    login_form = type("OwnForm", (LogtoAdminAuthenticationForm,), {})


def urls_with(site_class):
    site = site_class(name="office")
    return type("Urls", (), {"urlpatterns": [*site_urls, path("x/", site.urls)]})


class WithoutAdmin:
    urlpatterns = [pattern for pattern in site_urls if "admin/" not in str(pattern)]


class WithOwnLoginView:
    """As sites do that send everybody to ``LOGIN_URL``."""

    urlpatterns = [path("admin/login/", home), *site_urls]


@pytest.mark.parametrize("logto", [ONLY, BESIDE])
def test_the_default_site_does_what_is_asked(logto):
    assert ids(logto=logto) == []
    assert ids(logto=logto, ROOT_URLCONF=WithOwnLoginView) == []


def test_an_admin_that_is_not_installed_is_found():
    apps = [app for app in django_settings.INSTALLED_APPS if "admin" not in app]
    (message,) = found(logto=ONLY, INSTALLED_APPS=apps, ROOT_URLCONF=WithoutAdmin)
    assert message.id == catalogue.ADMIN_SIGN_IN_UNUSED.id
    assert "django.contrib.admin is not in INSTALLED_APPS" in message.msg


def test_an_admin_that_has_no_address_is_found():
    (message,) = found(logto=BESIDE, ROOT_URLCONF=WithoutAdmin)
    assert 'is "beside", but the URLconf includes no admin.' in message.msg


def test_a_site_without_the_mixin_is_found():
    office = urls_with(WithPasswords)
    (message,) = found(logto=BESIDE, ROOT_URLCONF=office)
    told = """the admin "office" does not have this package's login_template."""
    assert told in message.msg
    assert lines.ADMIN_SITE_BLOCK in message.hint
    two = found(logto=ONLY, ROOT_URLCONF=office)
    assert ["accepts passwords" in message.msg for message in two] == [False, True]


def test_a_form_that_accepts_passwords_is_found_where_none_are_wanted():
    (message,) = found(logto=ONLY, ROOT_URLCONF=urls_with(WithOwnForm))
    assert 'login_form of the admin "office" accepts passwords' in message.msg
    assert ids(logto=BESIDE, ROOT_URLCONF=urls_with(WithOwnForm)) == []
    assert ids(logto=ONLY, ROOT_URLCONF=urls_with(WithFormOfOurs)) == []


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ('{% extends "logto_auth/admin/login.html" %}', False),
        ('{% extends "middle.html" %}', False),
        ('{% extends "admin/login.html" %}', True),
        ('{% extends "own.html" %}', True),
        ("no page of the admin", True),
        ("{% broken %}", False),  # which is not for this check to tell
    ],
)
def test_a_template_of_the_sites_own_passes_when_it_extends_ours(source, is_found):
    engine = {**django_settings.TEMPLATES[0], "APP_DIRS": False}
    own = {
        "own.html": source,
        "middle.html": '{% extends "logto_auth/admin/login.html" %}',
    }
    loaders = [
        ("django.template.loaders.locmem.Loader", own),
        "django.template.loaders.app_directories.Loader",
    ]
    engine["OPTIONS"] = {**engine["OPTIONS"], "loaders": loaders}
    site_class = type("Own", (LogtoAdminSiteMixin, AdminSite), {})
    site_class.login_template = "own.html"
    found_ids = ids(
        logto=BESIDE, TEMPLATES=[engine], ROOT_URLCONF=urls_with(site_class)
    )
    expected = [catalogue.ADMIN_SIGN_IN_UNUSED.id] if is_found else []
    assert found_ids == expected


def test_a_site_that_wrote_nothing_down_hears_nothing():
    assert ids(ROOT_URLCONF=urls_with(WithPasswords)) == []
    assert ids(logto={"ADMIN_SIGN_IN": "off"}, ROOT_URLCONF=WithoutAdmin) == []


def test_a_site_below_a_path_passes():
    set_script_prefix("/shop/")
    try:
        assert ids(logto=ONLY) == []
    finally:
        set_script_prefix("/")


def test_the_lines_to_paste_pass():
    namespace = {}
    exec(lines.ADMIN_SITE_BLOCK, namespace)
    office = urls_with(namespace["SiteAdmin"])
    assert ids(logto=ONLY, ROOT_URLCONF=office) == []


def test_a_value_that_is_none_is_the_other_checks_affair():
    (message,) = found(logto={"ADMIN_SIGN_IN": "both"})
    assert message.id == catalogue.SETTING_WRONG.id


def test_the_default_site_is_looked_at_as_it_is(monkeypatch):
    monkeypatch.setattr(admin.site._wrapped, "login_template", "admin/login.html")
    (message,) = found(logto=BESIDE)
    assert 'the admin "admin"' in message.msg
