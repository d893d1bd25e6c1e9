"""Names that are not found and certificates that are wrong, at each endpoint."""

import socket
import threading

import pytest
from asgiref.sync import sync_to_async

from logto_auth.engine import sockets
from logto_auth.engine.provider import forget_providers
from logto_auth.models import LogtoSession
from logto_auth.web import rehearsal
from tests.unit.transport.certificates import certificate
from tests.unit.transport.local_server import DeadAddresses, own_client

from .conftest import TIMEOUT
from .front import Front
from .kinds import (
    DISCOVERY,
    END_SESSION,
    KEYS,
    REVOCATION,
    TIMED_OUT,
    TOKEN,
    UNREACHABLE,
    USERINFO,
)

pytestmark = pytest.mark.django_db

HOST = "localhost"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """One that is trusted, one for another host, one that nobody signed."""
    directory = tmp_path_factory.mktemp("certificates")
    made = {
        name: certificate(directory / f"{name}.pem", host=host)
        for name, host in [
            ("right", HOST),
            ("other", "other.example"),
            ("unknown", HOST),
        ]
    }
    trusted = made["right"].read_bytes() + made["other"].read_bytes()
    (directory / "trusted.pem").write_bytes(trusted)
    return directory


@pytest.fixture
def front(logto, settings, monkeypatch, certificates):
    """The simulator, behind TLS."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates / "trusted.pem"))
    sockets.ssl_context.cache_clear()
    with own_client(), Front(logto.port) as front:
        front.use(certificates / "right.pem")
        monkeypatch.setattr(logto, "endpoint", f"https://{HOST}:{front.port}")
        settings.LOGTO = {**settings.LOGTO, "ENDPOINT": logto.endpoint}
        yield front
    sockets.ssl_context.cache_clear()


@pytest.fixture
def resolve(monkeypatch):
    """Let another function find the addresses of the front's host."""
    real = socket.getaddrinfo

    def use(function):
        def getaddrinfo(host, *args, **kwargs):
            return function() if host in (HOST, HOST.encode()) else real(host, *args)

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    return use


def address(host, port):
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]


@pytest.fixture(
    params=["untrusted", "other host", "no TLS", "no name", "refused", "dead", "slow"]
)
def outage(request, front, certificates, resolve, settings):
    """What happens, from a call of it on, to every new connection: code, reason."""
    over = threading.Event()
    dead = DeadAddresses("127.0.0.2", port=front.port)

    def unknown():
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def slow():
        over.wait(5)
        return address("127.0.0.1", front.port)

    begin, code, reason = {
        "untrusted": (
            lambda: front.use(certificates / "unknown.pem"),
            UNREACHABLE,
            "tls",
        ),
        "other host": (
            lambda: front.use(certificates / "other.pem"),
            UNREACHABLE,
            "tls_host",
        ),
        "no TLS": (
            lambda: setattr(front, "context", None),
            UNREACHABLE,
            "tls_absent",
        ),
        "no name": (lambda: resolve(unknown), UNREACHABLE, "dns"),
        "refused": (
            lambda: resolve(lambda: address("127.0.0.3", front.port)),
            UNREACHABLE,
            "refused",
        ),
        "dead": (
            lambda: resolve(lambda: address("127.0.0.2", front.port)),
            TIMED_OUT,
            "",
        ),
        "slow": (lambda: resolve(slow), TIMED_OUT, ""),
    }[request.param]
    if code == TIMED_OUT:
        settings.LOGTO = {**settings.LOGTO, "TIMEOUT": TIMEOUT}
    with dead:
        yield begin, code, reason
        over.set()


def test_through_the_front_a_visitor_signs_in_and_out(journey, front):
    assert journey.sign_in().status_code == 302
    page = journey.client.post("/logto/sign-out/")
    assert f"{journey.logto.endpoint}/oidc/session/end?" in page.text
    assert not LogtoSession.objects.exists()


