"""``logto_setup`` shows no secret unless told to, and keeps them for the owner."""

import stat
import subprocess

import pytest

from logto_auth.setup.env_file import write_env_file
from tests.edge.setting_up import EVERYTHING, SECRETS, WEBHOOK


def secrets_of(logto):
    """Return whatever of the site and of Logto nobody may read over a shoulder."""
    return {
        *SECRETS.values(),
        logto.application.secret,
        "demo-machine-secret",
        *(hook.signing_key for hook in logto.hooks),
        *(value for value, name in logto.secrets.items() if "token" in name),
    }


def assert_secret(logto, said):
    assert [value for value in secrets_of(logto) if value in said.everything] == []


def test_no_secret_is_shown(set_up, logto, monkeypatch):
    assert_secret(logto, set_up(EVERYTHING, "--plan"))
    assert_secret(logto, set_up.done())
    assert_secret(logto, set_up.done())
    for name in SECRETS:
        monkeypatch.setenv(name, "another-secret-of-this-test")
    said = set_up.done()
    assert_secret(logto, said)
    assert "another-secret-of-this-test" not in said.everything
    assert "config.clientSecret: another (secret)" in said.out


def test_no_secret_is_shown_when_logto_refuses_it(set_up, logto, monkeypatch):
    from logto_auth.testing import Fault

    echo = '{"code": "connector.invalid_config", "message": "%s", "details": "%s"}'
    secret = SECRETS["HF_SECRET"]
    logto.faults.put(
        "/api/connectors",
        Fault(status=400, body=echo % (secret, secret), method="POST"),
    )
    said = set_up(EVERYTHING, "--yes")
    assert "connector.invalid_config" in said.error
    assert_secret(logto, said)


def test_what_a_secret_is_inside_of_is_not_shown(set_up, logto):
    headers = '[{ name = "a", value = { env = "FB_SECRET" } }]'
    declared = (
        '[connectors.github]\nfactory = "github-universal"\n[connectors.github.config]'
        '\nclientId = "x"\nclientSecret = { env = "HF_SECRET" }\n'
        f"headers = {headers}\n"
    )
    said = set_up(declared, "--plan")
    assert "config.headers: (secret)" in said.out
    assert_secret(logto, said)


def test_a_table_that_only_has_a_key_env_is_no_name_of_a_variable():
    from logto_auth.setup.environment import Environment

    environment = Environment({"A": "the-value"})
    table = {"env": "A", "other": 1}
    assert environment.resolve(table, "x") == table
    assert environment.resolve({"env": "A"}, "x") == "the-value"
    assert environment.problems == []


def test_a_value_that_is_not_fit_for_the_file_is_left_out_and_named(
    set_up, logto, monkeypatch, tmp_path
):
    logto.application.secret = "it's$HOME"
    said = set_up.done("", "--write-env", "site.env")
    assert "LOGTO_APP_SECRET is not written" in said.err
    text = (tmp_path / "site.env").read_text()
    assert "LOGTO_APP_ID=demo-app" in text and "LOGTO_APP_SECRET" not in text
    assert "it's$HOME" not in said.everything


def test_other_lines_may_be_of_any_encoding_and_ours_are_exported_as_before(
    set_up, tmp_path
):
    path = tmp_path / "site.env"
    path.write_bytes(b"A=caf\xe9\nexport LOGTO_APP_ID=old\n")
    set_up.done("", "--write-env", "site.env")
    lines = path.read_bytes().splitlines()
    assert lines[:2] == [b"A=caf\xe9", b"export LOGTO_APP_ID=demo-app"]


def test_lines_that_are_not_ours_stay_as_they_are(tmp_path):
    path = tmp_path / "f.env"
    path.write_text('BIO="page1\x0cpage2\u2028end"\n\nA=1', "utf-8")
    write_env_file(path, {"A": "2"})
    assert path.read_text("utf-8") == 'BIO="page1\x0cpage2\u2028end"\n\nA=2\n'


