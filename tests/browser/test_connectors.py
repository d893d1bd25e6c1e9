"""A connector's whole life, by the command and in the browser."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.steps import expect_logto_asks
from tests.edge.served import ROOT, UVICORN, environment, serve_tests_site

pytestmark = pytest.mark.browser
APPLICATION_SECRET = "server-secret"
OKTA = """
[connectors.okta]
factory = "oidc"
name = "Okta"
issuer = "{endpoint}/oidc"
"""
# By target: what is declared, and what its button says.
DECLARED = {
    "huggingface": (
        '[connectors.huggingface]\nscope = "profile email"\n',
        "Hugging Face",
    ),
    "facebook": ("[connectors.facebook]\nstore_tokens = true\n", "Facebook"),
    "naver": ("[connectors.naver]\n", "Naver"),
    "okta": (OKTA, "Okta"),
}
CREDENTIALS = 'client_id = "{client_id}"\nclient_secret = {{ env = "A_SECRET" }}\n'
ALICE = re.compile(r"Continue as Alice Liddell\s+alice@")


@pytest.fixture(scope="module")
def tenant(tmp_path_factory):
    """A Logto without connectors, and the address of a site that uses it."""
    from logto_auth.testing import Simulator

    directory = tmp_path_factory.mktemp("connectors")
    with (
        Simulator(connectors=[]) as simulator,
        serve_tests_site(
            simulator,
            directory,
            UVICORN,
            settings="tests.browser.site.settings",
        ) as address,
    ):
        yield simulator, address


@pytest.fixture
def declare(tenant, tmp_path):
    """Makes Logto what a declaration says, in a process as a person starts it."""
    simulator, address = tenant
    (app_id,) = [name for name in simulator.applications if name.startswith("app-")]
    env = environment(
        LOGTO_ENDPOINT=simulator.endpoint,
        LOGTO_APP_ID=app_id,
        LOGTO_APP_SECRET=APPLICATION_SECRET,
        LOGTO_M2M_APP_ID="demo-machine",
        LOGTO_M2M_APP_SECRET="demo-machine-secret",
        A_SECRET="a-secret-of-a-provider",
    )

    def run(text, *args):
        (tmp_path / "logto.toml").write_text(
            text.replace("{endpoint}", simulator.endpoint)
        )
        command = [sys.executable, ROOT / "manage.py", "logto_setup", "--yes"]
        result = subprocess.run(
            [*command, "--site", address, *args],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    return run


@pytest.fixture
def at_logto(visit, tenant):
    """Sends a new visitor to Logto's sign-in page; returns their page there."""
    _, address = tenant

    def go():
        page = visit(address)
        page.goto("/members/one/")
        expect_logto_asks(page)
        return page

    return go


def button(page, title):
    return page.get_by_role("link", name=f"Continue with {title}", exact=True)


@pytest.mark.parametrize("target", DECLARED)
def test_a_connector_is_created_changed_enabled_used_and_disabled(
    declare, at_logto, visit, tenant, target
):
    simulator, address = tenant
    table, title = DECLARED[target]
    declared = table + CREDENTIALS.format(client_id="first")

    said = declare(declared + "linking_only = true\n")
    assert f"Connector {target}: created" in said
    expect(button(at_logto(), title)).to_have_count(0)

    said = declare(declared.replace("first", "second") + "linking_only = true\n")
    assert "config.clientId: first → second" in said
    expect(button(at_logto(), title)).to_have_count(0)

    said = declare(declared.replace("first", "second"))
    assert f"Connector {target}: unchanged" in said
    assert f"socialSignInConnectorTargets: + {target}" in said
    page = at_logto()
    button(page, title).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    page.get_by_role("button", name=ALICE).click()
    expect(page).to_have_url(f"{address}/members/one/")
    expect(page.get_by_text(re.compile(r"You are \w*alice\w*\."))).to_be_visible()

    straight = visit(address)
    straight.goto(f"/logto/sign-in/?direct_sign_in=social:{target}")
    expect(straight.get_by_role("heading", level=1)).to_contain_text(title)

    declare(declared.replace("first", "second") + "linking_only = true\n")
    expect(button(at_logto(), title)).to_have_count(0)
    assert [item.target for item in simulator.connectors.values()] == [target]

    said = declare("[connectors]\n", "--prune")
    assert f"Connector {target}: deleted" in said
    assert simulator.connectors == {}


def test_another_provider_for_linking_only_is_never_offered(
    declare, at_logto, visit, tenant
):
    _, address = tenant
    table, title = DECLARED["okta"]
    facebook, _ = DECLARED["facebook"]
    credentials = CREDENTIALS.format(client_id="an-id")
    declare(
        f"{facebook}{credentials}{table}{credentials}linking_only = true\n",
    )
    page = at_logto()
    expect(button(page, "Facebook")).to_be_visible()
    expect(button(page, title)).to_have_count(0)
    straight = visit(address)
    straight.goto("/logto/sign-in/?direct_sign_in=social:okta")
    expect_logto_asks(straight)
    declare("[connectors]\n", "--prune")
