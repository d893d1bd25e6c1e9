"""The log of whole visits, at DEBUG of every logger, holds nobody's secrets."""

import logging

import pytest
from django.test import Client

from logto_auth.sessions.attempts import open_attempt
from logto_auth.testing import Fault
from tests.edge.connect_journey import ConnectJourney
from tests.journey import Journey, query_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything(caplog):
    """All that is logged, by whomever, with the fields of each record."""
    known = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    levels = [(logger, logger.level) for logger in known]
    for logger, _ in levels:
        logger.setLevel(logging.DEBUG)
    caplog.set_level(logging.DEBUG)
    yield lambda: caplog.text + str([vars(record) for record in caplog.records])
    for logger, level in levels:
        logger.setLevel(level)


def visit(journey):
    """Sign in, fail, be refused and sign out; yield what no log may hold."""
    client, logto = journey.client, journey.logto
    start = journey.start(login_hint="alice@example.com")
    sent = query_of(start)
    yield from (sent["state"], sent["nonce"], sent["code_challenge"])
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    yield open_attempt(cookies, sent["state"]).code_verifier
    yield from cookies.values()
    callback = journey.visitor.sign_in(start, "alice")
    yield query_of(callback)["code"]
    assert client.get(callback).status_code == 302
    yield client.cookies["sessionid"].value
    client.get(callback)  # again
    for fault in (
        Fault(status=400, body='{"error": "invalid_grant"}'),
        Fault(status=500),
        Fault(body="<html>"),
        Fault(close=True),
    ):
        logto.faults.put("/oidc/token", fault)
        failing = journey.callback_url(prompt="login")
        yield from (query_of(failing)["code"], query_of(failing)["state"])
        assert client.get(failing).status_code >= 400
    logto.faults.clear()
    logto.forge_id_token = lambda claims, header: ({**claims, "nonce": "x"}, header)
    assert journey.sign_in(prompt="login").status_code == 502
    logto.stop_forging()
    client.get("/logto/callback/", {"state": "unknown-state-1", "code": "a-code-of-1"})
    client.get("/logto/callback/", {"error": "x", "error_description": "desc-of-1"})
    yield from ("unknown-state-1", "a-code-of-1", "desc-of-1")
    left = client.post("/logto/sign-out/").context["url"]
    yield query_of(left)["state"]
    client.get("/logto/signed-out/", {"state": query_of(left)["state"]})


@pytest.mark.catalogue(39, 117)
def test_no_logger_tells_a_secret_or_an_address(
    logto, caplog, everything, django_user_model, settings
):
    settings.LOGTO = {**settings.LOGTO, "JOIN_BY_EMAIL": True}
    django_user_model.objects.create_user("local", "ALICE@example.com", is_staff=True)
    journey = Journey(logto, Client())
    secrets = set(visit(journey))
    pat = django_user_model.objects.create_user("pat", "pat@example.com", "secret")
    connecting = ConnectJourney(logto, Client())
    connecting.client.force_login(pat, "django.contrib.auth.backends.ModelBackend")
    connected = connecting.back("ada")
    secrets |= {query_of(connected)[name] for name in ("state", "code")}
    assert connecting.client.get(connected).status_code == 302
    # Tokens, application secrets, and whatever else the simulator has seen.
    secrets |= {text for text in logto.secrets if len(text) > 3}
    assert {"id_token", "access_token", "refresh_token", "code_verifier"} <= {
        *logto.secrets.values()
    }
    assert logto.application.secret in secrets
    addresses = {person.email for person in logto.people.values()} - {None}
    told = everything()
    assert {"signed_in", "sign_in_failed", "account_connected", "signed_out"} <= {
        getattr(record, "event", "") for record in caplog.records
    }
    assert {record.levelname for record in caplog.records} >= {"DEBUG", "INFO"}
    for secret in secrets | addresses | {"pat@example.com", "ALICE@example.com", "eyJ"}:
        at = told.find(secret)
        assert at == -1, told[max(0, at - 300) : at]
