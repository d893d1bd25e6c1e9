"""Whether people may see and change their own account."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from .catalogue import ACCOUNT_CENTER
from .context import Context
from .line import Line

_OFF = _("It is off: nobody can see or change their own account.")
_ON = _("It is on, with %(fields)s.")
_ON_WITHOUT = _("It is on, and lets people see and change nothing.")
_HIDDEN = "Off"


def look_at_account_center(context: Context) -> Iterator[Line]:
    """Yield whether it is on, and with which fields."""
    center = context.api.get_account_center()
    shown = {name: may for name, may in center.fields.items() if may != _HIDDEN}
    told = ", ".join(f"{name}: {may}" for name, may in shown.items())
    if not center.enabled:
        yield ACCOUNT_CENTER.warning(_OFF)
    elif not shown:
        yield ACCOUNT_CENTER.warning(_ON_WITHOUT)
    else:
        yield ACCOUNT_CENTER.ok(_ON % {"fields": told})
