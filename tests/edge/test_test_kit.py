"""``logto_sign_in``: a signed-in test client that no network has seen."""

import socket

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in
from django.contrib.messages import get_messages, success
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import AsyncClient, Client
from django.test.utils import CaptureQueriesContext

from logto_auth.errors import AccountInactive, TokenInvalid
from logto_auth.models import LogtoAccount, LogtoSession
from logto_auth.sessions.record import RECORD_KEY
from logto_auth.sessions.tokens import open_tokens
from logto_auth.testing import Person
from logto_auth.testing import logto_sign_in as sign_in
from tests.edge.test_budgets import statements

pytestmark = pytest.mark.django_db

# What no two sign-ins have in common.
OF_THE_MOMENT = {"iat", "exp", "updated_at", "sid"}
SESSION_ENGINES = ["db", "cache", "cached_db", "file", "signed_cookies"]


def lasting(claims):
    return {name: v for name, v in claims.items() if name not in OF_THE_MOMENT}


def traces(client):
    """Return what a sign-in left, apart from what every sign-in has anew."""
    record = client.session[RECORD_KEY]
    row = LogtoSession.objects.get(pk=record["row"])
    cookie = client.cookies["sessionid"]
    return {
        "claims": lasting(record["claims"]),
        "claims of the moment": record["claims"].keys() & OF_THE_MOMENT,
        "more": record["more"],
        "account": row.account,
        "userinfo": lasting(row.account.userinfo),
        "session key": row.session_key == client.session.session_key,
        "tokens": set(open_tokens(row)),
        "backend": client.session["_auth_user_backend"],
        "cookie": {name: cookie[name] for name in ("httponly", "samesite", "max-age")},
    }


@pytest.fixture
def no_network(monkeypatch):
    """Let no socket be connected."""

    def refuse(*args):
        raise AssertionError("something was sent")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


def test_it_leaves_what_a_sign_in_at_logto_leaves(journey, logto_sign_in):
    client = Client()
    journey.sign_in("olivia")
    logto_sign_in(client, journey.logto.people["olivia"])
    assert traces(client) == traces(journey.client)


def test_nothing_is_sent(client, logto_sign_in, no_network):
    logto_sign_in(client, username="alice")
    page = client.get("/protected/").json()
    assert page["user"] == page["claims"]["username"] == "alice"


def test_the_request_and_the_user_have_the_claims(client, logto_sign_in, settings):
    user = logto_sign_in(client, username="alice", roles=["editor"])
    claims = client.get("/protected/").json()["claims"]
    assert claims["roles"] == ["editor"]
    assert claims["iss"] == settings.LOGTO["ENDPOINT"] + "/oidc"
    assert claims["aud"] == settings.LOGTO["APP_ID"]
    assert claims["exp"] > claims["iat"]
    assert dict(user.logto.claims) == claims
    assert user.logto.account == LogtoAccount.objects.get(user=user)


def test_claims_that_only_userinfo_has_are_only_there(client, logto_sign_in):
    identities = {"naver": {"userId": "n-1"}}
    user = logto_sign_in(client, identities=identities, organizations=["lib"])
    assert user.logto.userinfo["identities"] == identities
    assert user.logto.userinfo["organization_data"][0]["id"] == "lib"
    assert user.logto.organizations == ["lib"]
    assert not user.logto.claims.keys() & {"identities", "organization_data"}


def test_a_name_without_a_claim_is_told(client, logto_sign_in):
    with pytest.raises(ValueError, match=r"no claim 'role'; it sends .*roles"):
        logto_sign_in(client, role="editor")
    assert not LogtoAccount.objects.exists()


