"""What the engine relies on in the SDK; an upgrade that breaks it fails here."""

import inspect

import pytest
from logto import LogtoClient, LogtoConfig, LogtoException, Storage
from logto.models.oidc import UserInfoScope
from logto.OidcCore import OidcCore

from logto_auth.engine.mode import BLOCKING, run_blocking
from logto_auth.engine.sdk import PERSIST_KEYS, LogtoSdkClient, MemoryStorage
from logto_auth.errors import TokenInvalid
from tests.journey import query_of


def test_the_client_takes_a_config_and_a_storage():
    config = LogtoConfig(endpoint="http://x", appId="a", appSecret="s")
    assert LogtoClient(config, storage=MemoryStorage()).config is config


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("signIn", ["self", "redirectUri"]),
        ("signOut", ["self", "postLogoutRedirectUri"]),
        ("handleSignInCallback", ["self", "callbackUri"]),
        ("getOidcCore", ["self"]),
    ],
)
def test_the_methods_are_coroutines_with_these_parameters(method, parameters):
    function = getattr(LogtoClient, method)
    assert inspect.iscoroutinefunction(function)
    assert list(inspect.signature(function).parameters)[: len(parameters)] == parameters


def test_the_core_asks_for_tokens_through_the_method_that_is_overridden():
    signature = inspect.signature(OidcCore.fetchTokenByCode)
    assert list(signature.parameters) == [
        "self",
        "clientId",
        "clientSecret",
        "redirectUri",
        "code",
        "codeVerifier",
    ]


def test_the_storage_keys_are_the_ones_that_are_kept():
    from logto.Storage import PersistKey

    assert set(PersistKey.__args__) == set(PERSIST_KEYS)
    assert {"get", "set", "delete"} == Storage.__abstractmethods__


def test_nothing_but_the_transport_suspends(logto):
    client = LogtoSdkClient(BLOCKING)
    request = run_blocking(client.authorization_request("http://x/callback", {}))
    assert query_of(request.url)["state"] == request.state
    assert "signInSession" in client.memory.values


def test_the_sdk_adds_the_organizations_resource_for_its_own_enum_only(logto):
    client = LogtoSdkClient(BLOCKING)
    assert UserInfoScope.organizations in client.config.scopes
    request = run_blocking(client.authorization_request("http://x/callback", {}))
    assert query_of(request.url)["resource"] == "urn:logto:resource:organizations"


def test_the_callback_deletes_the_pending_session_and_stores_the_tokens(journey, db):
    from logto_auth.models import LogtoSession
    from logto_auth.sessions.tokens import open_tokens

    journey.sign_in()
    tokens = open_tokens(LogtoSession.objects.get())
    assert set(tokens) == {"idToken", "refreshToken", "accessTokenMap"}


def test_the_sdk_is_given_no_token_that_was_not_verified(logto):
    core = run_blocking(LogtoSdkClient(BLOCKING).getOidcCore())
    with pytest.raises(TokenInvalid):
        core.verifyIdToken("e30.e30.e30", "demo-app")


def test_a_wrong_state_is_the_sdks_exception(logto):
    client = LogtoSdkClient(BLOCKING)
    run_blocking(client.authorization_request("http://x/callback", {}))
    with pytest.raises(LogtoException):
        run_blocking(
            client.handleSignInCallback("http://x/callback?state=other&code=c")
        )
