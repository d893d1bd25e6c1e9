"""What the doctor says of Logto's sign-in page, connectors and account center."""

import pytest

from logto_auth.doctor import catalogue
from logto_auth.testing import Connector, Fault

pytestmark = pytest.mark.django_db
CREDENTIALS = {"clientId": "an-id", "clientSecret": "a-secret-of-a-provider"}
BY_CODE = {"identifier": "email", "password": False, "verificationCode": True}


@pytest.fixture
def connectors(healthy):
    """Replace the connectors of the tenant; all of them are on the page."""

    def use(*given, on_page=True):
        healthy.connectors = {connector.id: connector for connector in given}
        targets = [item.target for item in given if item.is_social]
        healthy.sign_in_experience.targets = targets if on_page else []

    return use


@pytest.fixture
def page(healthy):
    """Change the sign-in page."""

    def change(methods=None, **settings):
        if methods is not None:
            settings["signIn"] = {"methods": methods}
        healthy.sign_in_experience.settings |= settings

    return change


def line_of(seen, target):
    (line,) = [
        line for line in seen.of(catalogue.CONNECTORS) if target in line["title"]
    ]
    return line


def test_each_connector_has_a_line_with_its_callback_url(healthy, consult):
    seen = consult()
    for target in ("huggingface", "facebook", "naver", "my-oidc"):
        line = line_of(seen, target)
        assert line["status"] == "ok"
        assert "on the sign-in page" in line["found"]
        assert f"{healthy.endpoint}/callback/{target}-1" in line["found"].split()


def test_a_connector_that_lacks_values_is_told_with_their_names_alone(
    consult, connectors
):
    connectors(Connector("huggingface-universal", {"clientSecret": "only-the-secret"}))
    seen = consult()
    line = seen.failure(catalogue.CONNECTORS)
    assert "Logto cannot use it: config.clientId is missing." in line["found"]
    assert "/callback/" in line["found"]
    assert "Connectors > Social connectors" in line["fix"]
    assert seen.wrong() == {"connectors"}


def test_a_connector_that_only_logto_has_a_form_for_is_looked_at_too(
    consult, connectors
):
    connectors(Connector("github-universal", {"clientId": "an-id"}))
    line = consult().failure(catalogue.CONNECTORS)
    assert "config.clientSecret is missing." in line["found"]


def test_a_placeholder_is_no_value(consult, connectors):
    connectors(
        Connector("naver-universal", {**CREDENTIALS, "clientSecret": "<client-secret>"})
    )
    line = consult().failure(catalogue.CONNECTORS)
    assert "config.clientSecret is still the value of an example." in line["found"]


@pytest.mark.parametrize(
    ("connector", "words"),
    [
        (
            Connector("facebook-universal", {**CREDENTIALS, "scope": "email"}),
            "scope lacks public_profile",
        ),
        (
            Connector(
                "facebook-universal",
                {**CREDENTIALS, "scope": "email public_profile offline_access"},
            ),
            "scope has offline_access",
        ),
        (
            Connector(
                "oidc",
                {
                    **CREDENTIALS,
                    "authorizationEndpoint": "https://x.example/authorize",
                    "tokenEndpoint": "https://x.example/token",
                    "scope": "openid",
                    "idTokenVerificationConfig": {"jwksUri": "https://x.example/keys"},
                },
                {"target": "x"},
            ),
            "issuer is missing",
        ),
        (
            Connector(
                "oidc",
                CREDENTIALS
                | {
                    "authorizationEndpoint": "https://x.example/authorize",
                    "tokenEndpoint": "https://x.example/token",
                    "tokenEndpointAuthMethod": "client_secret_basic",
                    "clientSecretJwtSigningAlgorithm": "HS256",
                    "scope": "openid",
                    "idTokenVerificationConfig": {
                        "jwksUri": "https://x.example/keys",
                        "issuer": "https://x.example",
                    },
                },
                {"target": "x"},
            ),
            "client_secret_jwt_signing_algorithm is only for",
        ),
    ],
)
def test_what_logto_takes_and_people_regret_is_a_warning(
    consult, connectors, connector, words
):
    connectors(connector)
    seen = consult()
    line = seen.warning(catalogue.CONNECTORS)
    assert words in line["found"]
    assert seen.exit_code == 0


def test_a_connector_that_is_not_on_the_page_is_told_to_be_for_linking(
    consult, connectors
):
    connectors(Connector("naver-universal", CREDENTIALS), on_page=False)
    line = consult().ok(catalogue.CONNECTORS)
    assert "not on the sign-in page: for connecting accounts only" in line["found"]


