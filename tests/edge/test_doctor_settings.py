"""What the doctor says of the settings, and where this site is."""

import pytest

from logto_auth.checks import catalogue as checks
from logto_auth.doctor import catalogue

pytestmark = pytest.mark.django_db


def test_what_the_checks_find_is_told_with_their_ids_and_fixes(consult, set_logto):
    set_logto(SCOPES=["openid", "profle"])
    line = consult().warning(checks.SCOPE_MISSPELT.id)
    assert line["fix"] == "Did you mean profile?"
    assert line["documentation"] == checks.SCOPE_MISSPELT.documentation
    assert line["section"] == "Settings"


def test_what_a_check_finds_to_be_an_error_is_a_failure(consult, settings):
    settings.AUTHENTICATION_BACKENDS = settings.AUTHENTICATION_BACKENDS[1:]
    line = consult().failure(checks.BACKEND_MISSING.id)
    assert line["fix"].endswith(checks.BACKEND_MISSING.paste)


def test_lines_to_paste_stay_as_they_are(healthy, settings):
    from tests.edge.doctor_visit import visit

    settings.AUTHENTICATION_BACKENDS = settings.AUTHENTICATION_BACKENDS[1:]
    said = [line.strip() for line in visit(healthy, settings).out.splitlines()]
    assert '"logto_auth.backends.LogtoBackend",' in said


def test_a_silenced_check_is_not_told(consult, settings, set_logto):
    set_logto(SCOPES=["openid", "profle"])
    settings.SILENCED_SYSTEM_CHECKS = [checks.SCOPE_MISSPELT.id]
    seen = consult()
    seen.ok(catalogue.CHECKS)
    assert not seen.of(checks.SCOPE_MISSPELT.id)


def test_with_debug_the_checks_for_deployment_wait_until_asked_for(consult):
    assert "--deploy" in consult().skipped(catalogue.DEPLOYMENT_CHECKS)["found"]
    seen = consult("--deploy")
    seen.warning(checks.ENDPOINT_NOT_HTTPS.id)
    seen.warning(checks.BASE_URL_NOT_HTTPS.id)


def test_without_debug_the_checks_for_deployment_are_run(consult, settings):
    settings.DEBUG = False
    consult().failure(checks.SIMULATOR_IN_PRODUCTION.id)


def test_a_note_of_a_check_is_no_warning(consult, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    assert consult("--deploy").ok(checks.COOKIE_SESSIONS.id)["fix"]


def test_a_deployment_with_which_nothing_is_wrong_is_told_so(consult, settings):
    settings.SILENCED_SYSTEM_CHECKS = [finding.id for finding in checks.findings()]
    consult("--deploy").ok(catalogue.DEPLOYMENT_CHECKS)


@pytest.mark.parametrize("given", [None, {}, 7, {"ENDPOINT": "not an address"}])
def test_without_usable_settings_everything_else_is_looked_at(consult, settings, given):
    settings.LOGTO = given
    seen = consult()
    assert "logto_auth.E001" in seen.wrong()
    seen.failure(catalogue.CONNECTION)
    seen.skipped(catalogue.CREDENTIALS)
    seen.ok(catalogue.SESSIONS)


def test_a_setting_that_is_wrong_leaves_the_others_to_be_looked_at(consult, set_logto):
    set_logto(TIMEOUT="soon", RATE_LIMITS="many")
    seen = consult()
    assert len(seen.of("logto_auth.E002")) == 2
    seen.ok(catalogue.CONNECTION)
    seen.ok(catalogue.CREDENTIALS)


def test_the_address_is_told_with_where_it_comes_from(consult, set_logto):
    assert "BASE_URL" in consult().ok(catalogue.SITE_ADDRESS)["found"]
    set_logto(BASE_URL=None)
    line = consult("--site", "http://testserver").ok(catalogue.SITE_ADDRESS)
    assert line["found"] == "http://testserver, by --site."


class TestAnHttpsAddressThatTheSiteDoesNotKnow:
    @pytest.fixture(autouse=True)
    def https(self, healthy, set_logto):
        set_logto(BASE_URL=None)
        application = healthy.application
        application.redirect_uris = ("https://testserver/logto/callback/",)

    @pytest.mark.parametrize("debug", [True, False])
    def test_it_may_be_http_behind_a_proxy_and_the_rest_is_looked_at(
        self, consult, settings, debug
    ):
        settings.DEBUG = debug
        seen = consult("--site", "https://testserver")
        line = seen.warning(catalogue.SITE_ADDRESS)
        assert line["found"].startswith("https://testserver, by --site.")
        assert "behind a proxy that takes the TLS off" in line["found"]
        assert 'LOGTO["BASE_URL"] = "https://testserver"' in line["fix"]
        assert "SECURE_PROXY_SSL_HEADER" in line["fix"]
        seen.ok(catalogue.REDIRECT_URI)

    def test_a_proxy_that_django_knows_of_is_right(self, consult, settings):
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        consult("--site", "https://testserver").ok(catalogue.SITE_ADDRESS)

    def test_set_as_the_base_url_it_is_right(self, consult, set_logto):
        set_logto(BASE_URL="https://testserver")
        consult("--site", "https://testserver").ok(catalogue.SITE_ADDRESS)
        consult().ok(catalogue.SITE_ADDRESS)


def test_without_an_address_a_warning_names_what_was_not_looked_at(consult, set_logto):
    set_logto(BASE_URL=None)
    seen = consult()
    line = seen.warning(catalogue.SITE_ADDRESS)
    assert 'LOGTO["BASE_URL"]' in line["fix"] and "--site" in line["fix"]
    assert "SECURE_PROXY_SSL_HEADER" in line["fix"]
    for topic in (catalogue.REDIRECT_URI, catalogue.RESOURCES, catalogue.WEBHOOK):
        assert str(topic.title) in line["found"]
        assert not seen.of(topic)
    seen.ok(catalogue.CREDENTIALS)
    assert seen.exit_code == 0


def test_another_address_than_the_one_that_the_site_uses_is_told(consult):
    line = consult("--site", "http://localhost:8000").warning(catalogue.SITE_ADDRESS)
    assert "http://localhost:8000, by --site" in line["found"]
    assert "which is http://testserver" in line["found"]


def test_urls_that_are_not_included_are_told(consult, settings):
    settings.ROOT_URLCONF = "tests.edge.doctor_bare_urls"
    seen = consult()
    assert "not included" in seen.failure(catalogue.SITE_ADDRESS)["found"]
    assert 'include("logto_auth.urls")' in seen.failure(checks.URLS_MISSING.id)["fix"]
    seen.skipped(catalogue.REDIRECT_URI)
