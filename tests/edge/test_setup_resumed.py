"""A set-up that broke off goes on where it was."""

import json

import pytest

from logto_auth.testing import Fault
from tests.edge.setting_up import EVERYTHING

EVERY_WRITE = [
    ("PATCH", "/api/applications/*"),
    ("POST", "/api/hooks"),
    ("POST", "/api/connectors"),
    ("PATCH", "/api/sign-in-exp"),
    ("PATCH", "/api/account-center"),
]


@pytest.mark.parametrize(("method", "path"), EVERY_WRITE)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 500, "after": True},
        {"close": True, "after": True},
        {"close": True},
    ],
    ids=["refused", "done and failed", "done and broken off", "broken off"],
)
def test_a_fault_in_the_middle_loses_nothing_and_does_nothing_twice(
    set_up, logto, method, path, fault
):
    logto.faults.put(path, Fault(method=method, times=1, **fault))
    said = set_up(EVERYTHING, "--yes")
    assert "provider_" in said.error
    assert "Done: " in said.err and "goes on with those" in said.err
    assert ": failed\n" in said.out
    set_up.done()
    assert sorted(item.target for item in logto.connectors.values()) == [
        "facebook",
        "huggingface",
        "naver",
        "okta",
    ]
    assert len(logto.hooks) == 1
    assert logto.sign_in_experience.targets == ["naver", "huggingface", "facebook"]
    assert logto.account_center.settings["enabled"]
    assert set_up.done().writes == []


def test_what_is_done_is_not_planned_again(set_up, logto):
    logto.faults.put(
        "/api/connectors", Fault(status=500, method="POST", times=1, after=True)
    )
    first = set_up(EVERYTHING, "--yes")
    assert "Done: 2. Not done: 6." in first.err
    assert "Connector huggingface: failed" in first.out
    second = set_up.done()
    assert second.verb("Connector huggingface") == "unchanged"
    assert second.verb("Connector facebook") == "create"


def test_a_person_who_breaks_it_off_learns_what_is_done(set_up, monkeypatch):
    from logto_auth.setup.webhook import WebhookSetup

    def interrupted(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as here:
        here.setattr(WebhookSetup, "_create", interrupted)
        said = set_up(EVERYTHING, "--yes")
    assert "Stopped." in said.error
    assert "Done: 1. Not done: 7." in said.err
    set_up.done()


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/api/applications/*", {"oidcClientMetadata": None}),
        ("/api/sign-in-exp", {"signIn": {"methods": [None, 5, {"identifier": []}]}}),
        ("/api/sign-in-exp", {"signIn": {"methods": 5}, "signUp": {"identifiers": 5}}),
        ("/api/account-center", {"fields": None}),
    ],
)
def test_what_no_logto_says_ends_in_no_traceback(set_up, logto, path, change):
    from tests.unit.simulator.administration import Administration

    below = path.removeprefix("/api/").replace("*", "demo-app")
    document = Administration(logto).get(below)
    body = json.dumps({**document, **change})
    logto.faults.put(path, Fault(status=200, body=body, method="GET"))
    declared = EVERYTHING.replace('"none"', '"username"')
    said = set_up(declared, "--yes")
    assert not said.error or "management" in said.error or "provider" in said.error


def test_a_logto_that_is_busy_is_waited_for(set_up, logto):
    logto.faults.put(
        "/api/connectors",
        Fault(status=429, headers={"Retry-After": "1"}, method="POST", times=2),
    )
    set_up.done(EVERYTHING)
    assert len(logto.connectors) == 4


def test_a_logto_that_fails_while_it_is_read_changes_nothing(set_up, logto):
    logto.faults.put("/api/account-center", Fault(status=500, method="GET"))
    said = set_up(EVERYTHING, "--yes")
    assert "provider_response_invalid: status_500" in said.error
    assert said.writes == []