def test_a_claim_that_the_scopes_do_not_bring_is_told(client, logto_sign_in, settings):
    with pytest.raises(ValueError, match=r"\['SCOPES'\] has 'phone'"):
        logto_sign_in(client, phone_number="15551234567")
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["profile", "phone"]}
    user = logto_sign_in(client, phone_number="15551234567")
    assert user.logto.claims["phone_number_verified"] is True
    assert "roles" not in user.logto.claims


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("roles", "editor", "a list of strings"),
        ("organizations", [1], "a list of strings"),
        ("organization_roles", ["broken"], "a list of strings, organization:role"),
        ("organization_roles", ["readers:"], "a list of strings, organization:role"),
        ("organization_data", [{"id": "readers"}], ".* with id and name"),
        ("identities", ["naver"], "a dictionary of dictionaries with userId"),
        ("identities", {"naver": "x"}, "a dictionary of dictionaries with userId"),
        ("identities", {"naver": {"id": "x"}}, "a dictionary .* with userId"),
        ("sso_identities", ["okta"], "a list of dictionaries .*"),
        ("sso_identities", [{}], ".* with issuer, identityId and detail"),
        ("name", 5, "a string or None"),
        ("username", 5, "None or at most 128 letters, digits and underscores.*"),
        ("username", "", "None or .* no digit first"),
        ("username", "1 bad name", "None or .* no digit first"),
        ("username", "ü☃", "None or .* no digit first"),
        ("username", "zoë", "None or .* no digit first"),
        ("username", "a" * 129, "None or at most 128 .*"),
        ("email", "bad", "None or an address.*"),
        ("email", "a b@example.com", "None or an address.*"),
        ("email_verified", "yes", "True or False"),
        ("auth_time", True, "a number"),
        ("sub", "", "a string"),
    ],
)
def test_a_value_that_logto_never_sends_is_told(
    client, logto_sign_in, name, value, told
):
    with pytest.raises(ValueError, match=rf"{name} is .*; Logto sends {told}$"):
        logto_sign_in(client, **{name: value})
    assert not LogtoAccount.objects.exists()


def test_a_value_in_logtos_shape_is_sent_as_it_is(client, logto_sign_in):
    stated = {
        "username": "a" * 128,
        "email": None,
        "organization_roles": ["readers:chair", "readers:of:all"],
        "organization_data": [{"id": "readers", "name": "R", "description": None}],
        "identities": {"naver": {"userId": "n-1"}},
        "sso_identities": [{"issuer": "i", "identityId": "1", "detail": {}}],
    }
    userinfo = logto_sign_in(client, **stated).logto.userinfo
    assert {name: userinfo[name] for name in stated} == stated


def test_a_number_that_is_none_is_told(client, logto_sign_in, settings):
    settings.LOGTO = {**settings.LOGTO, "SCOPES": ["phone"]}
    with pytest.raises(ValueError, match="sends None or a string of digits"):
        logto_sign_in(client, phone_number="+1 555")


@pytest.mark.parametrize(
    ("scopes", "prompt", "is_given"),
    [
        (["offline_access"], "consent", True),
        (["offline_access"], "login consent", True),
        (["offline_access"], "login", False),
        (["profile"], "consent", False),
    ],
)
def test_a_refresh_token_comes_with_its_scope_and_consent(
    scopes, prompt, is_given, client, logto_sign_in, settings
):
    settings.LOGTO = {**settings.LOGTO, "SCOPES": scopes, "PROMPT": prompt}
    logto_sign_in(client)
    tokens = open_tokens(LogtoSession.objects.get())
    assert ("refreshToken" in tokens) is is_given, set(tokens)


def test_claims_of_the_protocol_are_for_forging(client, logto_sign_in):
    with pytest.raises(ValueError, match=r"'aud' follows from .* forge_id_token"):
        logto_sign_in(client, aud="another")


def test_what_is_no_client_and_no_person_is_told(client, logto_sign_in):
    with pytest.raises(TypeError, match=r"not a test client .*'alice'"):
        logto_sign_in("alice")
    with pytest.raises(TypeError, match=r"neither a Person nor a username: .*5"):
        logto_sign_in(client, 5)


def test_the_same_username_is_the_same_person(client, logto_sign_in):
    alice = logto_sign_in(client, username="alice", email="alice@example.com")
    assert logto_sign_in(Client(), username="alice") == alice
    assert logto_sign_in(Client(), username="alice", sub="another00001") != alice
    assert logto_sign_in(Client()) == logto_sign_in(Client())


def test_somebody_without_a_username_can_sign_in(client, logto_sign_in):
    user = logto_sign_in(client, username=None, email="alice@example.com")
    assert user.logto.claims["username"] is None


def test_a_person_can_be_named_or_described(client, logto_sign_in):
    user = logto_sign_in(client, "alice", roles=[])
    assert user.logto.claims["name"] == "Alice Liddell"
    assert user.logto.roles == []
    user = logto_sign_in(client, Person(username="zoe", roles=["editor"]))
    assert user.logto.roles == ["editor"]
    with pytest.raises(LookupError, match="nobody is called 'zoe'; there are alice,"):
        logto_sign_in(client, "zoe")


def test_signing_in_again_replaces_the_claims(client, logto_sign_in):
    logto_sign_in(client, username="alice", roles=["editor"])
    logto_sign_in(client, username="alice", roles=["reader"])
    assert client.get("/protected/").json()["claims"]["roles"] == ["reader"]
    assert LogtoSession.objects.count() == 1


