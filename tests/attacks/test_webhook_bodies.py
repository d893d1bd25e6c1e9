"""Bad bodies, rightly signed: taken and of no effect, or refused, and never a 500."""

import io
import json

import pytest

from logto_auth.events.webhook import MAX_BYTES
from logto_auth.models import LogtoAccount, WebhookDelivery
from logto_auth.webhook_events import EVENTS, USER_EVENTS

from .webhooks import KEY, send, suspension, told, use_keys

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.databases,
    pytest.mark.catalogue(108),
]
State = WebhookDelivery.State


@pytest.fixture(autouse=True)
def keys(settings):
    use_keys(settings, KEY)


@pytest.fixture
def refuses(client, received, caplog):
    """Check that a body is refused and nothing of it kept."""

    def check(body, reason="malformed", **extra):
        caplog.clear()
        response = send(client, body, **extra)
        assert response.status_code == 400
        assert response.json() == {"error": "webhook_invalid"}
        (record,) = [r for r in caplog.records if r.name == "logto_auth"]
        assert (record.event, record.logto["reason"]) == ("webhook_refused", reason)
        assert not WebhookDelivery.objects.exists()
        assert received == []

    return check


def replaced(**fields):
    """Return a body with other fields; those that are None are left out."""
    document = {**json.loads(told()), **fields}
    kept = {name: value for name, value in document.items() if value is not None}
    return json.dumps(kept).encode()


