"""Only what Logto has signed, byte for byte, is a webhook; nothing else is kept."""

import base64
import gzip
import hashlib
import hmac
import json
import secrets

import pytest

from logto_auth.models import LogtoAccount, LogtoSession, WebhookDelivery
from logto_auth.testing.simulator.hook import signature

from .test_disconnects import connected
from .webhooks import HEADER, KEY, URL, send, signed, suspension, told, use_keys

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(106)]
OTHER_KEY = "Ovl0jLkzcB5tHeJqMHXZSGpSU1rVKc3X"


@pytest.fixture
def body(journey, logto, settings):
    """What would sign alice out, who is signed in."""
    use_keys(settings, KEY)
    journey.sign_in("alice")
    return suspension(logto)


@pytest.fixture
def refuses(journey, received, caplog):
    """Check that an answer is a refusal, and that nothing else has happened."""

    def check(response):
        assert response.status_code == 401
        assert response.json() == {"error": "webhook_unsigned"}
        assert "no-store" in response["Cache-Control"]
        records = [r for r in caplog.records if r.name == "logto_auth"]
        assert [r.event for r in records] == ["webhook_refused"]
        caplog.clear()
        assert not WebhookDelivery.objects.exists()
        assert received == []
        assert LogtoSession.objects.count() == 1
        assert not LogtoAccount.objects.get().is_suspended
        assert journey.client.get("/logto/user/").json()["isAuthenticated"]

    return check


def test_what_logto_has_signed_is_taken(journey, body, received):
    response = send(journey.client, body)
    assert (response.status_code, response.json()) == (200, {"state": "handled"})
    assert len(received) == 1
    assert journey.client.get("/logto/user/").json() == {"isAuthenticated": False}


def digest_of(body, algorithm="sha256"):
    return hmac.new(KEY.encode(), body, algorithm)


SIGNATURES = {
    "none": lambda body: None,
    "an empty one": lambda body: "",
    "an invented one": lambda body: "0" * 64,
    "upper-case": lambda body: signature(KEY, body).upper(),
    "one letter upper-case": lambda body: (s := signature(KEY, body)).replace(
        next(c for c in s if c.isalpha()), "A"
    ),
    "of another key": lambda body: signature(OTHER_KEY, body),
    "of an empty key": lambda body: signature("", body),
    "of the key and a blank": lambda body: signature(KEY + " ", body),
    "of the key's own bytes": lambda body: hmac.new(
        base64.b64decode(KEY), body, "sha256"
    ).hexdigest(),
    "of another body": lambda body: signature(KEY, body + b" "),
    "of nothing": lambda body: signature(KEY, b""),
    "without a key": lambda body: hashlib.sha256(body).hexdigest(),
    "of key and body in a row": lambda body: hashlib.sha256(
        KEY.encode() + body
    ).hexdigest(),
    "by another algorithm": lambda body: digest_of(body, "sha1").hexdigest(),
    "in Base64": lambda body: base64.b64encode(digest_of(body).digest()).decode(),
    "with a prefix": lambda body: "sha256=" + signature(KEY, body),
    "with a blank": lambda body: signature(KEY, body) + " ",
    "with a line feed": lambda body: signature(KEY, body) + "\n",
    "cut": lambda body: signature(KEY, body)[:-1],
    "longer": lambda body: signature(KEY, body) + "0",
    "twice": lambda body: ",".join([signature(KEY, body)] * 2),
    "twice, with a blank": lambda body: ", ".join([signature(KEY, body)] * 2),
    "beside another": lambda body: f"{'0' * 64},{signature(KEY, body)}",
    "in other digits": lambda body: signature(KEY, body).translate(
        {ord(str(n)): 0xFF10 + n for n in range(10)}
    ),
    "not in ASCII": lambda body: "é" * 64,
    "with NUL": lambda body: signature(KEY, body)[:-1] + "\0",
    "a megabyte": lambda body: "a" * 1_000_000,
}


@pytest.mark.parametrize("case", SIGNATURES)
def test_another_signature_changes_nothing(case, journey, body, refuses):
    value = SIGNATURES[case](body)
    headers = {} if value is None else {HEADER: value}
    refuses(send(journey.client, body, headers))


