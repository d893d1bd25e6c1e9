"""A declaration is checked as a whole, before anything is sent."""

import pytest

from logto_auth.testing import Fault
from tests.edge.setting_up import FACEBOOK, HUGGING_FACE, NAVER, OKTA

ISSUER_ALONE = """
[connectors.okta]
factory = "oidc"
client_id = "okta-id"
client_secret = { env = "OKTA_SECRET" }
issuer = "%s/oidc"
"""
WRONG = """
[aplication]
name = "x"
[webhook]
events = ["User.Created", "User.Nope"]
[connectors.huggingface]
clientid = "x"
client_secret = "a literal secret"
[connectors.facebook]
client_id = 3
client_secret = { env = "NOT_SET" }
store_tokens = "yes"
[connectors.naver]
client_id = "n"
client_secret = { env = "NAVER_SECRET" }
store_tokens = true
[connectors.mine]
client_id = "x"
[connectors.okta]
factory = "oidc"
client_id = "x"
client_secret = { env = "OKTA_SECRET" }
token_endpoint_auth_method = "basic"
id_token_verification = { issuerr = "x" }
[sign_in]
sign_up_identifier = "nick"
[account_center]
fields = { sociall = "Edit" }
"""


def test_all_that_is_missing_or_wrong_is_told_at_once_by_name(set_up):
    said = set_up(WRONG, "--yes")
    for name in (
        "aplication is not known; did you mean application?",
        "webhook.events ",
        "connectors.huggingface.clientid is not known; did you mean client_id?",
        "connectors.huggingface.client_secret must name a variable",
        "connectors.facebook.client_id ",
        "connectors.facebook.client_secret names the variable NOT_SET",
        "connectors.facebook.store_tokens ",
        "connectors.naver.store_tokens ",
        "connectors.mine.factory is missing",
        "connectors.okta.id_token_verification.issuerr is not known",
        "sign_in.sign_up_identifier ",
        "account_center.fields ",
    ):
        assert f"  - {name}" in said.error
    assert said.writes == []
    assert "literal" not in said.everything and "secret-of" not in said.everything


def test_one_mistake_is_one_line(set_up):
    said = set_up(FACEBOOK.replace("FB_SECRET", "NOT_SET"), "--yes")
    assert said.error.count("\n  - ") == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[connectors", "is not TOML"),
        ("connectors = 3", "connectors must be a table"),
        ("[connectors]\nfacebook = 3", "connectors.facebook must be a table"),
        ("application = []", "application must be a table"),
    ],
)
def test_what_is_no_declaration_is_told(set_up, text, told):
    assert told in set_up(text, "--yes").error


def test_a_file_that_is_not_there_is_told(set_up):
    said = set_up(None, "--yes", "--file", "elsewhere.toml")
    assert "elsewhere.toml cannot be read: No such file" in said.error


def test_a_file_may_be_elsewhere(set_up, logto, tmp_path):
    path = tmp_path / "folder" / "mine.toml"
    path.parent.mkdir()
    path.write_text(FACEBOOK)
    set_up.done(None, "--file", str(path))
    assert [item.target for item in logto.connectors.values()] == ["facebook"]


def test_warnings_are_told_and_do_not_hinder(set_up):
    said = set_up.done(FACEBOOK + 'scope = "email offline_access"')
    assert "! connectors.facebook.scope lacks public_profile" in said.err
    assert "! connectors.facebook.scope has offline_access" in said.err


