"""The sign-in page follows the connectors: those that are set up, and on the page."""

import copy

import pytest

from logto_auth.testing import Connector, Fault, Page, SignInStopped, Simulator, Visitor

from .administration import Administration
from .simulator_client import Client

OIDC_CONFIG = {
    "authorizationEndpoint": "https://okta.example/authorize",
    "tokenEndpoint": "https://okta.example/token",
    "clientId": "logto",
    "clientSecret": "a secret of okta's",
    "scope": "openid profile email",
    "idTokenVerificationConfig": {"jwksUri": "https://okta.example/jwks"},
}
OKTA = {
    "connectorId": "oidc",
    "metadata": {"target": "okta", "name": {"en": "Okta"}},
    "config": OIDC_CONFIG,
}
TARGETS = "socialSignInConnectorTargets"


@pytest.fixture
def bare():
    with Simulator(connectors=[]) as simulator:
        yield simulator


@pytest.fixture
def api(bare):
    return Administration(bare)


@pytest.fixture
def client(bare):
    return Client(bare)


@pytest.fixture
def visitor(bare):
    return Visitor(bare)


def test_a_tenant_without_connectors_offers_none(client, visitor):
    for screen in ("sign_in", "register"):
        page = visitor.open(client.url(first_screen=screen))
        assert "/direct/social/" not in page.text
    page = visitor.open(client.url(direct_sign_in="social:naver"))
    assert page.path == "/sign-in"


class TestOneMadeThroughTheApi:
    @pytest.fixture
    def okta(self, api):
        connector = api.post("connectors", OKTA)
        api.patch("sign-in-exp", {TARGETS: ["okta"]})
        return connector

    @pytest.mark.parametrize("screen", ["sign_in", "register"])
    def test_it_has_a_button(self, screen, okta, client, visitor):
        text = visitor.open(client.url(first_screen=screen)).text
        assert "/direct/social/okta" in text
        assert "Okta" in text

    def test_a_person_registers_and_comes_back(self, okta, bare, client, visitor):
        url = client.url(direct_sign_in="social:okta")
        callback = visitor.sign_in_with(url, "okta", "alice")
        assert client.exchange(callback).status == 200
        (person,) = [who for who in bare.people.values() if "okta" in who.identities]
        assert person.identities["okta"].details["rawData"]["sub"] == "okta-alice"

    def test_the_provider_answers_at_the_connectors_own_address(
        self, okta, bare, client, visitor
    ):
        visitor.sign_in_with(client.url(), "okta", "alice")
        paths = [call.path for call in bare.calls]
        assert f"/callback/{okta['id']}" in paths

    def test_off_the_page_it_is_for_linking_only(self, okta, api, client, visitor):
        api.patch("sign-in-exp", {TARGETS: []})
        page = visitor.open(client.url(direct_sign_in="social:okta"))
        assert page.path == "/sign-in"
        assert "/direct/social/" not in page.text

    def test_deleted_it_is_gone(self, okta, api, client, visitor):
        api.delete(f"connectors/{okta['id']}")
        with pytest.raises(SignInStopped):
            visitor.sign_in_with(client.url(), "okta", "alice")
        assert api.get("sign-in-exp")[TARGETS] == []


def test_each_provider_answers_in_its_own_way(bare, api, client, visitor):
    kinds = {"facebook": "picture", "naver": "response", "huggingface": "orgs"}
    credentials = {"clientId": "logto", "clientSecret": "a long enough secret"}
    for target in kinds:
        body = {"connectorId": f"{target}-universal", "config": credentials}
        api.post("connectors", body)
    api.patch("sign-in-exp", {TARGETS: list(kinds)})
    for target, member in kinds.items():
        visitor.cookies.clear()
        visitor.sign_in_with(client.url(), target, "ada")
        raw_data = [
            person.identities[target].details["rawData"]
            for person in bare.people.values()
            if "ada" in getattr(person.identities.get(target), "user_id", "")
        ]
        assert member in raw_data[0]


def test_any_other_kind_works_from_its_form(api, client, visitor):
    (github,) = [
        kind
        for kind in api.get("connector-factories")
        if kind["id"] == "github-universal"
    ]
    config = {item["key"]: "given" for item in github["formItems"] if item["required"]}
    api.post("connectors", {"connectorId": github["id"], "config": config})
    api.patch("sign-in-exp", {TARGETS: [github["target"]]})
    callback = visitor.sign_in_with(client.url(), "github", "alice")
    assert client.exchange(callback).status == 200


