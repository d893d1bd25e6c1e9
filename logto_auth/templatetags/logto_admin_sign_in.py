"""``{% load logto_admin_sign_in %}``: what the login page of Django's admin offers."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.template import Library, RequestContext
from django.urls import NoReverseMatch, reverse

from ..conf import logto_settings
from ..web.loop import forget_rounds
from ..web.next_url import is_safe
from ..web.origin import NEXT, SIGN_IN, SIGN_OUT, view_url

register = Library()


@dataclass(frozen=True)
class Offer:
    """What there is besides a password, or instead of it.

    Args:
        mode: ``ADMIN_SIGN_IN``.
        is_refused: Somebody is signed in who may not use this admin.
        sign_in_url: Starts a sign-in; empty where ``logto_auth.urls`` are not included.
        sign_out_url: Ends the session, by POST.
    """

    mode: str
    is_refused: bool = False
    sign_in_url: str = ""
    sign_out_url: str = ""


@register.simple_tag(takes_context=True)
def logto_admin_sign_in(context: RequestContext) -> Offer:
    """Return the offer to whoever sees the page, by what Django's login view gave it.

    A visitor who is refused is asked by Logto who they are: else its session would
    bring them back at once.
    """
    request, mode = context.request, logto_settings.ADMIN_SIGN_IN
    if mode == "off":
        return Offer(mode)
    is_refused = request.user.is_authenticated and not context.get("has_permission")
    if is_refused:
        # Here it ends, however often somebody tries the same account.
        forget_rounds(request.session)
    options = {"prompt": "login"} if is_refused else {}
    try:
        return Offer(
            mode,
            is_refused,
            view_url(SIGN_IN, _next(request, context.get(NEXT)), **options),
            view_url(SIGN_OUT),
        )
    except NoReverseMatch:
        return Offer(mode, is_refused)


def _next(request: HttpRequest, asked_for: str | None) -> str:
    """Return the page that Django's login view would lead to, else the admin's first.

    Django has checked the host; a page may be too long for a sign-in all the same.
    """
    if asked_for and is_safe(request, asked_for):
        return asked_for
    return reverse("admin:index", current_app=request.current_app)