@pytest.mark.catalogue(68)
def test_a_start_without_metadata_tells_why(front, client, outage, refused, in_time):
    begin, code, reason = outage
    begin()
    with in_time():
        response = client.get("/logto/sign-in/")
    refused(response, code, reason)
    assert not response.cookies


@pytest.mark.catalogue(68)
@pytest.mark.parametrize("stale_since", ["the process knows", "the cache knows"])
def test_with_a_stale_copy_a_visitor_goes_to_logto_all_the_same(
    journey, front, outage, stale, in_time, stale_since
):
    begin, _, _ = outage
    journey.sign_in()
    stale()
    begin()
    if stale_since == "the cache knows":
        forget_providers()
    with in_time():
        assert journey.client.get("/logto/sign-in/").status_code == 302


@pytest.mark.catalogue(35, 68)
async def test_on_an_event_loop_a_start_and_a_sign_out_tell_why(
    journey_async, front, cold, outage, refused, in_time
):
    begin, code, reason = outage
    await journey_async.sign_in()
    await sync_to_async(cold)()
    begin()
    with in_time():
        response = await journey_async.client.get("/logto/sign-in/?prompt=login")
    refused(response, code, reason)
    with in_time():
        response = await journey_async.client.post("/logto/sign-out/")
    assert response.context["error"].code == code
    assert not await LogtoSession.objects.aexists()


@pytest.mark.catalogue(35, 68, 72)
@pytest.mark.parametrize(
    ("knows", "last", "calls"),
    [
        pytest.param(False, None, [0, 0, 0, 0], id="discovery"),
        pytest.param(True, None, [0, 0, 0, 0], id="token"),
        pytest.param(False, TOKEN, [1, 1, 0, 0], id="keys"),
        pytest.param(False, KEYS, [1, 1, 1, 0], id="userinfo"),
    ],
)
def test_a_callback_tells_why_and_changes_nobody(
    journey,
    front,
    returning,
    cold,
    outage,
    refused,
    alice_stays,
    in_time,
    asked,
    knows,
    last,
    calls,
):
    begin, code, reason = outage
    url = returning()
    if not knows:
        cold()
    if last is None:
        begin()
    else:
        front.after[last] = begin
    with alice_stays(journey.client):
        with in_time():
            response = journey.client.get(url)
        refused(response, code, reason)
    assert [asked(path) for path in (DISCOVERY, TOKEN, KEYS, USERINFO)] == calls


@pytest.mark.catalogue(35)
@pytest.mark.parametrize(
    ("last", "calls"),
    [
        pytest.param(None, [0, 0, 0], id="token"),
        pytest.param(TOKEN, [1, 0, 0], id="keys"),
        pytest.param(KEYS, [1, 1, 0], id="userinfo"),
    ],
)
async def test_on_an_event_loop_a_lost_exchange_ends_the_same_way(
    journey_async,
    front,
    areturning,
    cold,
    outage,
    refused,
    aalice_stays,
    in_time,
    asked,
    last,
    calls,
):
    begin, code, reason = outage
    url = await areturning()
    if last is None:
        begin()
    else:
        await sync_to_async(cold)()
        front.after[last] = begin
    async with aalice_stays(journey_async.client):
        with in_time():
            response = await journey_async.client.get(url)
        refused(response, code, reason)
    assert [asked(path) for path in (TOKEN, KEYS, USERINFO)] == calls


@pytest.mark.parametrize("last", [DISCOVERY, REVOCATION])
def test_a_sign_out_ends_here(
    journey, front, cold, settings, monkeypatch, outage, in_time, asked, last
):
    begin, _, _ = outage
    journey.sign_in()
    settings.DEBUG = True
    monkeypatch.setattr(rehearsal, "_accepted", set())
    cold()
    front.after[last] = begin
    with in_time():
        response = journey.client.post("/logto/sign-out/")
    assert f"{journey.logto.endpoint}/oidc/session/end?" in response.text
    assert journey.client.get("/protected/").status_code == 302
    assert not LogtoSession.objects.exists()
    assert asked(REVOCATION) == (last == REVOCATION)
    assert asked(END_SESSION) == 0
