"""What the doctor says of the Management API, and without it."""

import pytest

from logto_auth.doctor import catalogue
from logto_auth.testing import Fault

pytestmark = pytest.mark.django_db
OF_THE_API = (
    catalogue.APPLICATION_TYPE,
    catalogue.SIGN_IN,
    catalogue.CONNECTORS,
    catalogue.PROVIDERS,
    catalogue.ACCOUNT_CENTER,
    catalogue.WEBHOOK,
    catalogue.BACK_CHANNEL_LOGOUT,
)


def test_without_credentials_a_warning_names_what_was_not_looked_at(consult, set_logto):
    set_logto(M2M_APP_ID=None, M2M_APP_SECRET=None)
    seen = consult()
    line = seen.warning(catalogue.MANAGEMENT_SETTINGS)
    assert 'LOGTO["M2M_APP_ID"] is not set.' in line["found"]
    assert "machine-to-machine application" in line["fix"]
    for topic in OF_THE_API:
        assert str(topic.title) in line["found"]
        assert not seen.of(topic)
    assert seen.wrong() == {"management_settings"}
    assert seen.exit_code == 0


def test_half_of_the_credentials_is_told_too(consult, set_logto):
    set_logto(M2M_APP_SECRET=None)
    line = consult().warning(catalogue.MANAGEMENT_SETTINGS)
    assert 'LOGTO["M2M_APP_SECRET"] is not set.' in line["found"]


def test_without_credentials_no_unreachable_logto_is_told_for_them(consult, set_logto):
    set_logto(M2M_APP_ID=None, ENDPOINT="http://localhost:1")
    seen = consult()
    seen.warning(catalogue.MANAGEMENT_SETTINGS)
    assert not seen.of(catalogue.CONNECTORS)


@pytest.mark.parametrize(
    ("keys", "cause", "hint"),
    [
        (
            {"M2M_APP_ID": "nobody"},
            "the id in M2M_APP_ID",
            "(unknown_application: check M2M_APP_ID)",
        ),
        (
            {"M2M_APP_SECRET": "the-secret-of-another"},
            "M2M_APP_SECRET is not a secret",
            "(invalid_client: check M2M_APP_SECRET)",
        ),
        (
            {"M2M_RESOURCE": "https://x.logto.app/api"},
            "no Management API with this",
            "check M2M_RESOURCE)",
        ),
    ],
)
def test_credentials_that_logto_does_not_take_are_told_by_their_settings(
    consult, set_logto, keys, cause, hint
):
    set_logto(**keys)
    seen = consult()
    line = seen.failure(catalogue.MANAGEMENT_API)
    assert cause in line["found"]
    assert line["found"].endswith(hint)
    assert line["documentation"] == "docs/errors.md#management_access_denied"
    for topic in OF_THE_API:
        assert str(catalogue.MANAGEMENT_API.title) in seen.skipped(topic)["found"]
    assert seen.wrong() == {"management_api"}


def test_an_application_that_is_no_machine_is_told(consult, set_logto):
    set_logto(M2M_APP_ID="demo-app", M2M_APP_SECRET="demo-secret")
    consult().failure(catalogue.MANAGEMENT_API)


def test_a_machine_without_the_role_is_told(healthy, consult):
    healthy.applications["demo-machine"].roles = ()
    seen = consult()
    line = seen.failure(catalogue.MANAGEMENT_PERMISSION)
    assert "lacks a permission. (auth.forbidden" in line["found"]
    assert "Logto Management API access" in line["fix"]
    seen.ok(catalogue.MANAGEMENT_API)
    seen.skipped(catalogue.CONNECTORS)


def test_a_token_is_asked_for_though_the_workers_share_one(healthy, consult):
    consult().ok(catalogue.MANAGEMENT_API)
    healthy.applications["demo-machine"].secret = "another-one-since-then"
    consult().failure(catalogue.MANAGEMENT_API)


def test_the_api_that_is_asked_for_is_named(consult):
    line = consult().ok(catalogue.MANAGEMENT_SETTINGS)
    assert "demo-machine, for https://default.logto.app/api" in line["found"]


def test_a_management_api_that_fails_stops_nothing_else(healthy, consult):
    healthy.faults.put("/api/connectors", Fault(status=500))
    seen = consult()
    assert "status_500" in seen.failure(catalogue.CONNECTORS)["found"]
    seen.ok(catalogue.ACCOUNT_CENTER)
    seen.ok(catalogue.CREDENTIALS)


@pytest.mark.parametrize("body", ["[]", "{}", "null", '{"signInMode": 7}', "<html>"])
def test_answers_that_are_no_logtos_are_told(healthy, consult, body):
    healthy.faults.put("/api/sign-in-exp", Fault(status=200, body=body))
    consult().failure(catalogue.MANAGEMENT_PERMISSION)
