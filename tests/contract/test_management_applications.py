"""Applications through the Management API: secrets, roles, and their URIs."""

import pytest

from logto_auth.testing import Application

recording = pytest.mark.recording


@pytest.fixture
def bare(administrator, simulator):
    """A tenant without applications; a token lives on without its own."""
    simulator.applications.clear()
    return simulator


@recording("003", "010", "011", "012", "030", "031", "032", "033", "035", "724")
def test_they_are_registered_and_listed(administrator, bare):
    administrator.same("003", "010", "011", "012")
    administrator.same("030", "031", "032", "033", "035", "724")
    application = bare.application
    assert application.type == "MachineToMachine"
    assert application.roles == ("Logto Management API access",)


@recording("174", "175", "034")
def test_a_machine_without_a_role_and_one_without_a_type(administrator, bare):
    administrator.same("174", "175", "034")
    assert len(bare.applications) == 1


@recording("414", "600")
def test_a_public_one_and_one_of_somebody_else(administrator, bare):
    administrator.same("414", "600")
    public, foreign = bare.applications.values()
    assert public.secrets == []
    assert foreign.third_party


@recording("720", "721", "752", "760")
def test_metadata_are_replaced_as_a_whole_or_refused(administrator, bare):
    administrator.replay("030-post-applications-traditional")
    (application,) = bare.applications.values()
    bare.applications = {RECORDED_ID: application}
    application.app_id = RECORDED_ID
    application.redirect_uris = ("http://localhost/else/",)
    application.back_channel_logout_uri = "http://localhost/told/"
    administrator.same("720", "752")
    assert application.back_channel_logout_uri is None
    before = vars(application).copy()
    administrator.same("721", "760")
    assert vars(application) == before


RECORDED_ID = "6hh4gamiq5ev8ycu8e5dt"


@recording("722", "723")
def test_one_is_deleted_once(administrator, bare):
    app_id = "xsuq3hdlkuxoem8e4kqyy"
    bare.applications[app_id] = Application(app_id)
    administrator.same("722", "723")


def test_what_is_registered_counts_at_once(administrator, server, simulator):
    place = f"/api/applications/{server.mine.app_id}"
    uris = {"redirectUris": ["http://new.example/"], "postLogoutRedirectUris": []}
    assert server.authorize().status_code == 303
    administrator.send("PATCH", place, json={"oidcClientMetadata": uris})
    assert server.authorize().status_code == 400
    assert server.authorize(redirect_uri="http://new.example/").status_code == 303


def test_a_new_secret_works_beside_the_old_until_it_is_deleted(administrator, server):
    place = f"/api/applications/{server.mine.app_id}/secrets"
    secret = administrator.send("POST", place, json={"name": "new"}).json()["value"]
    assert server.exchange(server.code(), secret=secret).status_code == 200
    assert server.exchange(server.code()).status_code == 200
    administrator.send("DELETE", f"{place}/new")
    assert server.exchange(server.code(), secret=secret).status_code == 401
    assert server.exchange(server.code()).status_code == 200


def test_a_secret_that_has_expired_does_not_work(administrator, server, simulator):
    place = f"/api/applications/{server.mine.app_id}/secrets"
    made = {"name": "short", "expiresAt": simulator.clock.milliseconds() + 60_000}
    secret = administrator.send("POST", place, json=made).json()["value"]
    server.let_pass(61)
    assert server.exchange(server.code(), secret=secret).status_code == 401
