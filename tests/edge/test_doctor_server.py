"""What the doctor says of the Logto server: reached, meant, on time, verifiable."""

import socket

import pytest

from logto_auth.doctor import catalogue
from logto_auth.engine import sockets
from logto_auth.engine.token_claims import LEEWAY
from logto_auth.testing import Fault
from tests.edge.served import free_port
from tests.faults.front import Front
from tests.unit.transport.certificates import certificate
from tests.unit.transport.local_server import own_client

pytestmark = pytest.mark.django_db
DISCOVERY = "/oidc/.well-known/openid-configuration"
KEYS = "/oidc/jwks"
LOGTO = (catalogue.ISSUER, catalogue.CLOCK, catalogue.KEYS, catalogue.CONNECTORS)


def test_where_nothing_listens_it_is_told_once_and_the_rest_skipped(consult, set_logto):
    set_logto(ENDPOINT=f"http://localhost:{free_port()}")
    seen = consult()
    line = seen.failure(catalogue.CONNECTION)
    assert "Nothing listens at http://localhost:" in line["found"]
    assert "manage.py logto_simulator" in line["fix"]
    assert line["documentation"] == "docs/errors.md#provider_unreachable"
    for topic in LOGTO:
        assert "Connection" in seen.skipped(topic)["found"]
    seen.ok(catalogue.DATABASE)