class TestDiscovery:
    def test_an_issuer_is_enough(self, set_up, logto):
        set_up.done(ISSUER_ALONE % logto.endpoint)
        (okta,) = logto.connectors.values()
        assert okta.config["tokenEndpoint"] == f"{logto.endpoint}/oidc/token"
        assert okta.config["idTokenVerificationConfig"] == {
            "issuer": f"{logto.endpoint}/oidc",
            "jwksUri": f"{logto.endpoint}/oidc/jwks",
        }
        assert okta.config["tokenEndpointAuthMethod"] == "client_secret_basic"

    def test_an_issuer_that_cannot_be_asked_is_told_with_the_rest(self, set_up, logto):
        nobody = ISSUER_ALONE % "http://localhost:1"
        said = set_up(nobody + HUGGING_FACE.replace("hf-id", ""), "--yes")
        assert "connectors.okta.issuer cannot be discovered from" in said.error
        assert "connectors.huggingface.client_id is missing" in said.error
        assert said.writes == []

    def test_another_issuer_than_declared_is_told(self, set_up, logto):
        declared = (ISSUER_ALONE % logto.endpoint).replace("localhost", "127.0.0.1")
        said = set_up(declared, "--yes")
        assert "connectors.okta.issuer" in said.error and said.writes == []


class TestAnyOtherConnector:
    DECLARED = """
[connectors.github]
factory = "github-universal"
config = { clientId = "gh-id", clientSecret = { env = "HF_SECRET" } }
"""

    def test_it_is_made_from_the_form_of_the_server(self, set_up, logto):
        said = set_up.done(self.DECLARED)
        (made,) = logto.connectors.values()
        assert made.factory_id == "github-universal" and made.target == "github"
        assert made.config["clientSecret"] == "secret-of-hugging-face"
        assert "config.clientSecret: (secret)" in said.out
        assert "secret-of-hugging-face" not in said.everything
        assert set_up.done().writes == []

    def test_what_its_form_asks_for_is_missed(self, set_up):
        said = set_up(self.DECLARED.replace('clientId = "gh-id", ', ""), "--yes")
        assert "connectors.github.config.clientId is missing" in said.error
        assert said.writes == []

    def test_a_kind_that_the_server_has_not_is_told(self, set_up):
        said = set_up(self.DECLARED.replace("github-", "gitbub-"), "--yes")
        assert "connectors.github.factory is not the id" in said.error

    def test_two_of_a_kind_that_there_is_once_are_told(self, set_up):
        twice = self.DECLARED + self.DECLARED.replace(
            "connectors.github", "connectors.b"
        )
        said = set_up(twice, "--yes")
        assert "connectors.b has the target github" in said.error
        assert said.writes == []


def test_a_default_of_the_form_does_not_replace_what_logto_has(set_up, logto):
    from logto_auth.connectors import OtherConnector
    from logto_auth.management_api import ConnectorFactory

    item = {"key": "cloud", "type": "Text", "required": True, "defaultValue": "a.com"}
    factory = ConnectorFactory("x-web", "x", "Social", False, False, [item])
    declared = OtherConnector(factory_id="x-web", values={"id": "1"})
    complete = declared.with_factory(factory)
    assert complete.config() == {"id": "1", "cloud": "a.com"}
    assert complete.as_in({"cloud": "a.us", "other": 2}).config() == {
        "id": "1",
        "cloud": "a.us",
    }


def test_a_variable_that_is_not_set_is_told_with_the_whole_name(set_up):
    said = set_up('[application]\nname = { env = "NOPE" }', "--yes")
    assert "  - application.name names the variable NOPE" in said.error


def test_what_logto_refuses_is_told_with_its_code_and_what_to_do(set_up, logto):
    logto.faults.put(
        "/api/connectors",
        Fault(
            status=422,
            body='{"code": "connector.multiple_target_with_same_platform"}',
            method="POST",
        ),
    )
    said = set_up(OKTA, "--yes")
    assert "connector.multiple_target_with_same_platform" in said.error
    assert "There is another connector with this target." in said.error
    assert "Choose another target" in said.error
    assert "In Logto's Console: Connectors > Social connectors" in said.error


def test_a_target_of_another_kind_in_logto_is_told(set_up, logto):
    from logto_auth.testing import Connector

    other = Connector("oidc", metadata={"target": "naver", "name": {"en": "N"}})
    logto.connectors[other.id] = other
    said = set_up(NAVER, "--yes")
    assert "connector_factory: naver: oidc, naver-universal" in said.error
    assert said.writes == []
