"""``logto_setup`` with a declaration, against a Logto that has nothing yet."""

import io
import re
from dataclasses import dataclass

from django.core.management import CommandError, call_command

SITE = "https://www.example.com"
SECRETS = {
    "HF_SECRET": "secret-of-hugging-face",
    "FB_SECRET": "secret-of-facebook",
    "NAVER_SECRET": "secret-of-naver",
    "OKTA_SECRET": "secret-of-okta",
}
HUGGING_FACE = """
[connectors.huggingface]
client_id = "hf-id"
client_secret = { env = "HF_SECRET" }
scope = "profile email"
"""
FACEBOOK = """
[connectors.facebook]
client_id = "fb-id"
client_secret = { env = "FB_SECRET" }
"""
NAVER = """
[connectors.naver]
client_id = "naver-id"
client_secret = { env = "NAVER_SECRET" }
"""
OKTA = """
[connectors.okta]
factory = "oidc"
name = "Okta"
client_id = "okta-id"
client_secret = { env = "OKTA_SECRET" }
issuer = "https://okta.example"
authorization_endpoint = "https://okta.example/authorize"
token_endpoint = "https://okta.example/token"
token_endpoint_auth_method = "client_secret_basic"
id_token_verification = { jwks_uri = "https://okta.example/jwks" }
"""
WEBHOOK = """
[webhook]
url = "https://www.example.com/logto/webhook/"
"""
EVERYTHING = f"""
[application]
name = "The site"
redirect_uris = ["https://staging.example.com/logto/callback/"]
{WEBHOOK}
{HUGGING_FACE}
{FACEBOOK}
{NAVER}
{OKTA}
linking_only = true
[sign_in]
social = ["naver", "huggingface", "facebook"]
sign_up_identifier = "none"
[account_center]
enabled = true
fields = {{ social = "Edit", profile = "ReadOnly" }}
"""
_WRITES = ("POST", "PATCH", "PUT", "DELETE")


@dataclass
class Said:
    """What a run of the command has said, and what it has asked of Logto."""

    out: str
    err: str
    error: str
    writes: list[str]

    @property
    def everything(self):
        return self.out + self.err + self.error

    def verb(self, subject):
        """Return what the plan says becomes of a subject."""
        found = re.search(rf"^[-+~=] {re.escape(subject)}: (\w+)$", self.out, re.M)
        assert found, self.everything
        return found[1]

    @property
    def counts(self):
        """The plan's numbers: to create, change and delete, and unchanged."""
        found = re.search(r"(\d+) to create, (\d+) \D+(\d+) \D+(\d+) unch", self.out)
        return tuple(map(int, found.groups()))


class SettingUp:
    """Runs the command in a folder of its own."""

    def __init__(self, logto, folder):
        self.logto = logto
        self.folder = folder

    def __call__(self, declaration=None, *args, site=SITE):
        if declaration is not None:
            (self.folder / "logto.toml").write_text(declaration)
        out, err, error = io.StringIO(), io.StringIO(), ""
        before = len(self.logto.calls)
        places = ("--site", site) if site else ()
        try:
            call_command(
                "logto_setup", *places, *args, stdout=out, stderr=err, no_color=True
            )
        except CommandError as raised:
            error = str(raised)
        writes = [
            str(call)
            for call in self.logto.calls[before:]
            if call.method in _WRITES and call.path.startswith("/api/")
        ]
        return Said(out.getvalue(), err.getvalue(), error, writes)

    def done(self, declaration=None, *args, **options):
        """Apply a declaration, which has to succeed."""
        said = self(declaration, "--yes", *args, **options)
        assert not said.error, said.everything
        return said


def without_connectors(logto):
    """Take from a simulator what is set up in it from the beginning."""
    logto.connectors.clear()
    logto.sign_in_experience.targets = []
    return logto
