"""Webhooks at sites of every kind: closed, limited, in transactions, not set up."""

import pytest
from django.test import AsyncClient, Client

from logto_auth.events.webhook import MAX_BYTES
from logto_auth.models import LogtoAccount, LogtoSession, WebhookDelivery

from .logout_tokens import URL as LOGOUT_URL
from .test_disconnects import connected
from .webhooks import HEADER, JSON, KEY, URL, send, signed, suspension, told, use_keys

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue(108)]
CLOSED = "django.contrib.auth.middleware.LoginRequiredMiddleware"


@pytest.fixture
def keys(settings):
    use_keys(settings, KEY)


@pytest.fixture
def closed(settings, keys):
    """A site whose every page needs a sign-in."""
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, CLOSED]


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_no_other_method_does_anything(method, client):
    body = told()
    response = client.generic(method, URL, body, JSON, headers=signed(body))
    assert response.status_code == 405
    assert response["Allow"] == "POST"
    assert "no-store" in response["Cache-Control"]
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize("keys", [None, [], ()])
def test_without_a_key_there_are_no_webhooks(keys, client, settings):
    if keys is not None:
        use_keys(settings, *keys)
    body = told()
    for headers in (signed(body), signed(body, ""), {}):
        response = send(client, body, headers)
        assert response.status_code == 404
        assert response.json() == {"error": "webhooks_not_set_up"}
    assert not WebhookDelivery.objects.exists()


def test_an_empty_key_takes_nothing(client, settings):
    """As it comes from a variable of the environment that nobody has set."""
    use_keys(settings, "")
    client.raise_request_exception = False
    body = told()
    assert send(client, body, signed(body, "")).status_code == 500
    assert not WebhookDelivery.objects.exists()


@pytest.mark.usefixtures("keys")
def test_a_site_can_limit_how_many_come(client, settings):
    settings.LOGTO = {**settings.LOGTO, "RATE_LIMITS": {"webhook": "2/h"}}
    answers = [send(client, told(), {HEADER: "0" * 64}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert send(client, told()).status_code == 429
    assert not WebhookDelivery.objects.exists()
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert send(client, told(), **elsewhere).status_code == 200


@pytest.mark.usefixtures("keys")
def test_neither_cookies_nor_csrf_tokens_play_a_part(journey):
    """Whoever is signed in may not send one, and who has signed one need not be."""
    journey.sign_in("ada")
    cookies = journey.client.cookies.output()
    for client in (journey.client, Client(enforce_csrf_checks=True)):
        assert send(client, told(), {}).status_code == 401
        response = send(client, told(number=id(client)))
        assert response.status_code == 200
        assert not response.cookies
    assert journey.client.cookies.output() == cookies
    assert LogtoSession.objects.count() == 1


@pytest.mark.usefixtures("keys")
def test_a_foreign_page_cannot_read_the_answer(client):
    response = send(client, told(), {"origin": "https://evil.example"})
    assert response.status_code == 401
    assert not [name for name in response.headers if name.startswith("Access-Control")]


@pytest.mark.catalogue(114)
def test_a_site_that_is_closed_by_default_takes_them(closed, journey, logto):
    journey.sign_in("alice")
    assert Client().get("/").status_code == 302
    assert send(Client(), told(), {}).status_code == 401
    assert send(Client(), suspension(logto)).json() == {"state": "handled"}
    assert LogtoAccount.objects.get().is_suspended
    assert Client().post(LOGOUT_URL).json() == {"error": "invalid_request"}


@pytest.mark.catalogue(114)
@pytest.mark.django_db(transaction=True)
async def test_it_is_so_on_an_event_loop_too(closed, journey_async, logto, received):
    await journey_async.sign_in("alice")
    client = AsyncClient()
    assert (await client.get("/")).status_code == 302
    assert (await send(client, told(), {})).status_code == 401
    body = suspension(logto)
    for _ in range(2):
        response = await send(client, body)
        assert (response.status_code, response.json()) == (200, {"state": "handled"})
    state = await journey_async.client.get("/logto/user/")
    assert state.json() == {"isAuthenticated": False}
    assert len(received) == 1
    assert (await send(client, told(data="x" * 5_000_000))).status_code == 400
    assert (await client.get(URL)).status_code == 405
    assert (await client.post(LOGOUT_URL)).status_code == 400


@pytest.mark.django_db(transaction=True)
async def test_a_receiver_that_fails_on_an_event_loop_is_asked_again(keys):
    from logto_auth.signals import webhook_received

    def receive(sender, event, **kwargs):
        raise ValueError

    webhook_received.connect(receive)
    try:
        response = await send(AsyncClient(), told())
    finally:
        webhook_received.disconnect(receive)
    assert (response.status_code, response.json()) == (500, {"error": "webhook_failed"})
    assert (await WebhookDelivery.objects.aget()).state == "failed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("room", "status"), [(0, 200), (1, 400)])
async def test_a_body_of_no_told_length_has_the_same_limit(
    room, status, keys, async_client
):
    body = told(data="x" * (MAX_BYTES + room - len(told(data=""))))
    header = (HEADER.encode(), signed(body)[HEADER].encode())
    connection = await connected(async_client, URL, "POST", [header], body=body)
    assert (await connection.receive_output())["status"] == status
    await connection.wait()
    assert await WebhookDelivery.objects.acount() == (status == 200)
