"""``logto_setup`` as a person meets it at a terminal."""

import os
import stat
import subprocess
import sys

import pytest

from logto_auth.testing import Connector
from tests.edge.at_a_terminal import AtATerminal
from tests.edge.served import ROOT, environment
from tests.edge.setting_up import FACEBOOK, without_connectors

pytestmark = pytest.mark.once
COMMAND = [sys.executable, ROOT / "manage.py", "logto_setup"]


@pytest.fixture
def at_a_terminal(logto, tmp_path):
    """Runs the command of the demo site in an empty folder."""
    without_connectors(logto)

    def run(*args, **variables):
        known = {"LOGTO_ENDPOINT": logto.endpoint, "TERM": "xterm"}
        env = environment(**{**known, **variables})
        return AtATerminal([*COMMAND, *args], cwd=tmp_path, env=env)

    return run


CREDENTIALS = {
    "LOGTO_M2M_APP_ID": "demo-machine",
    "LOGTO_M2M_APP_SECRET": "demo-machine-secret",
}


def test_it_asks_for_everything_and_sets_it_up(at_a_terminal, logto, tmp_path):
    with at_a_terminal() as person:
        person.answer("Its App ID: ", "demo-machine")
        person.answer("it does not show): ", "not the secret")
        person.answer("M2M_APP_SECRET is not a secret")
        person.answer("Its App ID: ", "demo-machine")
        person.answer("it does not show): ", "demo-machine-secret")
        person.answer("Logto has taken them.")
        person.answer("Which connectors?", "nine", "1, 4")
        person.answer("Answer with numbers from the list.")
        person.answer("At the provider:")
        person.answer("client_id: ", "hf-id")
        person.answer("client_secret: ", "a-typed-hf-secret")
        person.answer("scope [profile email]: ", "")
        person.answer("such as okta: ", "not a target!", "okta")
        person.answer("[okta]: ", "Okta")
        person.answer("issuer: ", f"{logto.endpoint}/oidc")
        person.answer("client_id: ", "okta-id")
        person.answer("client_secret: ", "a-typed-okta-secret")
        person.answer("scope [openid profile email]: ", "openid email")
        person.answer("into logto.toml? [Y/n] ", "")
        person.answer("Apply this? [y/N] ", "yes")
        person.answer("into .env, for you only? [Y/n] ", "y")
        assert person.end() == 0
        shown = person.screen
    by_target = {item.target: item for item in logto.connectors.values()}
    assert by_target["huggingface"].config["clientSecret"] == "a-typed-hf-secret"
    assert by_target["huggingface"].config["scope"] == "profile email"
    assert by_target["okta"].config["clientSecret"] == "a-typed-okta-secret"
    assert by_target["okta"].config["scope"] == "openid email"
    for connector in by_target.values():
        # What was to be pasted before it was made is what has been made.
        callback = f"{logto.endpoint}/callback/{connector.id}"
        assert shown.count(callback) >= 2
    assert logto.sign_in_experience.targets == ["huggingface", "okta"]
    assert "typed" not in shown and "demo-machine-secret" not in shown
    declaration = (tmp_path / "logto.toml").read_text()
    assert "typed" not in declaration
    assert 'client_secret = { env = "OKTA_CLIENT_SECRET" }' in declaration
    env = tmp_path / ".env"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    assert "HUGGINGFACE_CLIENT_SECRET=a-typed-hf-secret" in env.read_text()

    written = dict(line.split("=", 1) for line in env.read_text().splitlines())
    with at_a_terminal("--yes", **written) as again:
        assert again.end() == 0
        assert "0 to create, 0 to change, 0 to delete, 4 unchanged." in again.screen


def test_a_person_who_says_no_changes_nothing(at_a_terminal, logto, tmp_path):
    (tmp_path / "logto.toml").write_text(FACEBOOK)
    with at_a_terminal(**CREDENTIALS, FB_SECRET="a-secret-of-facebook") as person:
        person.answer("Apply this? [y/N] ", "perhaps", "")
        assert person.end() == 1
        assert "Answer yes or no." in person.screen
        assert "Nothing was changed." in person.screen
        assert "\x1b[32" in person.raw  # a plan has colours
        assert "Traceback" not in person.screen
    assert logto.connectors == {}


