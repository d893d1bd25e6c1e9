"""``manage.py logto_doctor`` as a person runs it, and what it then said."""

import io
import json
from dataclasses import dataclass

from django.core.management import call_command

from logto_auth.testing import machine_application

SITE = "http://testserver"
MACHINE = {
    "M2M_APP_ID": machine_application().app_id,
    "M2M_APP_SECRET": machine_application().secret,
}


@dataclass
class Visit:
    """What the command said, and how it ended."""

    out: str
    err: str
    exit_code: int

    @property
    def lines(self):
        return json.loads(self.out)["lines"]

    def of(self, topic):
        """Return the lines about a topic, or with an id."""
        id = getattr(topic, "id", topic)
        return [line for line in self.lines if line["id"] == id]

    def ok(self, topic):
        """Return the only line about a topic, which is right."""
        return self._only(topic, "ok")

    def warning(self, topic):
        """Return the only line about a topic that is a warning; with a fix."""
        line = self._only(topic, "warning")
        assert line["fix"], line
        return line

    def failure(self, topic):
        """Return the only line about a topic that is a failure; with a fix."""
        line = self._only(topic, "failure")
        assert line["fix"], line
        assert self.exit_code == 1
        return line

    def skipped(self, topic):
        """Return the only line about a topic, which was not looked at."""
        return self._only(topic, "skipped")

    def wrong(self):
        """Return the ids of everything that is not right."""
        return {
            line["id"] for line in self.lines if line["status"] not in ("ok", "skipped")
        }

    def _bad(self):
        return [line for line in self.lines if line["status"] == "failure"]

    def _only(self, topic, status):
        found = [line for line in self.of(topic) if line["status"] == status]
        assert len(found) == 1, (status, self.of(topic), self._bad())
        return found[0]


def secrets_of(logto, settings):
    """Return everything that no output may hold."""
    ours = settings.LOGTO if isinstance(settings.LOGTO, dict) else {}
    given = [ours.get("APP_SECRET"), ours.get("M2M_APP_SECRET"), settings.SECRET_KEY]
    configured = [item.config.get("clientSecret") for item in logto.connectors.values()]
    keys = [hook.signing_key for hook in logto.hooks]
    long = [text for text in logto.secrets if len(text) > 10]
    return [text for text in (*given, *configured, *keys, *long) if text]


def visit(logto, settings, *arguments):
    """Run the command; return what it said."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command("logto_doctor", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        code = ended.code
    said = out.getvalue() + err.getvalue()
    for secret in secrets_of(logto, settings):
        assert secret not in said, "a secret is told"
    assert "Traceback" not in said
    return Visit(out.getvalue(), err.getvalue(), code)
