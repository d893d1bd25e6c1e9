"""Whether the buttons of this site lead to providers that Logto has."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ..conf import logto_settings
from ..providers import ENTERPRISE
from .catalogue import PROVIDERS
from .connectors import social_connectors
from .context import Context
from .line import Line

_NO_BUTTONS = _('LOGTO["PROVIDERS"] names none.')
_THERE = _("Logto's sign-in page has %(targets)s.")
_NO_CONNECTOR = _("Logto has no connector for %(targets)s.")
_NOT_ON_PAGE = _(
    "Logto's sign-in page does not have %(targets)s: such a button leads to the page, "
    "not to the provider."
)
_PUT_ON_PAGE = _('Add it to the sign-in page, or take it out of LOGTO["PROVIDERS"].')


def look_at_providers(context: Context) -> Iterator[Line]:
    """Yield which buttons lead nowhere, enterprise connectors left out."""
    named = [key for key in logto_settings.PROVIDERS if not key.startswith(ENTERPRISE)]
    on_page = context.experience.social_targets
    there = {connector.target for connector in social_connectors(context)}
    missing = [target for target in named if target not in there]
    hidden = [target for target in named if target in there - set(on_page)]
    if missing:
        yield PROVIDERS.warning(_NO_CONNECTOR % {"targets": ", ".join(missing)})
    if hidden:
        found = _NOT_ON_PAGE % {"targets": ", ".join(hidden)}
        yield PROVIDERS.warning(found, _PUT_ON_PAGE)
    if not named:
        yield PROVIDERS.ok(_NO_BUTTONS)
    elif not (missing or hidden):
        yield PROVIDERS.ok(_THERE % {"targets": ", ".join(named)})
