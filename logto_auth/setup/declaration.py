"""A declaration of what Logto has to be like for a site: one TOML file, checked."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from ..connectors import Problem, collisions, kinds, values_from
from ..connectors.options import Options
from ..connectors.problem import MISSING, unknown
from ..errors import DeclarationInvalid
from ..web.site_addresses import SiteAddresses
from .declared_connector import DeclaredConnector, declared_connectors
from .environment import Environment
from .knowledge import Knowledge
from .sections import (
    AccountCenterSection,
    ApplicationSection,
    SignInSection,
    WebhookSection,
)
from .sign_up import SENT_BY, SIGN_UP_IDENTIFIERS

#: Beside manage.py.
FILE_NAME = "logto.toml"
CONNECTORS = "connectors"
_SECTIONS: Mapping[str, type[Options]] = {
    "application": ApplicationSection,
    "webhook": WebhookSection,
    "sign_in": SignInSection,
    "account_center": AccountCenterSection,
}
_NO_PLACE = _("is missing: the URLs of this site have no place for webhooks.")
_HIDDEN_BUTTON = _("names %(target)s, which is declared to be linking_only.")
_NO_SENDER = _(
    "needs a connector of the type %(type)s in Logto, which sends the codes: see "
    "Connectors > Email and SMS connectors."
)
_NO_CONNECTOR = _("names %(target)s, which is the target of no connector.")
_UNREADABLE = _("cannot be read: %(why)s.")
_NO_TOML = _("is not TOML: %(why)s.")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is declared; None where there is no such table: Logto is left as it is.

    Args:
        problems: What is missing or wrong, as far as the declaration itself tells.
    """

    application: ApplicationSection = field(default_factory=ApplicationSection)
    webhook: WebhookSection | None = None
    connectors: tuple[DeclaredConnector, ...] | None = None
    sign_in: SignInSection = field(default_factory=SignInSection)
    account_center: AccountCenterSection | None = None
    problems: tuple[Problem, ...] = ()

    @classmethod
    def of(
        cls,
        tables: Mapping[str, Any],
        variables: Mapping[str, str],
        *,
        without_secrets: bool = False,
    ) -> Declaration:
        """Return what tables declare.

        Args:
            variables: The environment, for secrets.
            without_secrets: Whether these may be missing.
        """
        environment = Environment(variables, without_secrets=without_secrets)
        problems: list[Problem] = []
        values: dict[str, Any] = {}
        for name, table in tables.items():
            if name == CONNECTORS:
                values[name], found = declared_connectors(table, environment)
            elif name in _SECTIONS:
                values[name], found = _section(name, table, environment)
            else:
                problems.append(unknown(name, (*_SECTIONS, CONNECTORS)))
                continue
            problems += (problem.inside(name) for problem in found)
        problems += environment.problems
        return cls(**values, problems=tuple(problems))

    def completed(self, knowledge: Knowledge | None) -> Declaration:
        """Return it with what Logto and providers know about its connectors.

        Args:
            knowledge: What Logto knows; None where it cannot be asked.

        Raises:
            DeclarationInvalid: Values are missing or wrong; names all of them.
            ProviderError: Logto did not tell.
        """
        problems = list(self.problems)
        connectors = []
        for declared in self.connectors or ():
            complete, found = declared.completed(knowledge)
            connectors.append(complete)
            inside = f"{CONNECTORS}.{declared.name}"
            problems += (problem.inside(inside) for problem in found)
        problems += self._hidden_buttons()
        together = {item.name: item.connector for item in connectors}
        problems += (item.inside(CONNECTORS) for item in collisions(together))
        if knowledge is not None:
            known = {item.target for item in connectors}
            known |= {item.target for item in knowledge.connectors}
            problems += self._unknown_buttons(known)
            problems += self._codes_that_nobody_sends(knowledge)
        if problems:
            raise DeclarationInvalid(problems=_once(problems))
        if self.connectors is None:
            return self
        return replace(self, connectors=tuple(connectors))

    def _hidden_buttons(self) -> Iterator[Problem]:
        """Yield the targets of buttons that are declared not to be on the page."""
        for target in self.targets(linking_only=True):
            if target in (self.sign_in.social or ()):
                message = str(_HIDDEN_BUTTON) % {"target": target}
                yield Problem("sign_in.social", message)

    def _codes_that_nobody_sends(self, knowledge: Knowledge) -> Iterator[Problem]:
        """Yield that people cannot prove what they are to register with."""
        there = {item.type for item in knowledge.connectors}
        wanted = SIGN_UP_IDENTIFIERS.get(self.sign_in.sign_up_identifier, ())
        for identifier in wanted:
            if SENT_BY.get(identifier, "") not in ("", *there):
                message = str(_NO_SENDER) % {"type": SENT_BY[identifier]}
                yield Problem("sign_in.sign_up_identifier", message)

    def _unknown_buttons(self, known: Collection[str]) -> Iterator[Problem]:
        """Yield the targets of buttons for which there is no connector."""
        social = self.sign_in.social
        for target in social if isinstance(social, list) else ():
            if target not in known:
                message = str(_NO_CONNECTOR) % {"target": target}
                yield Problem("sign_in.social", message)

    def webhook_url(self, site: SiteAddresses) -> str | None:
        """Return where webhooks are sent; None where the site takes none."""
        declared = self.webhook.url if self.webhook is not None else ""
        return declared or site.webhook_url

    def targets(self, *, linking_only: bool) -> list[str]:
        """Return the targets of connectors that are, or are not, for linking only."""
        return [
            item.target
            for item in self.connectors or ()
            if item.connector.linking_only == linking_only
        ]

    def warnings(self, site: SiteAddresses) -> Iterator[Problem]:
        """Yield what Logto takes and people regret."""
        if self.webhook is not None and self.webhook_url(site) is None:
            yield Problem("webhook.url", _NO_PLACE)
        for declared in self.connectors or ():
            for warning in declared.connector.warnings():
                yield warning.inside(f"{CONNECTORS}.{declared.name}")


def found_declaration(path: Path | None) -> Path | None:
    """Return the path of a declaration: the usual one, if there is none other."""
    usual = Path(FILE_NAME)
    return path or (usual if usual.exists() else None)


@sensitive_variables()
def read_declaration(
    path: Path, variables: Mapping[str, str], *, without_secrets: bool = False
) -> Declaration:
    """Return what the file at ``path`` declares. See Declaration.of().

    Raises:
        DeclarationInvalid: It cannot be read, or is not TOML.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error.reason
        problem = Problem(str(path), str(_UNREADABLE) % {"why": why})
    except tomllib.TOMLDecodeError as error:
        problem = Problem(str(path), str(_NO_TOML) % {"why": error})
    else:
        return Declaration.of(tables, variables, without_secrets=without_secrets)
    raise DeclarationInvalid(problems=[problem])


def _section(
    name: str, table: Any, environment: Environment
) -> tuple[Options, list[Problem]]:
    kind = _SECTIONS[name]
    if not isinstance(table, Mapping):
        return kind(), [Problem("", kinds.TABLE)]
    values, problems = values_from(kind, environment.resolve(table, name))
    section = kind(**values)
    return section, [*problems, *section.problems()]


def _once(problems: list[Problem]) -> list[str]:
    """Return problems in words: that a value is missing only where no more is known."""
    explained = {item.name for item in problems if item.message != MISSING}
    told = [
        str(item)
        for item in problems
        if item.message != MISSING or item.name not in explained
    ]
    return list(dict.fromkeys(told))