def test_the_signature_is_read_in_its_header_only(journey, body, refuses):
    right = signature(KEY, body)
    journey.client.cookies[HEADER] = right
    for headers in ({"signature": right}, {"authorization": f"Bearer {right}"}):
        refuses(send(journey.client, body, headers))
    query = {HEADER: right}
    refuses(send(journey.client, body, {}, query_params=query))


BODIES = {
    "written with blanks": lambda told: json.dumps(told).encode(),
    "sorted": lambda told: json.dumps(
        told, separators=(",", ":"), sort_keys=True
    ).encode(),
    "indented": lambda told: json.dumps(told, indent=1).encode(),
    "in another order": lambda told: compact(dict(reversed(told.items()))),
    "with letters escaped": lambda told: compact(told).replace(b"ali", b"\\u0061li"),
    "with a BOM": lambda told: b"\xef\xbb\xbf" + compact(told),
    "with a line feed": lambda told: compact(told) + b"\n",
    "in UTF-16": lambda told: compact(told).decode().encode("utf-16"),
    "about somebody else": lambda told: compact(told).replace(b"alice", b"sofia"),
    "later": lambda told: compact({**told, "createdAt": "2099-01-01T00:00:00.000Z"}),
    "empty": lambda told: b"",
}


def compact(document):
    return json.dumps(document, separators=(",", ":")).encode()


@pytest.mark.parametrize("case", BODIES)
def test_a_body_that_is_written_otherwise_changes_nothing(case, journey, body, refuses):
    other = BODIES[case](json.loads(body))
    assert other != body
    refuses(send(journey.client, other, signed(body)))


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "utf-7"])
def test_a_body_in_another_charset_changes_nothing(charset, journey, body, refuses):
    other = body.decode().replace("Alice", "Alicé").encode(charset)
    content_type = f"application/json; charset={charset}"
    refuses(send(journey.client, other, signed(body), content_type))


def test_a_compressed_body_is_not_unpacked(journey, body, refuses):
    headers = {**signed(body), "content-encoding": "gzip"}
    refuses(send(journey.client, gzip.compress(body), headers))


def test_not_one_byte_may_be_another(journey, body, refuses):
    for at in range(0, len(body), 37):
        other = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        refuses(send(journey.client, other, signed(body)))


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/json; charset=utf-16",
        "application/json; charset=nonsense",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
    ],
)
def test_what_is_said_of_the_body_plays_no_part(content_type, journey, body):
    response = send(journey.client, body, signed(body), content_type)
    assert (response.status_code, response.json()) == (200, {"state": "handled"})
    assert bytes(WebhookDelivery.objects.get().body) == body


def test_several_keys_are_taken_while_one_is_replaced(client, settings):
    use_keys(settings, KEY, OTHER_KEY)
    for key in (KEY, OTHER_KEY):
        body = told(number=key[:1])
        assert send(client, body, signed(body, key)).status_code == 200
    use_keys(settings, OTHER_KEY)
    body = told()
    assert send(client, body, signed(body, KEY)).status_code == 401
    assert send(client, body, signed(body, OTHER_KEY)).status_code == 200
    assert WebhookDelivery.objects.count() == 3


@pytest.mark.catalogue(116)
def test_signatures_are_compared_in_constant_time(client, settings, monkeypatch):
    """And with every key, whichever fits."""
    seen, compare = [], secrets.compare_digest

    def compare_digest(one, other):
        seen.append(compare(one, other))
        return seen[-1]

    monkeypatch.setattr("hmac.compare_digest", compare_digest)
    use_keys(settings, KEY, OTHER_KEY)
    body = told()
    for headers, found in (
        (signed(body), [True, False]),
        (signed(body, OTHER_KEY), [False, True]),
        ({HEADER: "0" * 64}, [False, False]),
    ):
        seen.clear()
        send(client, body, headers)
        assert seen == found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("times", "status"), [(0, 401), (1, 200), (2, 401)])
async def test_a_header_that_comes_twice_is_none(times, status, async_client, settings):
    use_keys(settings, KEY)
    body = told()
    header = (HEADER.encode(), signature(KEY, body).encode())
    connection = await connected(
        async_client, URL, "POST", headers=[header] * times, body=body
    )
    assert (await connection.receive_output())["status"] == status
    await connection.wait()
    assert await WebhookDelivery.objects.acount() == (status == 200)
