"""The sign-in page through the Management API, and what everybody may read of it."""

import httpx2
import pytest

recording = pytest.mark.recording
PATH = "/api/sign-in-exp"
PUBLIC_PATH = "/api/.well-known/sign-in-exp"


@recording("040", "041")
def test_a_fresh_page_is_changed_setting_by_setting(administrator, bare):
    administrator.same("040", "041")


@recording("140", "141", "142", "143")
def test_a_target_without_a_connector_is_dropped(administrator, four, signed_up):
    administrator.same("140", "141", "142", "143")


@recording("830", "832")
def test_another_setting_stays_when_one_is_changed(administrator, four, signed_up):
    administrator.replay("143-patch-sign-in-exp-social-targets-final")
    administrator.same("830", "832")


@recording("306")
def test_everybody_may_read_what_a_page_is_drawn_from(
    administrator, four, signed_up, same, server
):
    administrator.replay("143-patch-sign-in-exp-social-targets-final")
    same("306", httpx2.get(f"{server.endpoint}{PUBLIC_PATH}"))


def test_a_connector_that_is_deleted_leaves_the_page(administrator, four):
    administrator.replay("140-patch-sign-in-exp-social-targets")
    administrator.send("DELETE", "/api/connectors/ff2227qfk5v2")
    targets = administrator.send("GET", PATH).json()["socialSignInConnectorTargets"]
    assert targets == ["huggingface", "facebook", "my-oidc"]


@pytest.mark.parametrize(
    ("identifiers", "password", "verify", "code"),
    [
        (["username"], False, False, "username_requires_password"),
        (["email"], True, True, "enabled_connector_not_found"),
        ([], False, False, None),
    ],
)
def test_ways_to_sign_up_that_do_not_work_are_refused(
    administrator, bare, identifiers, password, verify, code
):
    sign_up = {"identifiers": identifiers, "password": password, "verify": verify}
    answer = administrator.send("PATCH", PATH, json={"signUp": sign_up})
    if code is None:
        assert answer.json()["signUp"] == sign_up
    else:
        assert answer.status_code == 400
        assert answer.json()["code"] == f"sign_in_experiences.{code}"
        assert bare.sign_in_experience.settings["signUp"] != sign_up


@pytest.fixture
def signed_up(administrator):
    """The settings that were made before."""
    administrator.replay("041-patch-sign-in-exp-username-password")