def test_a_person_without_credentials_is_told_what_to_do(at_a_terminal, logto):
    with at_a_terminal() as person:
        person.answer("Its App ID: ", "")
        person.answer("Which connectors?", "2 3 4")
        assert person.end() == 0
        shown = person.screen
    for label in ("Client Secret", "ID Token Verification Config", "Target"):
        assert f"\n  {label}\n      <as the provider shows it>\n" in shown
    assert "Social sign-in, in this order\n      facebook\n      naver\n" in shown
    assert "Add social connector > Facebook" in shown
    assert "Valid OAuth Redirect URIs" in shown
    assert "<as the provider shows it>" in shown
    assert logto.connectors == {}


def test_a_connector_that_logto_has_keeps_its_callback_url(at_a_terminal, logto):
    there = Connector("naver-universal", {"clientId": "a", "clientSecret": "b"})
    logto.connectors[there.id] = there
    with at_a_terminal(**CREDENTIALS) as person:
        person.answer("Which connectors?", "3")
        person.answer(f"Callback URL: {logto.endpoint}/callback/{there.id}\n")
        person.answer("client_id: ", "naver-id")
        person.answer("client_secret: ", "a-typed-naver-secret")
        person.answer("into logto.toml? [Y/n] ", "n")
        person.answer("Apply this? [y/N] ", "y")
        person.answer("into .env, for you only? [Y/n] ", "n")
        assert person.end() == 0
    assert list(logto.connectors) == [there.id]
    assert there.config["clientId"] == "naver-id"


def test_only_what_was_wrong_is_asked_again(at_a_terminal, logto):
    with at_a_terminal(**CREDENTIALS) as person:
        person.answer("Which connectors?", "2, 4")
        person.answer("client_id: ", "fb-id")
        person.answer("client_secret: ", "a-typed-fb-secret")
        for taken in ("facebook", "okta"):
            person.answer("such as okta: ", taken)
        person.answer("[okta]: ", "Okta")
        person.answer("Redirect URI: ")
        person.answer("issuer: ", f"{logto.endpoint}/wrong")
        person.answer("client_id: ", "okta-id")
        person.answer("client_secret: ", "a-typed-okta-secret")
        person.answer("scope [openid profile email]: ", "")
        person.answer("issuer cannot be discovered from")
        person.answer(f"issuer [{logto.endpoint}/wrong]: ", f"{logto.endpoint}/oidc")
        person.answer("client_id [okta-id]: ", "")
        person.answer("scope [openid profile email]: ", "")
        person.answer("into logto.toml? [Y/n] ", "n")
        person.answer("Apply this? [y/N] ", "y")
        person.answer("into .env, for you only? [Y/n] ", "n")
        assert person.end() == 0
        assert "is the target of another connector." in person.screen
        for item in logto.connectors.values():
            assert person.screen.count(f"/callback/{item.id}") >= 2
    secrets = {item.target: item.config for item in logto.connectors.values()}
    assert secrets["okta"]["clientSecret"] == "a-typed-okta-secret"
    assert secrets["facebook"]["clientSecret"] == "a-typed-fb-secret"


def test_secrets_that_are_not_set_are_asked_for(at_a_terminal, logto, tmp_path):
    (tmp_path / "logto.toml").write_text(FACEBOOK)
    with at_a_terminal(**CREDENTIALS) as person:
        person.answer("FB_SECRET (it is not set, and does not show): ", "a-typed-one")
        person.answer("Apply this? [y/N] ", "y")
        person.answer("into .env, for you only? [Y/n] ", "y")
        assert person.end() == 0
        assert "a-typed-one" not in person.screen
    (facebook,) = logto.connectors.values()
    assert facebook.config["clientSecret"] == "a-typed-one"
    assert "FB_SECRET=a-typed-one" in (tmp_path / ".env").read_text()


