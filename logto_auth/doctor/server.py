"""The Logto server: that it is reached, is the one that is meant, and safe to ask."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ..conf import logto_settings
from ..loopback import is_loopback
from .catalogue import CONNECTION, ENCRYPTION, ISSUER
from .context import Context
from .line import Line

_REACHED = _("%(endpoint)s answers.")
_TRUSTED = _("The certificate of %(endpoint)s is trusted.")
_ON_THIS_MACHINE = _("%(endpoint)s is on this machine, and needs none.")
_PLAIN = _("%(endpoint)s is not https.")
_ISSUER = _("Logto calls itself %(issuer)s, as this site does.")


def look_at_connection(context: Context) -> Iterator[Line]:
    """Yield whether something answers at the endpoint, whatever it says."""
    context.discovery  # noqa: B018 - asked for what it raises
    yield CONNECTION.ok(_REACHED % {"endpoint": logto_settings.ENDPOINT})


def look_at_encryption(context: Context) -> Iterator[Line]:
    """Yield whether secrets travel in the clear."""
    endpoint = logto_settings.ENDPOINT
    facts = {"endpoint": endpoint}
    if endpoint.startswith("https:"):
        yield ENCRYPTION.ok(_TRUSTED % facts)
    elif is_loopback(endpoint):
        yield ENCRYPTION.ok(_ON_THIS_MACHINE % facts)
    else:
        yield ENCRYPTION.warning(_PLAIN % facts)


def look_at_issuer(context: Context) -> Iterator[Line]:
    """Yield whether the metadata is that of the Logto that is meant."""
    yield ISSUER.ok(_ISSUER % {"issuer": context.metadata.issuer})
