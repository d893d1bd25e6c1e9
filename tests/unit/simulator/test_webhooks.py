"""Webhooks, as a site receives them."""

import hashlib
import hmac
import json

import pytest

from logto_auth.testing import Hook, Organization, Person, Simulator, Visitor

from .simulator_client import Client

SIGNATURE = "logto-signature-sha-256"
USER = {
    *("id", "username", "primaryEmail", "primaryPhone", "name", "avatar"),
    *("customData", "identities", "lastSignInAt", "createdAt", "updatedAt"),
    *("profile", "applicationId", "cimdClientId", "isSuspended"),
}


@pytest.fixture
def hook(site):
    return Hook(f"{site.url}/hook/", signing_key="key", headers={"X-Site": "yes"})


@pytest.fixture
def simulator(hook):
    with Simulator(hooks=[hook]) as simulator:
        yield simulator


@pytest.fixture
def received(simulator, site):
    """Return what the site has received, as (event, body)."""

    def received():
        simulator.deliveries.settle()
        bodies = [json.loads(body) for _, _, body in site.requests]
        return [(body["event"], body) for body in bodies]

    return received


class TestRequests:
    def test_they_are_signed(self, simulator, site, received):
        simulator.send_webhook("PostSignIn", "alice")
        assert received()
        ((path, headers, body),) = site.requests
        expected = hmac.new(b"key", body, hashlib.sha256).hexdigest()
        assert path == "/hook/"
        assert headers[SIGNATURE] == expected
        assert headers["User-Agent"] == "Logto (https://logto.io/)"
        assert headers["Content-Type"] == "application/json"
        assert headers["X-Site"] == "yes"

    def test_a_hook_is_for_its_events(self, simulator, site, received):
        simulator.hooks[0].events = ("User.Deleted",)
        simulator.send_webhook("PostSignIn", "alice")
        simulator.send_webhook("User.Deleted", "alice")
        assert [event for event, _ in received()] == ["User.Deleted"]

    def test_a_disabled_one_is_for_none(self, simulator, received):
        simulator.hooks[0].enabled = False
        simulator.send_webhook("PostSignIn", "alice")
        assert received() == []

    def test_every_hook_says_its_own_id(self, simulator, site, received):
        simulator.hooks.append(Hook(f"{site.url}/second/"))
        simulator.send_webhook("PostSignIn", "alice")
        ids = {body["hookId"] for _, body in received()}
        assert ids == {hook.id for hook in simulator.hooks}

    def test_the_key_is_not_shown(self, hook):
        assert "signing_key" not in repr(hook)


class TestPeople:
    def test_signing_in(self, simulator, client, visitor, received):
        client.tokens(visitor, "alice")
        ((event, body),) = received()
        assert event == "PostSignIn"
        assert set(body) == {
            *("event", "interactionEvent", "createdAt", "sessionId"),
            *("userId", "userIp", "user", "application", "hookId"),
        }
        assert body["interactionEvent"] == "SignIn"
        assert body["user"].keys() == USER
        assert body["user"]["profile"] == {
            "nickname": "al",
            "locale": "en-GB",
            "zoneinfo": "Europe/London",
            "givenName": "Alice",
            "familyName": "Liddell",
        }
        assert body["user"]["avatar"].startswith(simulator.endpoint)
        assert body["application"]["id"] == "demo-app"
        assert body["user"]["lastSignInAt"] == body["user"]["updatedAt"]

    def test_a_session_that_lives_is_no_new_sign_in(self, client, visitor, received):
        client.tokens(visitor)
        client.tokens(visitor)
        assert [event for event, _ in received()] == ["PostSignIn"]

    def test_registering(self, client, visitor, received):
        visitor.register(client.url(), "newton", email="n@example.com")
        assert {event for event, _ in received()} == {"User.Created", "PostRegister"}
        bodies = dict(received())
        assert bodies["PostRegister"]["interactionEvent"] == "Register"
        assert bodies["User.Created"]["data"]["primaryEmail"] == "n@example.com"
        assert "path" not in bodies["User.Created"]

    def test_registering_with_a_provider(self, client, visitor, received):
        visitor.sign_in_with(client.url(), "naver", "alice")
        user = dict(received())["PostRegister"]["user"]
        assert user["identities"].keys() == {"naver"}