DOCUMENT = told().decode()
MALFORMED = {
    "nothing": b"",
    "an empty object": b"{}",
    "a list": b"[" + told() + b"]",
    "null": b"null",
    "a text": b'"Role.Created"',
    "no JSON": b"event=Role.Created",
    "cut": told()[:-1],
    "two documents": told() * 2,
    "a name twice": DOCUMENT.replace("{", '{"event":"Role.Deleted",', 1).encode(),
    "a name twice inside": told(data=0).replace(b":0", b':{"a":1,"a":1}'),
    "NUL": told().replace(b"Role", b"Ro\0le"),
    "NUL after it": told() + b"\0",
    "a BOM": b"\xef\xbb\xbf" + told(),
    "UTF-16": DOCUMENT.encode("utf-16"),
    "no UTF-8": told(data="x").replace(b'"x"', b'"\xff\xfe"'),
    "half a letter": told(data="\ud800"),
    "NaN": told(data=float("nan")),
    "no finite number": told(data=0).replace(b":0", b":1e999"),
    "a number without end": told(data=0).replace(b":0", b":" + b"1" * 5000),
    "33 levels": told(data=0).replace(b":0", b":" + b"[" * 33 + b"]" * 33),
    "100,000 levels": told(data=0).replace(b":0", b":" + b"[" * 100_000),
    "no event": replaced(event=None),
    "an event that is a list": replaced(event=["User.Created"]),
    "an empty event": replaced(event=""),
    "an event with markup": replaced(event="<b>User.Created</b>"),
    "an event with a line feed": replaced(event="User.Created\n"),
    "an event without end": replaced(event="x" * 65),
    "no webhook": replaced(hookId=None),
    "a webhook that is a number": replaced(hookId=7),
    "a webhook without end": replaced(hookId="x" * 65),
    "no time": replaced(createdAt=None),
    "a time that is a number": replaced(createdAt=1795249673),
    "a time that is none": replaced(createdAt="yesterday"),
    "a time without a zone": replaced(createdAt="2026-11-21T08:27:53"),
    "a day": replaced(createdAt="2026-11-21"),
    "no such day": replaced(createdAt="2026-02-30T00:00:00Z"),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_what_is_no_event_is_refused(case, refuses):
    refuses(MALFORMED[case])


@pytest.mark.parametrize("zone", ["Z", "+23:59", "-23:59"])
@pytest.mark.parametrize(("day", "reason"), [("0001-01-01", 0), ("9999-12-31", 1)])
def test_the_first_and_the_last_day_are_refused(day, reason, zone, refuses):
    reason = ("too_old", "in_future")[reason]
    refuses(replaced(createdAt=f"{day}T23:00:00{zone}"), reason)


def test_five_megabytes_are_refused(refuses):
    refuses(told(data="x" * 5_000_000), "too_large")


@pytest.mark.parametrize("limit", [10, None])
def test_there_is_a_limit_of_its_own(limit, client, refuses, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = limit
    body = told(data="")
    room = MAX_BYTES - len(body)
    refuses(told(data="x" * (room + 1)), "too_large")
    assert send(client, told(data="x" * room)).status_code == 200
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.parametrize(
    ("length", "reason"),
    [
        ("x", "unreadable"),
        ("-1", "unreadable"),
        ("1_0", "unreadable"),
        ("²", "unreadable"),
        ("9" * 15, "too_large"),
        ("9" * 5000, "too_large"),
    ],
)
def test_a_length_that_is_none_is_refused(length, reason, refuses):
    refuses(told(), reason, CONTENT_LENGTH=length)


class Broken(io.BytesIO):
    """A body that the sender stops sending."""

    def read(self, *size):
        raise OSError("connection reset")


def test_a_body_that_is_broken_off_is_refused(refuses):
    refuses(told(), "unreadable", **{"wsgi.input": Broken()})


def test_an_event_that_nobody_knows_is_kept_and_ignored(client, received):
    body = told("Something.New", data={"id": "x"}, params=[1])
    assert send(client, body).json() == {"state": "ignored"}
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, bytes(delivery.body)) == (State.IGNORED, body)
    assert received == []


ODD = [
    {},
    {"data": None},
    {"data": {}},
    {"data": []},
    {"data": "text", "user": "text", "params": "text"},
    {"data": [["id", "alice"]], "params": [], "user": []},
    {"data": {"id": None, "updatedAt": None}},
    {"data": {"id": {"$ne": ""}, "updatedAt": {}}},
    {"data": {"id": "nobody", "updatedAt": 1}},
    {"data": {"id": "x" * 5000, "updatedAt": 1e300}},
    {"data": {"id": "a\0b", "updatedAt": 10**400}},
    {"data": {"id": "a\nb\u202e", "updatedAt": -1}, "userId": "nobody"},
    {"params": {"userId": "nobody", "id": "a\0b"}},
    {"params": {"userId": ["nobody"], "id": {}}, "userId": {}},
    {"organizationId": "a\0b", "addedUserIds": ["a\0b", 7, None]},
    {"organizationId": {}, "addedUserIds": {"a": 1}, "removedUserIds": "alice"},
    {"organizationId": "%_\\\"'", "removedUserIds": ["' OR 1=1 --"] * 5000},
    {"data": {"id": "a\0b%", "name": "a\0b"}},
    {"user": {"id": "nobody", "updatedAt": True}, "matchedRoute": {}},
]


@pytest.mark.parametrize("event", EVENTS)
def test_an_event_with_hardly_anything_in_it_is_handled(event, client):
    for number, fields in enumerate(ODD):
        response = send(client, told(event, number=number, **fields))
        assert (response.status_code, response.json()) == (200, {"state": "handled"})
    assert not LogtoAccount.objects.exists()
    assert WebhookDelivery.objects.filter(state=State.HANDLED).count() == len(ODD)


@pytest.mark.parametrize("event", USER_EVENTS)
def test_a_user_with_odd_members_is_taken_as_far_as_it_makes_sense(
    event, journey, logto, client
):
    journey.sign_in("alice")
    whole = json.loads(suspension(logto, is_suspended=False))
    others = [
        {"name": "a\0b", "customData": {"a\0b": "a\0b"}},
        {"name": {"a": "b"}, "primaryEmail": ["x"], "identities": ["naver"]},
        {"identities": {"a\0b": {"userId": "a\0b", "details": {"a": "\0"}}}},
        {"profile": {"address": "a\0b", "nickname": ["x"]}, "avatar": 7},
        {"username": "x" * 5000, "isSuspended": "yes", "applicationId": {}},
        {"customData": nested(24)},
    ]
    for number, members in enumerate(others):
        data = {**whole["data"], **members}
        data["updatedAt"] += number
        body = {**whole, "event": event, "data": data, "number": number}
        response = send(client, json.dumps(body).encode())
        assert response.json() == {"state": "handled"}
    account = LogtoAccount.objects.get()
    assert not account.is_suspended
    assert (account.deleted_at is not None) == (event == "User.Deleted")


def nested(levels):
    return {"a": nested(levels - 1)} if levels else {}


ORGANIZATIONS = {
    "none": {},
    "an empty one": {"organizationId": "", "data": {"id": ""}, "params": {"id": ""}},
    "one with NUL": {"organizationId": "a\0b", "data": {"id": "a\0b"}},
    "one without end": {"organizationId": "x" * 5000, "data": {"id": "x" * 5000}},
    "a list": {"organizationId": ["a"], "data": {"id": ["a"]}, "params": {"id": []}},
}


@pytest.mark.parametrize("case", ORGANIZATIONS)
def test_an_organization_that_is_none_has_no_members(case, journey, client):
    journey.sign_in("olivia")
    before = LogtoAccount.objects.values().get()
    everybody = {"addedUserIds": [before["subject"]]}
    for event in ("Membership.Updated", "Data.Updated", "Created", "Deleted"):
        body = told(f"Organization.{event}", **everybody, **ORGANIZATIONS[case])
        assert send(client, body).json() == {"state": "handled"}
    assert LogtoAccount.objects.values().get() == before


def test_members_by_the_thousand_are_handled(journey, client):
    journey.sign_in("olivia")
    account = LogtoAccount.objects.get()
    ids = [f"user{number}" for number in range(5000)]
    body = told(
        "Organization.Membership.Updated",
        organizationId="wonderlandor",
        addedUserIds=ids,
        removedUserIds=[*ids, account.subject],
    )
    assert send(client, body).json() == {"state": "handled"}
    account.refresh_from_db()
    assert "wonderlandor" not in account.userinfo["organizations"]
