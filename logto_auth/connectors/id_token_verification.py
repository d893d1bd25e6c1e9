"""How Logto verifies the ID token of a provider: ``idTokenVerificationConfig``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from . import kinds
from .option import option
from .options import Options

_NO_DATE = _(
    "cannot be given: Logto wants a date there, and JSON has none, so that it would "
    "refuse the connector. It compares with its own clock."
)


@dataclass(frozen=True, kw_only=True)
class IdTokenVerification(Options):
    """What has to be true of an ID token."""

    jwks_uri: str = option(
        kinds.address,
        _("Where the provider publishes its keys. Discovered from issuer."),
        required=True,
    )
    issuer: str | Sequence[str] = option(
        kinds.text_or_texts,
        _("Who may have issued it, one or several. Without it anybody may."),
    )
    audience: str | Sequence[str] = option(
        kinds.text_or_texts,
        _("For whom it has to be. Logto puts client_id there, whatever is given."),
    )
    algorithms: Sequence[str] = option(
        kinds.texts,
        _("The algorithms that may have signed it. Those of the keys when left out."),
    )
    clock_tolerance: str | float = option(
        kinds.text_or_number,
        _("How far clocks may differ: seconds, or text such as 5 minutes."),
    )
    crit: Mapping[str, bool] | None = option(
        kinds.switches_by_name,
        _(
            "Critical header parameters that are understood, each with whether it has "
            "to be protected by the signature."
        ),
        default=None,
    )
    current_date: None = option(
        kinds.never(_NO_DATE),
        _("Not to be given: the guide's table has it, and JSON cannot tell it."),
        default=None,
    )
    max_token_age: str | float = option(
        kinds.text_or_number,
        _("How long ago it may have been issued: seconds, or text such as 1 hour."),
    )
    subject: str = option(
        kinds.text, _("Whose it has to be: nobody else can sign in then.")
    )
    typ: str = option(kinds.text, _("The type that its header has to name."))