class TestAdministrators:
    @pytest.mark.parametrize(
        ("act", "event", "call"),
        [
            (
                lambda it: it.suspend("alice"),
                "User.SuspensionStatus.Updated",
                ("PATCH", "/users/alice0000001/is-suspended", 200),
            ),
            (
                lambda it: it.reactivate("sam"),
                "User.SuspensionStatus.Updated",
                ("PATCH", "/users/sam000000006/is-suspended", 200),
            ),
            (
                lambda it: it.update("alice", name="A."),
                "User.Data.Updated",
                ("PATCH", "/users/alice0000001", 200),
            ),
            (
                lambda it: it.delete("alice"),
                "User.Deleted",
                ("DELETE", "/users/alice0000001", 204),
            ),
            (
                lambda it: it.add(Person("new", sub="new000000000")),
                "User.Created",
                ("POST", "/users", 200),
            ),
        ],
    )
    def test_users(self, act, event, call, simulator, received):
        act(simulator)
        ((told, body),) = received()
        assert told == event
        assert (body["method"], body["path"], body["status"]) == call
        has_password = set() if event == "User.Deleted" else {"hasPassword"}
        assert body["data"].keys() == USER | has_password
        is_one = ":userId" in body["matchedRoute"]
        assert body["params"] == ({"userId": body["data"]["id"]} if is_one else {})

    def test_members(self, simulator, received):
        simulator.join("alice", Organization("chess", "Chess"))
        simulator.leave("alice", "chess")
        bodies = [body for event, body in received()]
        (joined,) = [body for body in bodies if "addedUserIds" in body]
        (left,) = [body for body in bodies if "removedUserIds" in body]
        sub = simulator.people["alice"].sub
        assert joined["addedUserIds"] == left["removedUserIds"] == [sub]
        assert joined["organizationId"] == left["organizationId"] == "chess"
        assert joined["path"] == "/organizations/chess/users"
        assert left["path"] == f"/organizations/chess/users/{sub}"
        assert simulator.people["alice"].organizations == []

    def test_a_field_that_nobody_has_is_refused(self, simulator):
        with pytest.raises(TypeError, match="nickname"):
            simulator.update("alice", nickname="al")


class TestOnDemand:
    def test_fields_can_be_added_and_replaced(self, simulator, received):
        simulator.send_webhook("User.Data.Updated", "alice", data={"plan": "b"}, x=1)
        ((_, body),) = received()
        assert (body["data"], body["x"]) == ({"plan": "b"}, 1)

    def test_an_event_can_be_old_or_badly_signed(self, simulator, site, received):
        simulator.send_webhook("PostSignIn", "sam", created_at=0.25, signature="00")
        ((_, body),) = received()
        assert body["createdAt"] == "1970-01-01T00:00:00.250Z"
        assert site.requests[0][1][SIGNATURE] == "00"

    def test_times_follow_the_clock(self, simulator, received):
        simulator.clock.set(86_400)
        simulator.send_webhook("PostSignIn", "alice")
        ((_, body),) = received()
        assert body["createdAt"].startswith("1970-01-02T00:00:0")

    def test_one_can_be_sent_again_and_in_another_order(
        self, simulator, site, received
    ):
        simulator.deliveries.held = True
        simulator.suspend("alice")
        simulator.reactivate("alice")
        assert received() == []
        simulator.deliveries.held = False
        suspended, reactivated = simulator.deliveries.all
        for delivery in (reactivated, suspended, suspended):
            simulator.deliveries.again(delivery)
            simulator.deliveries.settle()
        states = [body["data"]["isSuspended"] for _, body in received()]
        assert states == [False, True, True]

    def test_a_copy_can_be_changed(self, simulator, site, received):
        (sent,) = simulator.send_webhook("PostSignIn", "alice")
        simulator.deliveries.settle()
        simulator.deliveries.again(sent, body=b"{}")
        simulator.deliveries.settle()
        assert site.requests[1][2] == b"{}"
        assert site.requests[0][1][SIGNATURE] == site.requests[1][1][SIGNATURE]


class TestDeliveries:
    def test_settling_ends_although_a_site_does_not_answer(self, simulator, site):
        site.may_answer.clear()
        (delivery,) = simulator.send_webhook("PostSignIn", "alice")
        with pytest.raises(TimeoutError, match="1 deliver"):
            simulator.deliveries.settle(0.2)
        site.may_answer.set()
        simulator.deliveries.settle()
        assert delivery.status == 204

    def test_what_a_stop_broke_off_says_so(self, simulator, site):
        site.may_answer.clear()
        (delivery,) = simulator.send_webhook("PostSignIn", "alice")
        while not site.requests:
            pass
        simulator.stop()
        simulator.deliveries.settle(5)
        assert (delivery.status, delivery.error) == (None, "CancelledError")

    def test_a_sign_in_does_not_wait_for_webhooks(self, client, visitor, site):
        site.may_answer.clear()
        assert client.tokens(visitor)["id_token"]

    def test_without_a_running_simulator_they_are_written_down(self, hook):
        simulator = Simulator(hooks=[hook])
        simulator.suspend("alice")
        simulator.deliveries.settle()
        assert "not running" in simulator.deliveries.all[0].error

    def test_an_address_that_is_none_is_noted(self, simulator):
        simulator.hooks[0].url = "nowhere"
        simulator.suspend("alice")
        simulator.deliveries.settle()
        assert simulator.deliveries.all[0].error

    def test_after_a_restart_they_are_sent_again(self, simulator, received):
        simulator.stop()
        simulator.start()
        Client(simulator).tokens(Visitor(simulator))
        assert [event for event, _ in received()] == ["PostSignIn"]