VERIFICATION, REQUEST = "idTokenVerificationConfig", "authRequestOptionalConfig"
JWKS = OIDC_CONFIG[VERIFICATION]


def wrong_type(expected, received, *path):
    return {
        "code": "invalid_type",
        "expected": expected,
        "received": received,
        "path": list(path),
        "message": f"Expected {expected}, received {received}",
    }


def neither(*issues):
    return {
        "code": "invalid_union",
        "unionErrors": [{"issues": [issue], "name": "ZodError"} for issue in issues],
        "path": issues[0]["path"],
        "message": "Invalid input",
    }


def not_literally(expected, received, *path):
    return {
        "code": "invalid_literal",
        "expected": expected,
        "received": received,
        "path": list(path),
        "message": f'Invalid literal value, expected "{expected}"',
    }


class TestWhatTheFormOfOidcDoesNotSay:
    @pytest.mark.parametrize(
        ("name", "value", "issue"),
        [
            (
                VERIFICATION,
                JWKS | {name: 3},
                neither(
                    wrong_type("string", "number", VERIFICATION, name),
                    wrong_type("array", "number", VERIFICATION, name),
                ),
            )
            for name in ("issuer", "audience")
        ]
        + [
            (
                VERIFICATION,
                JWKS | {name: True},
                neither(
                    wrong_type("string", "boolean", VERIFICATION, name),
                    wrong_type("number", "boolean", VERIFICATION, name),
                ),
            )
            for name in ("clockTolerance", "maxTokenAge")
        ]
        + [
            (
                VERIFICATION,
                JWKS | {name: value},
                wrong_type(expected, received, VERIFICATION, name, *below),
            )
            for name, value, expected, received, *below in [
                ("algorithms", "ES384", "array", "string"),
                ("algorithms", [3], "string", "number", 0),
                ("crit", {"a": "x"}, "boolean", "string", "a"),
                ("currentDate", "2020-01-01", "date", "string"),
                ("subject", 3, "string", "number"),
                ("typ", [], "string", "array"),
            ]
        ]
        + [
            (REQUEST, {name: 3}, wrong_type("string", "number", REQUEST, name))
            for name in (
                "responseMode",
                "display",
                "prompt",
                "maxAge",
                "uiLocales",
                "idTokenHint",
                "loginHint",
                "acrValues",
            )
        ]
        + [
            (
                "customConfig",
                {"a": 3},
                wrong_type("string", "number", "customConfig", "a"),
            ),
            ("responseType", "token", not_literally("code", "token", "responseType")),
            (
                "grantType",
                "x",
                not_literally("authorization_code", "x", "grantType"),
            ),
            (
                "tokenEndpointAuthMethod",
                "none",
                {
                    "code": "invalid_enum_value",
                    "received": "none",
                    "options": [
                        "client_secret_post",
                        "client_secret_basic",
                        "client_secret_jwt",
                    ],
                    "path": ["tokenEndpointAuthMethod"],
                    "message": "Invalid enum value. Expected 'client_secret_post' | "
                    "'client_secret_basic' | 'client_secret_jwt', received 'none'",
                },
            ),
        ],
    )
    def test_what_is_of_another_type_is_refused(self, name, value, issue, api):
        body = {**OKTA, "config": OIDC_CONFIG | {name: value}}
        answer = api.send("POST", "connectors", body)
        assert (answer.status, answer.json["code"]) == (400, "connector.invalid_config")
        assert answer.json["data"] == {"issues": [issue], "name": "ZodError"}
        assert api.get("connectors") == []

    def test_a_change_is_looked_at_too(self, api):
        made = api.post("connectors", OKTA)
        body = {"config": OIDC_CONFIG | {"responseType": "token"}}
        answer = api.send("PATCH", f"connectors/{made['id']}", body)
        assert answer.json["code"] == "connector.invalid_config"

    @pytest.mark.parametrize(
        "more",
        [
            {VERIFICATION: JWKS | {"issuer": "https://okta.example"}},
            {VERIFICATION: JWKS | {"issuer": ["https://okta.example"], "audience": []}},
            {VERIFICATION: JWKS | {"algorithms": ["ES384"], "crit": {"b64": True}}},
            {VERIFICATION: JWKS | {"clockTolerance": 5, "maxTokenAge": "1 hour"}},
            {REQUEST: {"maxAge": "3"}, "customConfig": {"a": "b"}},
            {"responseType": "code", "grantType": "authorization_code", "other": 3},
        ],
    )
    def test_what_is_right_is_taken(self, more, api):
        config = OIDC_CONFIG | more
        assert api.post("connectors", {**OKTA, "config": config})["config"] == config


