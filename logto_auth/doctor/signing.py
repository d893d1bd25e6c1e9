"""What Logto signs ID tokens with, and whether they can be verified."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from ..engine.document import document_of
from ..engine.keys import ALGORITHMS as ACCEPTED
from ..engine.keys import Key, KeySet
from .catalogue import ALGORITHMS, KEYS
from .context import Context
from .line import Line

_SIGNS = _("Logto signs ID tokens with %(algorithms)s.")
_FOREIGN = _(
    "Logto signs ID tokens with %(algorithms)s; this package accepts %(accepted)s."
)
_PUBLISHES = _("Logto publishes %(keys)s.")
_OTHER_KEYS = _("Logto publishes %(keys)s, and no key for %(algorithms)s.")
_NO_KID = _("no kid")


def look_at_algorithms(context: Context) -> Iterator[Line]:
    """Yield whether one of Logto's algorithms is one of ours."""
    offered = _offered(context)
    facts = {
        "algorithms": ", ".join(offered) or "–",
        "accepted": ", ".join(ACCEPTED),
    }
    if set(offered) & set(ACCEPTED):
        yield ALGORITHMS.ok(_SIGNS % facts)
    else:
        yield ALGORITHMS.failure(_FOREIGN % facts)


def look_at_keys(context: Context) -> Iterator[Line]:
    """Yield whether a published key fits one of Logto's algorithms."""
    url = context.metadata.jwks_uri
    keys = KeySet.parse(document_of(context.get(url), url)).keys
    offered = set(_offered(context))
    facts = {
        "keys": ", ".join(map(_named, keys)),
        "algorithms": ", ".join(sorted(offered & set(ACCEPTED))),
    }
    if any(offered & set(key.algorithms) for key in keys):
        yield KEYS.ok(_PUBLISHES % facts)
    else:
        yield KEYS.failure(_OTHER_KEYS % facts)


def _offered(context: Context) -> list[str]:
    offered: list[str] = context.metadata.document[
        "id_token_signing_alg_values_supported"
    ]
    return offered


def _named(key: Key) -> str:
    return f"{key.kid or _NO_KID} ({', '.join(key.algorithms)})"
