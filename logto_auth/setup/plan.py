"""Everything that a set-up would do, in order; and doing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.views.decorators.debug import sensitive_variables

from ..management_api import ManagementApi
from ..web.site_addresses import SiteAddresses
from .account_center import AccountCenterSetup
from .application import ApplicationSetup
from .connectors import ConnectorsSetup
from .declaration import Declaration
from .outcome import Outcome
from .sign_in_page import SignInPageSetup
from .step import Action, Step
from .webhook import WebhookSetup


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of a set-up; ``outcome`` grows as they are applied."""

    steps: tuple[Step, ...]
    outcome: Outcome

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that do something."""
        return tuple(step for step in self.steps if step.is_change)

    def count(self, action: Action) -> int:
        """Return how many steps do this."""
        return sum(step.action is action for step in self.steps)

    def apply(self, api: ManagementApi) -> Iterator[Step]:
        """Do one change after the other; yield each when it is done.

        What was done stays done when one fails: a plan made then begins with the rest.

        Raises:
            ManagementError: Logto refused a change.
            ProviderError: Logto could not be reached, failed or was too slow.
        """
        for step in self.changes:
            step.apply(api, self.outcome)
            yield step


@sensitive_variables()
def make_plan(
    api: ManagementApi,
    declaration: Declaration,
    site: SiteAddresses,
    *,
    app_id: str,
    app_secret: str = "",
    prune: bool = False,
) -> Plan:
    """Read what is in Logto, and return what would make it as declared.

    Args:
        app_id: Of the application that signs visitors in; empty to find or create it.
        app_secret: The secret of it that the site uses, if it has one.
        prune: Delete what is there and not declared: addresses, events, connectors,
            buttons.

    Raises:
        SetupImpossible: What is declared does not go with what is in Logto.
        ProviderError: Logto refused to tell, could not be reached, or failed.
    """
    outcome = Outcome(
        api.credentials.endpoint,
        m2m_app_id=api.credentials.app_id,
        m2m_app_secret=api.credentials.app_secret,
    )
    application = ApplicationSetup(
        declaration.application, site, app_id, app_secret, prune
    )
    steps = _steps(api, declaration, application, outcome, prune=prune)
    return Plan(tuple(steps), outcome)


def _steps(
    api: ManagementApi,
    declaration: Declaration,
    application: ApplicationSetup,
    outcome: Outcome,
    *,
    prune: bool,
) -> Iterator[Step]:
    yield application.step(api, outcome)
    site = application.site
    webhook_url = declaration.webhook_url(site)
    if declaration.webhook is not None and webhook_url is not None:
        webhook = WebhookSetup(declaration.webhook, webhook_url, site.host, prune)
        yield webhook.step(api, outcome)
    # Before the page, which can show those only that there are.
    yield from _connector_steps(api, declaration, outcome, prune=prune)
    if declaration.account_center is not None:
        yield AccountCenterSetup(declaration.account_center).step(api, outcome)


def _connector_steps(
    api: ManagementApi, declaration: Declaration, outcome: Outcome, *, prune: bool
) -> Iterator[Step]:
    declared = declaration.connectors
    has_buttons = declared is not None or declaration.sign_in.social is not None
    if declared is not None:
        yield from ConnectorsSetup(declared, prune).steps(api, outcome)
    yield SignInPageSetup.of(declaration, prune=prune and has_buttons).step(
        api, outcome
    )
