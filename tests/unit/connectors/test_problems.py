"""Everything that is wrong with a connector is said at once, by name."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logto_auth.connectors import (
    CONNECTORS,
    AuthorizationRequestOptions,
    IdTokenVerification,
    OtherConnector,
    connector_from,
)
from logto_auth.errors import ConnectorInvalid

from .samples import ISSUER, SECRET, facebook, hugging_face, names, naver, oidc

VERIFICATION = {"jwks_uri": f"{ISSUER}/keys", "issuer": ISSUER}
WRONG = {
    "target": ("", None, "with blank", "ไทย", "x" * 129, 5),
    "name": (5, {"th": "พนักงาน"}, {"en": 5}),
    "logo": (5, "logo.svg", "ftp://example.com/logo.svg", "data:text/html,x"),
    "client_id": ("", None, 5, "  ", "<client-id>", "…"),
    "client_secret": ("", 5, ["secret"], "your-app-secret"),
    "issuer": (5, "id.example.com", "https://", "https://x:port", "https://x y"),
    "authorization_endpoint": ("", None, 5, "/authorize", "javascript:alert(1)"),
    "token_endpoint": ("", 5, "https://id.example.com:99999/token"),
    "token_endpoint_auth_method": ("", "none", "private_key_jwt", 5, ["x"]),
    "client_secret_jwt_signing_algorithm": ("RS256", 5),
    "scope": (5, ["openid"], ""),
    "custom_config": (5, "x", {"a": 5}, {"a": {"b": "c"}}),
    "accept_string_typed_booleans": ("true", 1),
    "trust_unverified_email": ("true", 0),
    "sync_profile": ("yes", 1),
    "store_tokens": ("yes", 0),
    "linking_only": ("no", 1),
    "id": ("with blank", "x/y", 5, "x" * 129),
    "id_token_verification": (5, "x", {"jwks_uri": "https://x"}, None),
    "authorization_request": (5, "x", {"prompt": "login"}, None),
}
WRONG_VERIFICATION = {
    "jwks_uri": ("", None, 5, "keys"),
    "issuer": (5, [5], {"a": "b"}),
    "audience": (5, [""], True),
    "algorithms": ("RS256", [5], 5),
    "clock_tolerance": (True, ["5"]),
    "crit": ({"b64": "true"}, {"b64": 1}, "b64", ["b64"]),
    "current_date": (datetime.date(2026, 1, 1), "2026-01-01", 5),
    "max_token_age": (True, {"a": 1}),
    "subject": (5, ["somebody"]),
    "typ": (5, True),
}


def cases(wrong):
    return [(name, value) for name, values in wrong.items() for value in values]


@pytest.mark.parametrize(("name", "value"), cases(WRONG))
def test_a_wrong_value_is_named(name, value):
    assert name in names(oidc(**{name: value}).problems())


@pytest.mark.parametrize(("name", "value"), cases(WRONG_VERIFICATION))
def test_a_wrong_value_about_id_tokens_is_named_with_where_it_is(name, value):
    verification = IdTokenVerification(**{**VERIFICATION, name: value})
    problems = oidc(id_token_verification=verification).problems()
    assert f"id_token_verification.{name}" in names(problems)


@pytest.mark.parametrize("name", AuthorizationRequestOptions.options())
def test_parameters_of_the_authorization_request_are_texts(name):
    request = AuthorizationRequestOptions(**{name: 3600})
    problems = oidc(authorization_request=request).problems()
    assert names(problems) == [f"authorization_request.{name}"]


@pytest.mark.parametrize("connector", [hugging_face(), facebook(), naver(), oidc()])
def test_nothing_is_said_about_a_connector_that_is_right(connector):
    connector.check()
    assert connector.problems() == connector.warnings() == []


def test_all_is_said_at_once():
    connector = oidc(
        target="",
        client_id="",
        scope=5,
        custom_config={"a": 1},
        id_token_verification=IdTokenVerification(crit={"b64": "no"}),
    )
    assert sorted(names(connector.problems())) == [
        "client_id",
        "custom_config",
        "id_token_verification.crit",
        "id_token_verification.jwks_uri",
        "scope",
        "target",
    ]


def test_how_logto_authenticates_has_to_be_said_though_logto_does_not_ask():
    problems = oidc(token_endpoint_auth_method="").problems()
    assert names(problems) == ["token_endpoint_auth_method"]


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_signing_algorithm_goes_with_a_signed_secret_only(method):
    connector = oidc(
        token_endpoint_auth_method=method, client_secret_jwt_signing_algorithm="HS256"
    )
    assert names(connector.problems()) == ["client_secret_jwt_signing_algorithm"]


def test_two_issuers_that_contradict_each_other_are_a_problem():
    assert names(oidc(issuer="https://other.example.com").problems()) == ["issuer"]
    both = IdTokenVerification(
        jwks_uri=f"{ISSUER}/keys", issuer=[ISSUER, "https://old.example.com"]
    )
    assert oidc(issuer=ISSUER, id_token_verification=both).problems() == []


@pytest.mark.parametrize("store_tokens", [None, False])
def test_no_stored_tokens_are_fine_where_there_cannot_be_any(store_tokens):
    assert naver(store_tokens=store_tokens).problems() == []


@pytest.mark.parametrize(
    "connector",
    [
        hugging_face(client_id=SECRET, scope=5),
        oidc(client_secret=SECRET, custom_config={"key": SECRET, "b": 5}),
        oidc(
            authorization_request=AuthorizationRequestOptions(id_token_hint=SECRET),
            target=5,
        ),
        OtherConnector(factory_id="oauth2", values={"clientSecret": SECRET}),
    ],
)
def test_a_secret_is_in_no_error_and_no_repr(connector):
    shown = repr(connector) if connector.target != "huggingface" else ""
    assert SECRET not in shown
    with pytest.raises(ConnectorInvalid) as caught:
        connector.check()
    assert SECRET not in f"{caught.value} {caught.value.problems} {caught.value.facts}"


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.dates()
    | st.sampled_from([ISSUER, "http://[", "https://x:port", "client_secret_jwt"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = sorted({name for kind in CONNECTORS.values() for name in kind.options()})


@given(
    name=st.sampled_from([*CONNECTORS, "okta"]),
    table=st.dictionaries(
        st.sampled_from([*KEYS, "factory", "config"]), anything, max_size=6
    ),
    more=st.dictionaries(
        st.sampled_from(list(IdTokenVerification.options())), anything, max_size=4
    ),
)
def test_whatever_is_declared_is_told_and_nothing_is_raised(name, table, more):
    if more:
        table = {**table, "id_token_verification": more}
    connector = connector_from(name, table)
    if isinstance(connector, list):
        assert all(str(problem) for problem in connector)
        return
    for problem in [*connector.problems(), *connector.warnings()]:
        assert str(problem)
    assert set(names(connector.problems_so_far())) <= set(names(connector.problems()))
    connector.body()
