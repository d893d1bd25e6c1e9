"""What usually is behind each error, for whoever develops a site.

The keys are a code of ``errors`` or ``log``, then a reason; an empty reason stands for
all that are not listed. Texts may name the facts that `explanation.site_facts` gathers.
"""

from __future__ import annotations

from collections.abc import Mapping

from . import address, asking, management, provider, setup, site, told
from .cause import Cause

__all__ = ["CAUSES", "Cause"]

CAUSES: Mapping[str, Mapping[str, Cause]] = {
    **asking.CAUSES,
    **provider.CAUSES,
    **address.CAUSES,
    **site.CAUSES,
    **management.CAUSES,
    **setup.CAUSES,
    **told.CAUSES,
}
