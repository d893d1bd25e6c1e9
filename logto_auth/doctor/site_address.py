"""The address by which visitors and Logto know this site."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ..conf import logto_settings
from .catalogue import SITE_ADDRESS
from .context import Context
from .line import Line

_UNKNOWN = _("Nothing says what it is: it is taken from each request.")
_ANOTHER = _(
    '%(site)s, by --site; but this site builds its addresses from LOGTO["BASE_URL"], '
    "which is %(base_url)s."
)
_GIVEN = _("%(site)s, by --site.")
_SET = _('%(site)s, by LOGTO["BASE_URL"].')


def look_at_site_address(context: Context) -> Iterator[Line]:
    """Yield whether the address is known; without it nothing can be compared."""
    site, base_url = context.origin, logto_settings.BASE_URL
    if not site:
        yield SITE_ADDRESS.warning(_UNKNOWN, closes=True)
        return
    context.addresses  # noqa: B018 - asked for what it raises
    if base_url and site != base_url:
        yield SITE_ADDRESS.warning(_ANOTHER % {"site": site, "base_url": base_url})
    else:
        found = _SET if base_url else _GIVEN
        yield SITE_ADDRESS.ok(found % {"site": site})