def test_an_address_is_asked_for_until_logto_answers_there(
    at_a_terminal, logto, tmp_path
):
    bare = {"LOGTO_ENDPOINT": "", "DEBUG": "false", "SECRET_KEY": "for this test"}
    with at_a_terminal(**bare) as person:
        person.answer("Address of Logto", "logto.example", "http://localhost:1")
        person.answer("Nothing listens at http://localhost:1.")
        person.answer("Address of Logto", logto.endpoint)
        person.answer("Its App ID: ", "demo-machine")
        person.answer("it does not show): ", "demo-machine-secret")
        person.answer("Address of this site [http://localhost:8000]: ", "")
        person.answer("Which connectors?", "")
        person.answer("Apply this? [y/N] ", "y")
        person.answer("into .env, for you only? [Y/n] ", "")
        assert person.end() == 0
    assert f"LOGTO_ENDPOINT={logto.endpoint}\n" in (tmp_path / ".env").read_text()


def test_a_logto_that_is_not_there_is_named(at_a_terminal):
    with at_a_terminal(LOGTO_ENDPOINT="http://localhost:1") as person:
        person.answer("Its App ID: ", "demo-machine")
        person.answer("it does not show): ", "demo-machine-secret")
        person.answer("Nothing listens at http://localhost:1.")
        person.answer("Its App ID: ", "")
        person.answer("Which connectors?", "")
        assert person.end() == 0


def test_a_person_who_leaves_is_let_go(at_a_terminal, logto):
    with at_a_terminal() as person:
        person.answer("Its App ID: ", "\x03")
        assert person.end() != 0
        assert "Stopped." in person.screen and "Traceback" not in person.screen


def test_answers_that_are_no_text_are_not_taken(at_a_terminal):
    with at_a_terminal(**CREDENTIALS) as person:
        person.answer("Which connectors?", "2")
        person.answer("client_id: ", "\x16\x7fid")
        person.answer("Only signs that can be printed, please.")
        person.answer("client_id: ", "\x03")
        assert person.end() == 1


def test_answers_that_cannot_be_kept_are_used_all_the_same(
    at_a_terminal, logto, tmp_path
):
    (tmp_path / "logto.toml").symlink_to(tmp_path / "nowhere" / "logto.toml")
    with at_a_terminal(**CREDENTIALS) as person:
        person.answer("Which connectors?", "3")
        person.answer("client_id: ", "naver-id")
        person.answer("client_secret: ", "a-typed-naver-secret")
        person.answer("into logto.toml? [Y/n] ", "y")
        person.answer("logto.toml was not written: No such file")
        person.answer("Apply this? [y/N] ", "y")
        person.answer("into .env, for you only? [Y/n] ", "n")
        assert person.end() == 0
    assert [item.target for item in logto.connectors.values()] == ["naver"]


@pytest.mark.parametrize("command", ["logto_setup", "logto_doctor"])
def test_a_terminal_that_knows_few_signs_gets_all_lines(logto, tmp_path, command):
    (tmp_path / "logto.toml").write_text(FACEBOOK)
    result = subprocess.run(
        [sys.executable, ROOT / "manage.py", command, "--site=https://x.example"],
        cwd=tmp_path,
        env=environment(
            LOGTO_ENDPOINT=logto.endpoint,
            LOGTO_APP_ID="demo-app",
            LOGTO_APP_SECRET="demo-secret",
            FB_SECRET="a-secret-of-facebook",
            PYTHONIOENCODING="ascii",
            **CREDENTIALS,
        ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in result.stderr
    last = "unchanged." if command == "logto_setup" else "skipped"
    assert last in result.stdout.splitlines()[-1]


def test_colours_can_be_done_without(at_a_terminal, tmp_path):
    (tmp_path / "logto.toml").write_text(FACEBOOK)
    variables = {**CREDENTIALS, "FB_SECRET": "a-secret-of-facebook"}
    with at_a_terminal("--plan", "--no-color", **variables) as person:
        assert person.end() == 0
        assert "\x1b[" not in person.raw
    assert os.environ.get("FB_SECRET") is None