def test_secrets_are_shown_to_who_asks_for_them(set_up, logto):
    said = set_up.done(EVERYTHING, "--show-secrets")
    assert "config.clientSecret: secret-of-facebook" in said.out
    assert f"LOGTO_APP_SECRET={logto.application.secret}" in said.out
    assert f"LOGTO_WEBHOOK_SIGNING_KEY={logto.hooks[0].signing_key}" in said.out


def test_a_file_takes_them_for_its_owner_only(set_up, logto, tmp_path):
    said = set_up.done(WEBHOOK, "--write-env", "site.env")
    path = tmp_path / "site.env"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text().splitlines() == [
        f"LOGTO_ENDPOINT={logto.endpoint}",
        "LOGTO_APP_ID=demo-app",
        "LOGTO_APP_SECRET=demo-secret",
        "LOGTO_M2M_APP_ID=demo-machine",
        "LOGTO_M2M_APP_SECRET=demo-machine-secret",
        f"LOGTO_WEBHOOK_SIGNING_KEY={logto.hooks[0].signing_key}",
    ]
    assert "site.env, for its owner only" in said.out
    assert_secret(logto, said)


def test_a_plan_writes_no_file(set_up, tmp_path):
    said = set_up(WEBHOOK, "--plan", "--write-env", "site.env")
    assert "--write-env writes nothing with --plan" in said.error
    assert not (tmp_path / "site.env").exists()


def test_what_else_is_in_the_file_stays(set_up, tmp_path):
    path = tmp_path / ".env"
    path.write_text("# mine\nDEBUG=true\nexport LOGTO_APP_ID=old\nLOGTO_APP_ID=older\n")
    path.chmod(0o644)
    set_up.done("", "--write-env", ".env")
    lines = path.read_text().splitlines()
    assert lines[:3] == ["# mine", "DEBUG=true", "export LOGTO_APP_ID=demo-app"]
    assert sum("LOGTO_APP_ID" in line for line in lines) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_written_is_told(set_up, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "target")
    (tmp_path / "folder").mkdir()
    for name in ("link", "folder", "nowhere/site.env"):
        said = set_up("", "--yes", "--write-env", name)
        assert "setup_refused: no" in said.error and name in said.error
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize(
    "value", ["plain", "a b", "a#b", 'say "x"', "b\\s", "a$HOME`id`", "it's", "é", "~"]
)
def test_shells_and_python_read_values_as_they_were(tmp_path, value, monkeypatch):
    import environ

    path = tmp_path / "f.env"
    write_env_file(path, {"A_VALUE_OF_THIS_TEST": value})
    script = '. "$1"; printf %s "$A_VALUE_OF_THIS_TEST"'
    shell = ["sh", "-c", script, "sh", str(path)]
    assert subprocess.run(shell, capture_output=True, text=True).stdout == value
    monkeypatch.setenv("A_VALUE_OF_THIS_TEST", "")
    environ.Env().read_env(path, overwrite=True)
    assert environ.Env().str("A_VALUE_OF_THIS_TEST") == value


@pytest.mark.parametrize(
    "value", ["it's$HOME", "it's`id`", "it's\\", "'\"", "$HOME", "a\u2028b", "a\0"]
)
def test_a_value_that_they_would_read_differently_is_refused(tmp_path, value):
    with pytest.raises(ValueError, match="not fit"):
        write_env_file(tmp_path / "f.env", {"A": value})
    assert list(tmp_path.iterdir()) == []


def test_what_logto_says_does_not_steer_the_terminal(set_up, logto):
    logto.application.name = "Mine\x1b[2J\nConnector evil: created"
    for args in (("--plan",), ("--yes",)):
        said = set_up("", *args)
        assert "\x1b" not in said.everything
        assert "Mine?[2J?Connector evil: created" in said.out


def test_a_value_of_two_lines_is_refused(tmp_path):
    with pytest.raises(ValueError, match="not fit"):
        write_env_file(tmp_path / "f.env", {"A": "x\nLOGTO_APP_ID=evil"})
    assert list(tmp_path.iterdir()) == []
