"""The address by which visitors and Logto know this site."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
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
_PROXY = _(
    '%(site)s, by --site. But LOGTO["BASE_URL"] is not set: behind a proxy that takes '
    "the TLS off, this site would build addresses with http://, as nothing tells "
    "Django of it."
)
_TELL = _(
    'Set LOGTO["BASE_URL"] = "%(site)s"; or, where a proxy takes the TLS off, '
    "SECURE_PROXY_SSL_HEADER as it sets its header."
)
_SET = _('%(site)s, by LOGTO["BASE_URL"].')


def look_at_site_address(context: Context) -> Iterator[Line]:
    """Yield whether the address is known; without it nothing can be compared."""
    site, base_url = context.origin, logto_settings.BASE_URL
    if not site:
        yield SITE_ADDRESS.warning(_UNKNOWN, closes=True)
        return
    context.addresses  # noqa: B018 - asked for what it raises
    facts = {"site": site, "base_url": base_url}
    if base_url and site != base_url:
        yield SITE_ADDRESS.warning(_ANOTHER % facts)
    elif not base_url and _may_lose_its_scheme(site):
        yield SITE_ADDRESS.warning(_PROXY % facts, _TELL % facts)
    else:
        yield SITE_ADDRESS.ok((_SET if base_url else _GIVEN) % facts)


def _may_lose_its_scheme(site: str) -> bool:
    return site.startswith("https:") and settings.SECURE_PROXY_SSL_HEADER is None