class TestSyncingTheProfile:
    @pytest.fixture(params=[True, False])
    def syncs(self, request, api):
        api.post("connectors", {**OKTA, "syncProfile": request.param})
        api.patch("sign-in-exp", {TARGETS: ["okta"]})
        return request.param

    def test_name_and_picture_follow_the_provider_or_stay(
        self, syncs, bare, client, visitor
    ):
        visitor.sign_in_with(client.url(), "okta", "alice")
        (person,) = [who for who in bare.people.values() if "okta" in who.identities]
        person.name, person.picture = "Another", "/avatars/ada.svg"
        visitor.cookies.clear()
        visitor.sign_in_with(client.url(), "okta", "alice")
        assert (person.name == "Alice Liddell") is syncs
        assert (person.picture == "/avatars/alice.svg") is syncs


def test_given_connectors_are_on_the_page_and_come_back_with_a_reset():
    okta = Connector("oidc", OIDC_CONFIG, OKTA["metadata"], id="okta-1")
    with Simulator(connectors=[okta]) as simulator:
        simulator.connectors["okta-1"].sync_profile = True
        simulator.connectors["other"] = copy.copy(okta)
        simulator.sign_in_experience.targets = []
        simulator.account_center.settings["enabled"] = True
        simulator.reset()
        assert simulator.connectors == {"okta-1": okta}
        assert simulator.sign_in_experience.targets == ["okta"]
        assert simulator.account_center.settings["enabled"] is False
        page = Visitor(simulator).open(Client(simulator).url())
        assert isinstance(page, Page)
        assert "/direct/social/okta" in page.text


def test_secrets_are_written_down_and_not_printed(bare, api):
    api.post("connectors", OKTA)
    assert bare.secrets[OIDC_CONFIG["clientSecret"]] == "clientSecret"
    assert OIDC_CONFIG["clientSecret"] not in repr(bare.connectors)
    hook = {"events": ["User.Created"], "config": {"url": "http://site.example/"}}
    assert bare.secrets[api.post("hooks", hook)["signingKey"]] == "signingKey"
    made = api.post("applications/demo-app/secrets", {"name": "another"})
    assert bare.secrets[made["value"]] == "client_secret"
    assert made["value"] not in repr(bare.applications)


def test_a_fault_may_strike_one_method_alone(bare, api):
    fault = Fault(status=429, headers={"Retry-After": "1"}, times=1, method="POST")
    bare.faults.put("/api/connectors", fault)
    assert api.send("GET", "connectors").status == 200
    limited = api.send("POST", "connectors", OKTA)
    assert (limited.status, limited.headers["Retry-After"]) == (429, "1")
    assert api.send("POST", "connectors", OKTA).status == 200
    assert bare.count("/api/connectors") == 3


BAD_BODIES = [
    "[]",
    "null",
    "1",
    '{"config": 1, "name": [], "signIn": {}, "enabled": 1}',
    "[" * 50_000,
    "\ud800",
]


@pytest.mark.parametrize("body", BAD_BODIES)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "connectors"),
        ("POST", "applications"),
        ("POST", "hooks"),
        ("PATCH", "sign-in-exp"),
        ("PATCH", "account-center"),
    ],
)
def test_a_strange_body_is_refused_and_changes_nothing(method, path, body, bare, api):
    before = api.get("connectors"), api.get("sign-in-exp"), api.get("hooks")
    answer = api.send(method, path, raw=body.encode("utf-8", "surrogatepass"))
    assert answer.status == 400
    after = api.get("connectors"), api.get("sign-in-exp"), api.get("hooks")
    assert before == after
