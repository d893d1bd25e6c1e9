"""What a real Logto refuses is said before it is asked, by the name of the value."""

import pytest

from logto_auth.connectors import Connector, connector_from
from logto_auth.errors import ConnectorInvalid
from tests.contract.recordings import load

from .samples import names

# As declarations of what was sent, and the name under which it is said.
REFUSED = {
    "110-post-connectors-error-missing-clientId": (
        "huggingface",
        {"client_secret": "hf-secret"},
        "client_id",
    ),
    "111-post-connectors-error-wrong-type": (
        "facebook",
        {"client_id": 123, "client_secret": "fb"},
        "client_id",
    ),
    "112-post-connectors-error-unknown-factory": (
        "nope",
        {"factory": "nope-universal", "config": {}},
        "factory",
    ),
    "113-post-connectors-error-oidc-no-target": (
        "",
        {
            "factory": "oidc",
            "authorization_endpoint": "http://x/a",
            "token_endpoint": "http://x/t",
            "token_endpoint_auth_method": "client_secret_post",
            "client_id": "a",
            "client_secret": "b",
            "scope": "openid",
            "id_token_verification": {"jwks_uri": "http://x/j"},
        },
        "target",
    ),
    "114-post-connectors-error-metadata-on-nonstandard": (
        "naver",
        {"client_id": "a", "client_secret": "b", "target": "mynaver"},
        "target",
    ),
    "115-post-connectors-error-token-storage-not-supported": (
        "huggingface",
        {"client_id": "a", "client_secret": "b", "store_tokens": True},
        "store_tokens",
    ),
    "115b-post-connectors-error-token-storage-not-supported-naver": (
        "naver",
        {"client_id": "a", "client_secret": "b", "store_tokens": True},
        "store_tokens",
    ),
    "116-post-connectors-error-missing-connectorId": (
        "nameless",
        {"config": {}},
        "factory",
    ),
    "117-post-connectors-error-oidc-missing-jwks": (
        "bad-oidc",
        {
            "factory": "oidc",
            "name": "Bad",
            "authorization_endpoint": "http://x/a",
            "token_endpoint": "http://x/t",
            "token_endpoint_auth_method": "client_secret_post",
            "client_id": "a",
            "client_secret": "b",
            "scope": "openid",
        },
        "id_token_verification.jwks_uri",
    ),
    "131-patch-connector-error-bad-config": (
        "naver",
        {"client_id": "x"},
        "client_secret",
    ),
}


def found_in(name, table):
    """Return what is said about a declaration."""
    result = connector_from(name, table)
    return result if isinstance(result, list) else result.problems()


@pytest.mark.parametrize("recording", REFUSED)
def test_a_refusal_is_foreseen_and_nothing_else_is_said(recording):
    name, table, expected = REFUSED[recording]
    assert load(recording)["response"]["status"] in (400, 422)
    assert names(found_in(name, table)) == [expected]


@pytest.mark.parametrize("recording", REFUSED)
def test_a_declaration_is_of_what_was_sent(recording):
    name, table, _ = REFUSED[recording]
    sent = load(recording)["request"]["json"].get("config", {})
    connector = connector_from(name, table)
    if isinstance(connector, Connector):
        declared = connector.config()
        assert {key: declared[key] for key in sent} == sent


def test_an_error_names_the_connector_and_all_that_is_wrong():
    connector = connector_from("huggingface", {"store_tokens": True})
    with pytest.raises(ConnectorInvalid) as caught:
        connector.check()
    assert caught.value.code == "connector_invalid"
    told = str(caught.value)
    assert told.startswith("connector_invalid: huggingface: client_id is missing. ")
    assert names(caught.value.problems) == [
        "client_id",
        "client_secret",
        "store_tokens",
    ]
    assert all(str(problem) in told for problem in caught.value.problems)
