"""Where Logto's webhooks arrive."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.debug import sensitive_variables

from ..conf import WEBHOOK_RATE, logto_settings
from ..engine.mode import Mode
from ..errors import LogtoError, WebhookInvalid, WebhookUnsigned
from ..log import Event, log
from ..models import WebhookDelivery
from ..web.hybrid import HybridView
from ..web.rate_limit import check_rate
from .body import BodyUnusable, read_body
from .parsing import event_of
from .signature import HEADER, is_signed

#: Logto tells of up to 5,000 members at once, who take a quarter of it.
MAX_BYTES = 1024 * 1024
#: How many that have failed before are tried again with each that comes.
MOST_DUE = 5


class WebhookView(HybridView):
    """Takes signed webhooks; what is answered is a courtesy, for Logto sends once.

    No browser comes here: the signature says who does.
    """

    http_method_names = ["post"]
    checks_csrf = False

    @sensitive_variables()
    async def post(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Return 200 when the webhook was handled, or was here before."""
        if not logto_settings.WEBHOOK_SIGNING_KEYS:
            return JsonResponse({"error": "webhooks_not_set_up"}, status=404)
        try:
            await check_rate(request, mode, WEBHOOK_RATE)
            body = _signed_body(request)
            event = event_of(body)
        except LogtoError as error:
            log(Event.WEBHOOK_REFUSED, code=error.code, reason=error.reason)
            response = JsonResponse({"error": error.code}, status=error.status)
            if error.retry_after:
                response.headers["Retry-After"] = str(error.retry_after)
            return response
        from .deliveries import handle_due, receive

        state = await mode.call(receive, event, body)
        if state == WebhookDelivery.State.FAILED:
            return JsonResponse({"error": "webhook_failed"}, status=500)
        await mode.call(handle_due, most=MOST_DUE)
        return JsonResponse({"state": state.value})


@sensitive_variables()
def _signed_body(request: HttpRequest) -> bytes:
    try:
        body = read_body(request, most=MAX_BYTES)
    except BodyUnusable as unusable:
        raise WebhookInvalid(reason=str(unusable)) from None
    keys = logto_settings.WEBHOOK_SIGNING_KEYS
    if not is_signed(body, request.headers.get(HEADER, ""), keys):
        raise WebhookUnsigned()
    return body