def test_a_host_name_that_nobody_knows_is_told(consult, set_logto, monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    set_logto(ENDPOINT="https://tenent.logto.example")
    line = consult().failure(catalogue.CONNECTION)
    assert "host name of https://tenent.logto.example is not known" in line["found"]


@pytest.fixture
def behind_tls(healthy, set_logto, monkeypatch, tmp_path):
    """The simulator behind TLS: ``with behind_tls("right"):``."""
    made = {
        name: certificate(tmp_path / f"{name}.pem", host=host)
        for name, host in [
            ("right", "localhost"),
            ("other", "other.example"),
            ("unknown", "localhost"),
        ]
    }
    trusted = made["right"].read_bytes() + made["other"].read_bytes()
    (tmp_path / "trusted.pem").write_bytes(trusted)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    sockets.ssl_context.cache_clear()
    with own_client(), Front(healthy.port) as front:

        def use(name, endpoint="https://localhost:{port}"):
            if name is not None:
                front.use(made[name])
            address = endpoint.format(port=front.port)
            monkeypatch.setattr(healthy, "endpoint", address)
            set_logto(ENDPOINT=address)

        yield use
    sockets.ssl_context.cache_clear()


def test_a_certificate_that_is_trusted_is_told(consult, behind_tls):
    behind_tls("right")
    seen = consult()
    assert "is trusted" in seen.ok(catalogue.ENCRYPTION)["found"]
    assert not seen.wrong()


@pytest.mark.parametrize(
    ("name", "cause", "fix"),
    [
        ("unknown", "is not trusted here", "SSL_CERT_FILE"),
        ("other", "is for another host name", "ENDPOINT"),
        (None, "does not speak TLS", "http://"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_named(
    consult, behind_tls, name, cause, fix
):
    behind_tls(name)
    line = consult().failure(catalogue.CONNECTION)
    assert cause in line["found"]
    assert fix in line["fix"]


def test_http_to_another_machine_is_a_warning(healthy, consult, set_logto, monkeypatch):
    real = socket.getaddrinfo

    def here(host, *args, **kwargs):
        return real("127.0.0.1" if "logto.example" in str(host) else host, *args)

    monkeypatch.setattr(socket, "getaddrinfo", here)
    monkeypatch.setattr(healthy, "endpoint", f"http://logto.example:{healthy.port}")
    set_logto(ENDPOINT=healthy.endpoint)
    line = consult().warning(catalogue.ENCRYPTION)
    assert line["found"] == f"{healthy.endpoint} is not https."


def test_a_logto_that_calls_itself_otherwise_is_told_by_both_names(
    healthy, consult, set_logto
):
    set_logto(ENDPOINT=f"http://127.0.0.1:{healthy.port}")
    line = consult().failure(catalogue.ISSUER)
    assert f"calls itself {healthy.issuer}" in line["found"]
    assert f"http://127.0.0.1:{healthy.port}" in line["found"]


@pytest.mark.parametrize(
    "fault",
    [Fault(status=404), Fault(status=200, body="<html>"), Fault(status=200, body="[]")],
)
def test_what_is_no_logto_is_told(healthy, consult, fault):
    healthy.faults.put(DISCOVERY, fault)
    seen = consult()
    line = seen.failure(catalogue.ISSUER)
    assert "is not Logto's OpenID Connect" in line["found"]
    seen.ok(catalogue.CONNECTION)
    seen.skipped(catalogue.ALGORITHMS)


def test_a_logto_that_is_busy_is_told(healthy, consult):
    healthy.faults.put(DISCOVERY, Fault(status=503, headers={"Retry-After": "30"}))
    assert "limits how often" in consult().failure(catalogue.ISSUER)["found"]


def test_endpoints_elsewhere_are_told(healthy, consult):
    healthy.forge_discovery = lambda document: {
        **document,
        "token_endpoint": "https://elsewhere.example/oidc/token",
    }
    line = consult().failure(catalogue.ISSUER)
    assert "not below its own" in line["found"]
    assert "token_endpoint" in line["found"]


def test_the_metadata_is_asked_for_and_not_a_copy(healthy, consult):
    consult()
    healthy.faults.put(DISCOVERY, Fault(status=404))
    consult().failure(catalogue.ISSUER)


@pytest.mark.parametrize("ahead", [-20, 20])
def test_clocks_that_differ_a_little_are_a_warning(healthy, consult, ahead):
    healthy.clock.advance(-ahead)
    line = consult().warning(catalogue.CLOCK)
    word = "ahead of" if ahead > 0 else "behind"
    assert f" seconds {word} Logto's" in line["found"]
    assert any(f" {seconds} " in line["found"] for seconds in (19, 20, 21))
    assert "NTP" in line["fix"]


@pytest.mark.parametrize("seconds", [-LEEWAY - 5, LEEWAY + 5])
def test_clocks_that_tokens_cannot_bear_are_a_failure(healthy, consult, seconds):
    healthy.clock.advance(seconds)
    consult().failure(catalogue.CLOCK)


def test_a_second_or_two_are_nothing(healthy, consult):
    healthy.clock.advance(2)
    consult().ok(catalogue.CLOCK)


@pytest.mark.parametrize("headers", [{"Date": "yesterday"}, {"Age": "3000"}])
def test_a_time_that_is_not_logtos_own_is_not_compared(healthy, consult, headers):
    healthy.clock.advance(3000)
    healthy.faults.put(DISCOVERY, Fault(headers=headers))
    consult().skipped(catalogue.CLOCK)


@pytest.mark.parametrize("algorithms", [["HS256"], []])
def test_algorithms_that_are_not_accepted_are_told(healthy, consult, algorithms):
    healthy.forge_discovery = lambda document: {
        **document,
        "id_token_signing_alg_values_supported": algorithms,
    }
    line = consult().failure(catalogue.ALGORITHMS)
    assert ", ".join(algorithms) in line["found"]
    assert "ES384" in line["found"]
    assert "Signing keys" in line["fix"]


@pytest.mark.parametrize(
    ("document", "reason"),
    [({"keys": []}, "jwks_empty"), ({"keys": 7}, "jwks_shape"), ([], "jwks_shape")],
)
def test_keys_that_are_not_there_are_told(healthy, consult, document, reason):
    healthy.forge_jwks = lambda keys: document
    assert reason in consult().failure(catalogue.KEYS)["found"]


def test_keys_for_another_algorithm_are_told(healthy, consult):
    healthy.forge_discovery = lambda document: {
        **document,
        "id_token_signing_alg_values_supported": ["RS256"],
    }
    line = consult().failure(catalogue.KEYS)
    assert "(ES384), and no key for RS256" in line["found"]


def test_keys_are_named(healthy, consult):
    kid = healthy.keys.header()["kid"]
    assert f"{kid} (ES384)" in consult().ok(catalogue.KEYS)["found"]


def test_keys_that_cannot_be_fetched_are_told(healthy, consult):
    healthy.faults.put(KEYS, Fault(status=500))
    assert "status_500" in consult().failure(catalogue.KEYS)["found"]


def test_one_connection_that_breaks_off_keeps_nothing_from_being_looked_at(
    healthy, consult
):
    healthy.faults.put(KEYS, Fault(close=True))
    seen = consult()
    assert "broke off" in seen.failure(catalogue.KEYS)["found"]
    assert seen.wrong() == {"keys"}
    seen.ok(catalogue.CREDENTIALS)