def test_a_tenant_without_connectors_is_told_so(consult, connectors):
    connectors()
    assert "no social connector" in consult().ok(catalogue.CONNECTORS)["found"]


def test_a_target_without_a_connector_is_told(healthy, consult):
    healthy.sign_in_experience.targets += ["kakao"]
    line = consult().warning(catalogue.CONNECTORS)
    assert line["title"] == "kakao"
    assert "no such connector" in line["found"]


def test_a_kind_of_connector_that_logto_has_no_more_is_told(healthy, consult):
    healthy.faults.put("/api/connector-factories/*", Fault(status=404))
    line = consult().failure(catalogue.CONNECTORS)
    assert "GET /connector-factories/facebook-universal" in line["found"]


def test_buttons_without_a_connector_are_named(consult, set_logto):
    set_logto(PROVIDERS={"naver": "Naver", "kakao": "Kakao", "sso:acme": "Acme"})
    line = consult().warning(catalogue.PROVIDERS)
    assert line["found"] == "Logto has no connector for kakao."


def test_buttons_of_connectors_that_are_not_on_the_page_are_named(
    healthy, consult, set_logto
):
    healthy.sign_in_experience.targets.remove("naver")
    set_logto(PROVIDERS={"naver": "Naver", "facebook": "Facebook"})
    line = consult().warning(catalogue.PROVIDERS)
    assert "does not have naver" in line["found"]


def test_buttons_with_connectors_are_right(consult, set_logto):
    set_logto(PROVIDERS={"naver": "Naver", "facebook": "Facebook"})
    assert "naver, facebook" in consult().ok(catalogue.PROVIDERS)["found"]


def test_the_ways_to_sign_in_are_named(consult):
    found = consult().ok(catalogue.SIGN_IN)["found"]
    assert "username, huggingface, facebook, naver, my-oidc." in found


@pytest.mark.parametrize("methods", [[], [BY_CODE]])
def test_a_page_that_lets_nobody_in_is_a_failure(consult, connectors, page, methods):
    connectors()
    page(methods)
    assert "Nobody can sign in" in consult().failure(catalogue.SIGN_IN)["found"]


def test_a_page_that_only_registers_is_a_failure(consult, page):
    page(signInMode="Register")
    assert "only registers" in consult().failure(catalogue.SIGN_IN)["found"]


def test_enterprise_sign_in_is_a_way_too(consult, connectors, page):
    connectors()
    page([], singleSignOnEnabled=True)
    assert "enterprise SSO" in consult().ok(catalogue.SIGN_IN)["found"]


def test_accounts_that_are_joined_by_an_address_are_told(consult, page):
    page(socialSignIn={"automaticAccountLinking": True})
    line = consult().warning(catalogue.SIGN_IN)
    assert "without asking" in line["found"]
    assert "Automatic account linking" in line["fix"]


@pytest.mark.parametrize(
    "changes",
    [
        {"methods": [BY_CODE]},
        {"signUp": {"identifiers": ["email"], "password": False, "verify": True}},
    ],
)
def test_codes_that_nothing_sends_are_told(consult, page, connectors, changes):
    page(**changes)
    line = consult().warning(catalogue.SIGN_IN)
    assert "sent by email, and there is no connector" in line["found"]
    assert "Email and SMS connectors" in line["fix"]
    connectors(Connector("mock-email-service", {}))
    seen = consult()
    assert "sign_in" not in {line["id"] for line in seen.lines if line["fix"]}


def test_an_account_center_that_is_off_is_told(healthy, consult):
    healthy.account_center.settings["enabled"] = False
    line = consult().warning(catalogue.ACCOUNT_CENTER)
    assert "It is off" in line["found"]
    assert "[account_center] in logto.toml" in line["fix"]
    assert "Console: Sign-in & account > Account center" in line["fix"]


@pytest.mark.parametrize("fields", [{}, {"name": "Off"}])
def test_an_account_center_that_shows_nothing_is_told(healthy, consult, fields):
    healthy.account_center.settings["fields"] = fields
    assert "nothing" in consult().warning(catalogue.ACCOUNT_CENTER)["found"]


def test_what_people_may_change_is_named(healthy, consult):
    fields = {"social": "Edit", "name": "ReadOnly", "phone": "Off"}
    healthy.account_center.settings["fields"] = fields
    found = consult().ok(catalogue.ACCOUNT_CENTER)["found"]
    assert found == "It is on, with social: Edit, name: ReadOnly."
