"""Who may use the Management API, and what is said to a request that is none."""

import httpx2
import pytest

from .administrator import Administrator
from .recordings import load

recording = pytest.mark.recording
PATH = "/api/users"


@pytest.fixture
def bearer(server, comparison):
    return Administrator(server, comparison)


@pytest.fixture
def get(server):
    def get(authorization=None):
        headers = {} if authorization is None else {"Authorization": authorization}
        return httpx2.get(f"{server.endpoint}{PATH}", headers=headers)

    return get


@recording("170", "171", "172", "173")
def test_without_a_token_of_this_logto_nobody_may(get, same, bearer, server):
    same("170", get())
    same("171", get("Bearer garbage"))
    same("172", get("Basic Z2FyYmFnZTpnYXJiYWdl"))
    head, claims, signature = bearer.token.split(".")
    other = "A" if signature[9] != "A" else "B"
    tampered = f"{head}.{claims}.{signature[:9]}{other}{signature[10:]}"
    same("173", get(f"Bearer {tampered}"))


@recording("177")
def test_without_the_scope_nobody_may(get, same, server):
    idle = server.application("IDLE_MACHINE_")
    tokens = server.client_credentials(
        idle, resource=server.setting("MACHINE_RESOURCE"), scope="all"
    )
    same("177", get(f"Bearer {tokens.json()['access_token']}"))


def test_an_opaque_token_of_a_person_is_none(get, server):
    answer = get(f"Bearer {server.tokens()['access_token']}")
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.unauthorized")


def test_a_token_for_another_api_is_none(get, server):
    tokens = server.client_credentials(
        server.application("MACHINE_"), resource=server.setting("RESOURCE")
    )
    answer = get(f"Bearer {tokens.json()['access_token']}")
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.unauthorized")


def test_a_token_that_has_expired_is_none(get, server, bearer):
    server.let_pass(3601)
    answer = get(f"Bearer {bearer.token}")
    assert (answer.status_code, answer.json()["code"]) == (401, "auth.unauthorized")


@recording("178", "179", "180")
def test_what_is_no_request_is_told_in_other_words(same, bearer):
    same("178", bearer.replay("178-mgmt-404-no-such-route"))
    text = load("179-mgmt-400-invalid-json")["request"]["text"]
    same("179", bearer.send("POST", "/api/connectors", content=text))
    same("180", bearer.replay("180-mgmt-405-or-404-wrong-method"))
