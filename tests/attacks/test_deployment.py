"""Sites that are closed by default, and sites that are watched with a stopwatch."""

import secrets

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.journey import Journey, path_of, query_of

pytestmark = pytest.mark.django_db
OURS = {
    "sign-in": 302,
    "sign-up": 302,
    "callback": 200,
    "sign-out": 200,
    "signed-out": 200,
    "user": 200,
    "connect": 302,
    "backchannel-logout": 405,
    "webhook": 405,
}


# A site that is closed by default


@pytest.fixture
def closed(settings):
    """A site whose every page needs a sign-in."""
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]


@pytest.mark.catalogue(114)
def test_a_site_that_is_closed_by_default_opens_these_pages_and_no_other(
    journey, closed
):
    client = journey.client
    for name, status in OURS.items():
        response = client.get(f"/logto/{name}/")
        assert response.status_code == status, name
        is_ours = response.get("Location", "").startswith("/logto/sign-in/")
        # The one that is for who is signed in asks for that itself.
        assert is_ours == (name == "connect")
    for page in ("/", "/protected/", "/staff/", "/change-password/", "/aprotected/"):
        response = client.get(page)
        assert response.status_code == 302
        assert response["Location"].startswith("/logto/sign-in/?next=")
    assert client.get("/logto/user/").json() == {"isAuthenticated": False}
    assert client.get("/logto/callback/?state=x").status_code == 400
    assert journey.sign_in(next="/protected/")["Location"] == "/protected/"
    assert client.get("/").status_code == 200
    assert client.post("/logto/sign-out/").status_code == 200
    assert client.get("/").status_code == 302


@pytest.mark.catalogue(114)
async def test_it_is_so_on_an_event_loop_too(journey_async, closed):
    client = journey_async.client
    for name, status in OURS.items():
        assert (await client.get(f"/logto/{name}/")).status_code == status, name
    for page in ("/", "/aprotected/"):
        assert (await client.get(page)).status_code == 302
    assert (await journey_async.sign_in()).status_code == 302
    assert (await client.get("/aprotected/")).status_code == 200


# What is known takes no other work than what is not


@pytest.mark.catalogue(116)
def test_a_state_that_is_known_elsewhere_is_as_much_work_as_any(journey, refused):
    """Nothing is looked up by it: it names a cookie of this browser or none."""
    other = Journey(journey.logto, Client())
    open_elsewhere = query_of(other.start())["state"]
    used_elsewhere = query_of(used := other.callback_url())["state"]
    other.client.get(used)
    journey.sign_in("ada")
    journey.logto.forget_calls()
    work = {}
    for name, state in {
        "unknown": secrets.token_urlsafe(32),
        "open": open_elsewhere,
        "used": used_elsewhere,
        "short": "x",
    }.items():
        with CaptureQueriesContext(connection) as queries:
            response = journey.client.get(
                "/logto/callback/", {"state": state, "code": "c"}
            )
        refused(response, "state_unknown")
        text = response.text.replace(response.context["reference"], "")
        work[name] = (len(queries), text, sorted(response.cookies))
    assert len({str(told) for told in work.values()}) == 1, work
    assert work["unknown"][0] == 0
    assert journey.logto.calls == []


@pytest.fixture
def compared(monkeypatch):
    """What is compared in a time that does not tell where it differs."""
    seen, compare = [], secrets.compare_digest

    def compare_digest(one, other):
        seen.append({bytes(x) if isinstance(x, bytes) else x for x in (one, other)})
        return compare(one, other)

    monkeypatch.setattr("hmac.compare_digest", compare_digest)
    monkeypatch.setattr("secrets.compare_digest", compare_digest)
    return seen


@pytest.mark.catalogue(116)
@pytest.mark.parametrize("change", ["first", "last", "length"])
def test_nonce_and_state_are_compared_in_constant_time(
    journey, refused, compared, change
):
    def altered(text):
        other = "A" if text[0] != "A" else "B"
        return {
            "first": other + text[1:],
            "last": text[:-1] + ("A" if text[-1] != "A" else "B"),
            "length": text[:-1],
        }[change]

    start = journey.start()
    nonce = query_of(start)["nonce"]
    callback = path_of(journey.visitor.sign_in(start, "alice"))
    journey.logto.forge_id_token = lambda claims, header: (
        {**claims, "nonce": altered(nonce)},
        header,
    )
    refused(journey.client.get(callback), "token_invalid", "wrong_nonce")
    assert {nonce, altered(nonce)} in [_texts(pair) for pair in compared]
    journey.logto.stop_forging()
    journey.sign_in(prompt="login")
    left = journey.client.post("/logto/sign-out/").context["url"]
    state = query_of(left)["state"]
    response = journey.client.get("/logto/signed-out/", {"state": altered(state)})
    refused(response, "sign_out_state_invalid")
    assert {state, altered(state)} in [_texts(pair) for pair in compared]


def _texts(pair):
    return {x.decode() if isinstance(x, bytes) else x for x in pair}