def test_signing_in_as_somebody_else_ends_the_old_session(client, logto_sign_in):
    logto_sign_in(client, username="alice")
    logto_sign_in(client, username="bob")
    assert client.get("/protected/").json()["user"] == "bob"
    assert LogtoSession.objects.get().account.userinfo["username"] == "bob"


def test_what_an_anonymous_visitor_collected_is_kept(client, logto_sign_in):
    session = client.session
    session["cart"] = ["tea"]
    session.save()
    logto_sign_in(client)
    assert client.session["cart"] == ["tea"]
    assert client.session.session_key != session.session_key


def test_receivers_of_the_site_see_a_request_with_claims(client, logto_sign_in):
    seen = []

    def greet(sender, request, user, **kwargs):
        success(request, "Welcome")
        seen.append((user.logto.claims["name"], len(get_messages(request))))

    user_logged_in.connect(greet)
    try:
        logto_sign_in(client, name="Alice")
    finally:
        user_logged_in.disconnect(greet)
    assert seen == [("Alice", 1)]


def test_signing_out_through_the_view_needs_no_logto(client, logto_sign_in):
    logto_sign_in(client)
    response = client.post("/logto/sign-out/")
    assert "You are signed out" in response.text
    assert client.get("/protected/").status_code == 302
    assert not LogtoSession.objects.exists()


@pytest.mark.parametrize("engine", SESSION_ENGINES)
def test_every_session_engine_keeps_it(
    engine, client, logto_sign_in, settings, tmp_path
):
    settings.SESSION_FILE_PATH = str(tmp_path)
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    logto_sign_in(client, username="alice")
    assert client.get("/protected/").json()["user"] == "alice"


@pytest.mark.parametrize(("is_known", "count"), [(False, 10), (True, 7)])
def test_it_costs_as_many_statements_as_the_callback(
    is_known, count, client, logto_sign_in
):
    if is_known:
        logto_sign_in(Client(), username="alice", updated_at=1)
    with CaptureQueriesContext(connection) as context:
        logto_sign_in(client, username="alice", updated_at=2)
    assert len(statements(context)) == count, "\n".join(statements(context))


def test_a_page_afterwards_costs_nothing_of_ours(
    client, logto_sign_in, django_assert_num_queries
):
    logto_sign_in(client)
    with django_assert_num_queries(2):  # Django's session and user
        client.get("/protected/")


def test_an_inactive_user_is_refused(client, logto_sign_in):
    logto_sign_in(client)
    client.logout()
    get_user_model().objects.update(is_active=False)
    with pytest.raises(AccountInactive):
        logto_sign_in(client)
    assert client.get("/protected/").status_code == 302


def test_a_token_that_the_site_would_refuse_is_refused(client, logto_sign_in):
    with pytest.raises(TokenInvalid, match="expired"):
        logto_sign_in(client, exp=1)


def test_outside_of_tests_it_refuses_to_work(client, settings, monkeypatch):
    monkeypatch.delattr(mail, "outbox")
    settings.DEBUG = False
    with pytest.raises(ImproperlyConfigured, match="DEBUG = False"):
        sign_in(client)


def test_without_its_fixture_it_is_the_logto_of_the_settings(client, settings):
    assert sign_in(client).logto.claims["iss"] == settings.LOGTO["ENDPOINT"] + "/oidc"
    del settings.LOGTO
    with pytest.raises(ImproperlyConfigured, match="ENDPOINT"):
        sign_in(Client())


def test_its_fixture_needs_no_setting_at_all(client, settings, request):
    del settings.LOGTO
    request.getfixturevalue("logto_sign_in")(client, username="alice")
    assert client.get("/protected/").json()["user"] == "alice"


@pytest.mark.django_db(transaction=True)
async def test_an_async_client_is_signed_in_too(logto_sign_in):
    client = AsyncClient()
    user = await logto_sign_in(client, username="alice", roles=["editor"])
    page = (await client.get("/aprotected/")).json()
    assert page["user"] == user.get_username() == "alice"
    assert page["claims"]["roles"] == ["editor"]


def test_views_that_call_an_api_get_their_tokens(client, settings, no_network):
    api = "https://api.example.com"
    settings.LOGTO = {**settings.LOGTO, "RESOURCES": [api]}
    sign_in(client, organizations=["acme"])
    given = {
        client.get("/token/", query).json()["token"]
        for query in (
            {},
            {"resource": api},
            {"organization": "acme"},
            {"resource": api, "organization": "acme"},
        )
    }
    assert len(given) == 4
