"""What Logto sends to the redirect URI (RFC 6749, 4.1.2; RFC 9207)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, QueryDict
from django.views.decorators.debug import sensitive_variables

from ..conf import logto_settings
from ..engine.deadline import deadline
from ..engine.issuer import issuer_of
from ..engine.mode import Mode
from ..errors import (
    AuthorizationRefused,
    AuthorizationResponseInvalid,
    ProviderError,
    SignInCancelled,
    StateUnknown,
)
from .origin import is_redirect_uri

if TYPE_CHECKING:
    from ..sessions.attempts import Attempt

_MAX_LENGTH = 4096
_PARAMETERS = ("state", "code", "iss", "error", "error_description")
_ACCESS_DENIED = "access_denied"


class Parameters(dict[str, str]):
    """Logto's answer. With ``DEBUG`` Django shows the repr of whatever is there when a
    hook fails."""

    def __repr__(self) -> str:
        return f"<{', '.join(self)}>"


@sensitive_variables()
def parameters_of(query: QueryDict | None) -> Parameters:
    """Return the response parameters, each at most once (RFC 6749, 3.1).

    Raises:
        AuthorizationResponseInvalid: ``reason`` names the parameter that came twice or
            is too long, ``too_many`` where Django refused them all.
        StateUnknown: There is no ``state``.
    """
    if query is None:
        raise AuthorizationResponseInvalid(reason="too_many")
    parameters = Parameters()
    for name in _PARAMETERS:
        values = query.getlist(name)
        if len(values) > 1 or len("".join(values)) > _MAX_LENGTH:
            raise AuthorizationResponseInvalid(reason=name)
        if values and values[0]:
            parameters[name] = values[0]
    if "state" not in parameters:
        raise StateUnknown(reason="absent")
    return parameters


@sensitive_variables()
async def check_response(
    request: HttpRequest, mode: Mode, parameters: Parameters, attempt: Attempt
) -> None:
    """Refuse what contradicts itself or says that there was no sign-in.

    Raises:
        SignInCancelled: Logto says ``access_denied``.
        AuthorizationRefused: Logto says any other error.
        AuthorizationResponseInvalid: The rest.
    """
    if not is_redirect_uri(request, attempt.redirect_uri):
        raise AuthorizationResponseInvalid(
            f"started for {attempt.redirect_uri}",
            reason="redirect_uri",
            started=attempt.redirect_uri,
        )
    error, iss = parameters.get("error"), parameters.get("iss")
    if error is None and "code" not in parameters:
        raise AuthorizationResponseInvalid(reason="code")
    if error is None:
        return
    if "code" in parameters:
        raise AuthorizationResponseInvalid(reason="code_and_error")
    await _check_issuer(mode, iss)
    detail = parameters.get("error_description", "")[:200]
    if error == _ACCESS_DENIED:
        raise SignInCancelled(detail)
    raise AuthorizationRefused(detail, reason=error[:64])


async def _check_issuer(mode: Mode, iss: str | None) -> None:
    """Refuse an error of another issuer (RFC 9207, 2.4).

    With a code this is checked where the code is exchanged.
    """
    from ..engine.provider import current_provider

    if iss is None:
        try:
            with deadline(logto_settings.TIMEOUT):
                metadata = await current_provider().metadata(mode)
        except ProviderError:
            return  # nobody is signed in by an error, and it tells more than this one
        is_right = not metadata.sends_iss
    else:
        is_right = iss == issuer_of(logto_settings.ENDPOINT)
    if not is_right:
        raise AuthorizationResponseInvalid(reason="wrong_issuer")
