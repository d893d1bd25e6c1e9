"""The site's own sign-in page: the visitor chooses the provider here.

It asks nothing of Logto and of the database. Every choice on it is a link to the view
that starts a sign-in.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from ..engine.mode import Mode
from ..errors import LogtoError
from .entry import EntryView
from .navigation import Navigation, navigation_of
from .options import DIRECT
from .origin import CHOOSE, SIGN_IN, SIGN_UP, canonical_uri, view_url
from .pages import error_page, page
from .provider_choices import known_experience, provider_choices
from .sign_in import leave, refusal
from .templates import SIGN_IN_TEMPLATE

# A page that is only looked at, or fetched ahead, does no harm.
_SHOWN_TO = (Navigation.PAGE, Navigation.SPECULATIVE)
# The sign-up view has its own.
_FIRST_SCREEN = "first_screen"


class ChooseView(EntryView):
    """Shows the ways to sign in; it may be a ``LOGIN_URL``."""

    http_method_names = ["get", "head"]
    template_name = SIGN_IN_TEMPLATE

    async def get(self, request: HttpRequest, mode: Mode) -> HttpResponseBase:
        """Show the page to a person; others are answered as by the sign-in itself."""
        next_url = self.next_of(request)
        try:
            options = self.options_of(request)
        except LogtoError as error:
            return await mode.call(error_page, request, error, next_url=next_url)
        asks = navigation_of(request)
        if asks not in _SHOWN_TO:
            return await mode.call(refusal, request, asks, next_url, options, CHOOSE)
        elsewhere = canonical_uri(request, next_url, options, CHOOSE)
        if elsewhere is not None:
            return await leave(request, mode, elsewhere)
        return await mode.call(self._page, request, next_url, options)

    head = get

    def _page(
        self, request: HttpRequest, next_url: str, options: Mapping[str, str]
    ) -> HttpResponse:
        others = {name: value for name, value in options.items() if name != DIRECT}
        new = {name: value for name, value in others.items() if name != _FIRST_SCREEN}
        experience = known_experience()
        registers = experience is None or experience.registers
        context = {
            "providers": provider_choices(
                experience,
                lambda to: view_url(SIGN_IN, next_url, **{**others, DIRECT: to}),
                request,
            ),
            "sign_in_url": view_url(SIGN_IN, next_url, **others),
            "sign_up_url": view_url(SIGN_UP, next_url, **new) if registers else "",
        }
        return page(request, self.template_name, context)
