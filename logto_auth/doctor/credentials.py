"""Whether Logto takes the App ID and App secret of this site."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from ..conf import logto_settings
from ..engine.mode import BLOCKING, run_blocking
from ..engine.token_endpoint import exchange_code
from ..errors import ProviderResponseInvalid, TokenRequestRefused
from .catalogue import APPLICATION_TYPE, CREDENTIALS
from .context import Context
from .line import Line

_TAKEN = _("Logto takes the secret of the application %(app_id)s.")
_NO_SIGN_IN = _(
    "Logto takes the secret of the application %(app_id)s, but lets it sign nobody in "
    "(%(error)s)."
)


def look_at_credentials(context: Context) -> Iterator[Line]:
    """Yield whether the token endpoint takes them.

    It is asked for the tokens of a code that nobody was given: no grant is touched, and
    it looks at the secret first.
    """
    app_id = logto_settings.APP_ID
    error = _refusal_of_a_made_up_code(context)
    if error == "invalid_grant":
        yield CREDENTIALS.ok(_TAKEN % {"app_id": app_id})
    else:
        found = _NO_SIGN_IN % {"app_id": app_id, "error": error}
        yield CREDENTIALS.failure(found, APPLICATION_TYPE.fix)


@sensitive_variables()
def _refusal_of_a_made_up_code(context: Context) -> str:
    work = exchange_code(
        BLOCKING,
        context.metadata.token_endpoint,
        client_id=logto_settings.APP_ID,
        client_secret=logto_settings.APP_SECRET,
        redirect_uri=f"{logto_settings.ENDPOINT}/",
        code=secrets.token_urlsafe(32),
        code_verifier=secrets.token_urlsafe(32),
    )
    try:
        run_blocking(work)
    except TokenRequestRefused as error:
        return error.reason
    raise ProviderResponseInvalid("a code that was never issued is taken")
