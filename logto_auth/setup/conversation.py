"""Finds out what a set-up is to do: from settings and a file, and from a person."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from ..conf import endpoint as checked_endpoint
from ..conf import logto_settings
from ..engine.mode import BLOCKING, run_blocking
from ..engine.provider import provider_at
from ..errors import (
    ConfigurationError,
    LogtoError,
    ManagementCredentialsMissing,
)
from ..management_api import Credentials, ManagementApi
from ..management_api.access import access_of
from ..setting_kinds import origin
from ..web.site_addresses import SiteAddresses
from .complaint import complaint
from .declaration import CONNECTORS, FILE_NAME, Declaration, read_declaration
from .interview import Answers, Interview
from .knowledge import Knowledge
from .terminal import Terminal
from .variables import Asked
from .wishes import Wishes

LOCAL_SITE = "http://localhost:8000"
ENV_FILE = ".env"


class Conversation:
    """Asks only what nothing else says.

    Args:
        is_asked: Somebody is there to answer.
    """

    def __init__(self, terminal: Terminal, *, is_asked: bool) -> None:
        self.terminal = terminal
        self.is_asked = is_asked
        self._told_endpoint = ""
        self._has_told_credentials = False

    @sensitive_variables()
    def wishes(
        self, path: Path | None, site: str | None, variables: Mapping[str, str]
    ) -> Wishes:
        """Return what is to be done.

        Args:
            path: Of the declaration; None where there is none.
            site: Scheme and host of the site; None for ``BASE_URL``.
            variables: The environment.

        Raises:
            DeclarationInvalid: The declaration cannot be read.
            ConfigurationError: The settings lack what nobody is there to tell.
        """
        credentials = self._credentials()
        endpoint = credentials.endpoint if credentials else self._endpoint()
        addresses = SiteAddresses.at(self._site(site))
        app_id, app_secret = _application(endpoint)
        wishes = Wishes(
            endpoint, app_id, app_secret, credentials, addresses, Declaration()
        )
        if path is not None:
            wishes.declaration = read_declaration(
                path,
                self._known(variables, wishes),
                without_secrets=credentials is None,
            )
        elif self.is_asked:
            self._interview(wishes, variables)
        return wishes

    def _known(self, variables: Mapping[str, str], wishes: Wishes) -> Mapping[str, str]:
        """Return the variables; a person is asked for those that are not set."""
        if self.is_asked and wishes.credentials is not None:
            return Asked(variables, self.terminal, wishes.variables)
        return variables

    def env_path(self, wishes: Wishes) -> Path | None:
        """Return where a person wants secrets written, None where they do not.

        Only who has typed secrets is asked: nothing else holds them.
        """
        question = _("Write ids and secrets into %(path)s, for you only?") % {
            "path": ENV_FILE
        }
        has_typed = bool(wishes.variables) or self._has_told_credentials
        if has_typed and self.terminal.agrees(question, default=True):
            return Path(ENV_FILE)
        return None

    def _endpoint(self) -> str:
        try:
            return str(logto_settings.ENDPOINT)
        except ConfigurationError:
            if not self.is_asked:
                raise
        while not self._told_endpoint:
            answer = self.terminal.ask(
                _("Address of Logto, such as https://your-tenant.logto.app"),
                wrong=_wrong_endpoint,
            ).rstrip("/")
            try:
                run_blocking(provider_at(answer).metadata(BLOCKING))
            except LogtoError as error:
                self._complain(error, answer)
            else:
                self._told_endpoint = answer
        return self._told_endpoint

    @sensitive_variables()
    def _credentials(self) -> Credentials | None:
        """Return credentials that Logto has taken, if a person has told them."""
        try:
            return Credentials.from_settings()
        except (ManagementCredentialsMissing, ConfigurationError):
            if not self.is_asked:
                return None
        endpoint = self._endpoint()
        self.terminal.say(
            _(
                "This command uses Logto's Management API. In Logto's Console, create "
                "a machine-to-machine application with the role “Logto Management API "
                "access”. Enter nothing to be told instead what to do by hand."
            )
        )
        while True:
            app_id = self.terminal.ask(_("Its App ID"), is_optional=True)
            if not app_id:
                return None
            secret = self.terminal.ask_secret(_("Its App secret (it does not show)"))
            resource = logto_settings.M2M_RESOURCE
            credentials = Credentials(endpoint, app_id, secret, resource)
            access_of(credentials).forget()  # of before a role was given
            try:
                ManagementApi(credentials).get_account_center()
            except LogtoError as error:
                self._complain(error, endpoint)
            else:
                self.terminal.say(_("Logto has taken them."))
                self._has_told_credentials = True
                return credentials

    def _complain(self, error: LogtoError, endpoint: str) -> None:
        for line in complaint(error, endpoint).split("\n"):
            self.terminal.say(line)

    def _site(self, given: str | None) -> str:
        try:
            found = origin(given) or logto_settings.BASE_URL
        except ValueError as error:
            raise ConfigurationError(f"--site {error}") from None
        if found is not None:
            return str(found)
        if not self.is_asked:
            raise ConfigurationError(
                _(
                    'the address of this site is not known: set LOGTO["BASE_URL"], or '
                    "say --site https://www.example.com"
                )
            )
        answer = self.terminal.ask(
            _("Address of this site"), default=LOCAL_SITE, wrong=_wrong_origin
        )
        return answer.rstrip("/")

    @sensitive_variables()
    def _interview(self, wishes: Wishes, variables: Mapping[str, str]) -> None:
        if wishes.credentials is None:
            interview = Interview(self.terminal, wishes.endpoint, None)
            wishes.declaration = Declaration(connectors=interview.sketch())
            wishes.is_sketch = True
            return
        knowledge = Knowledge(ManagementApi(wishes.credentials))
        answers = Interview(self.terminal, wishes.endpoint, knowledge).answers()
        wishes.declaration = Declaration.of(
            answers.tables, {**variables, **answers.variables}
        )
        wishes.variables = answers.variables
        self._keep(answers)

    def _keep(self, answers: Answers) -> None:
        question = _("Write these answers, without secrets, into %(path)s?") % {
            "path": FILE_NAME
        }
        if not answers.tables[CONNECTORS]:
            return
        if self.terminal.agrees(question, default=True):
            try:
                Path(FILE_NAME).write_text(answers.toml(), "utf-8")
            except OSError as error:
                told = _("%(path)s was not written: %(why)s.")
                facts = {"path": FILE_NAME, "why": error.strerror}
                self.terminal.warn(told % facts)


@sensitive_variables()
def _application(endpoint: str) -> tuple[str, str]:
    """Return App ID and secret in the settings, empty if these are of another Logto."""
    if _setting("ENDPOINT") != endpoint:
        return "", ""
    return _setting("APP_ID"), _setting("APP_SECRET")


@sensitive_variables()
def _setting(name: str) -> str:
    """Return a setting, empty where it is missing or wrong."""
    try:
        return str(getattr(logto_settings, name))
    except ConfigurationError:
        return ""


def _wrong_endpoint(answer: str) -> str:
    try:
        checked_endpoint(answer)
    except ValueError as error:
        return str(error)
    return ""


def _wrong_origin(answer: str) -> str:
    try:
        origin(answer)
    except ValueError as error:
        return str(error)
    return ""
