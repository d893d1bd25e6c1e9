"""``{% load logto %}``: addresses and buttons for signing in and out.

What a template's author writes out is checked when the template is compiled. What comes
from a variable, a visitor's own query perhaps, is checked by the view that the link
leads to, with a coded answer, and cannot break the page that the link is on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, cast

from django.http import HttpRequest
from django.template import Context, Library, Node, Template, TemplateSyntaxError
from django.template.base import Parser, Token
from django.utils.html import conditional_escape

from ..accounts.pictures import safe_picture
from ..accounts.profile_pages import safe_profile_url
from ..branding import provider_icon, provider_name
from ..web.options import DIRECT, OPTIONS
from ..web.origin import CHOOSE, CONNECT, SIGN_IN, SIGN_OUT, SIGN_UP, view_url
from ..web.provider_choices import ProviderChoice, known_experience, provider_choices
from ..web.templates import PROVIDER_BUTTONS_TEMPLATE, SIGN_OUT_BUTTON_TEMPLATE
from ..web.views import SignInView, SignUpView
from .arguments import Arguments

register = Library()

register.filter("logto_provider_name", provider_name)
register.filter("logto_provider_icon", provider_icon)
register.filter("logto_picture", safe_picture)
register.filter("logto_profile_url", safe_profile_url)

CompileTag = Callable[[Parser, Token], Node]


class UrlNode(Node):
    """An address, printed or stored: ``{% tag … as name %}``."""

    def __init__(self, url: Callable[[Context], str], variable: str | None) -> None:
        self.url = url
        self.variable = variable

    def render(self, context: Context) -> str:
        """See Node.render()."""
        url = self.url(context)
        if self.variable is None:
            return conditional_escape(url) if context.autoescape else url
        context[self.variable] = url
        return ""


class StoreNode(Node):
    """What only a template can do something with."""

    def __init__(self, value: Callable[[Context], Any], variable: str) -> None:
        self.value = value
        self.variable = variable

    def render(self, context: Context) -> str:
        """See Node.render()."""
        context[self.variable] = self.value(context)
        return ""


class PartNode(Node):
    """A template of this package in the middle of a page, with the page's context."""

    def __init__(
        self, template: str, values: Callable[[Context], dict[str, Any]]
    ) -> None:
        self.template = template
        self.values = values

    def render(self, context: Context) -> str:
        """See Node.render()."""
        page = cast("Template", context.template)  # the one that is being rendered
        part = page.engine.get_template(self.template)
        with context.push(**self.values(context)):
            return part.render(context)


def _split(token: Token) -> tuple[str, list[str], str | None]:
    """Return the tag's name, its arguments and the variable to store into."""
    tag, *bits = token.split_contents()
    if len(bits) >= 2 and bits[-2] == "as":
        return tag, bits[:-2], bits[-1]
    return tag, bits, None


def _request(context: Context) -> HttpRequest | None:
    """Return the request of the page that is being made, None where none is known."""
    return getattr(context, "request", None) or context.get("request")


def _here(context: Context) -> str:
    """Return the page that is being made, empty where no request is known."""
    request = _request(context)
    return "" if request is None else request.get_full_path()


def _entry_url(
    view: str, arguments: Arguments, context: Context, **options: str
) -> str:
    """Return the address of a sign-in that comes back here when not told otherwise."""
    next_url = arguments.next_in(context)
    options |= arguments.options_in(context)
    return view_url(view, _here(context) if next_url is None else next_url, **options)


def _entry_tag(view: str, fixed: Collection[str]) -> CompileTag:
    """Return a tag for a view whose request may not change the options ``fixed``."""
    known = _all_but(fixed)

    def compile_tag(parser: Parser, token: Token) -> Node:
        tag, bits, variable = _split(token)
        arguments = Arguments(tag, bits, parser, known)
        return UrlNode(lambda context: _entry_url(view, arguments, context), variable)

    return compile_tag


def _all_but(names: Collection[str]) -> Collection[str]:
    return [name for name in OPTIONS if name not in names]


register.tag("logto_sign_in_url", _entry_tag(SIGN_IN, SignInView.sign_in_options))
register.tag("logto_choose_url", _entry_tag(CHOOSE, [DIRECT]))
register.tag("logto_sign_up_url", _entry_tag(SIGN_UP, SignUpView.sign_in_options))
register.tag("logto_connect_url", _entry_tag(CONNECT, OPTIONS))


@register.tag
def logto_sign_out_url(parser: Parser, token: Token) -> Node:
    """Return the address of the page that asks before it signs out."""
    tag, bits, variable = _split(token)
    arguments = Arguments(tag, bits, parser, ())
    return UrlNode(
        lambda context: view_url(SIGN_OUT, arguments.next_in(context) or ""), variable
    )


@register.tag
def logto_sign_out_button(parser: Parser, token: Token) -> Node:
    """Return the form that signs out at once."""
    tag, *bits = token.split_contents()
    arguments = Arguments(tag, bits, parser, ())

    def values(context: Context) -> dict[str, Any]:
        return {
            "sign_out_url": view_url(SIGN_OUT),
            "next": arguments.next_in(context) or "",
        }

    return PartNode(SIGN_OUT_BUTTON_TEMPLATE, values)


@register.tag
def logto_providers(parser: Parser, token: Token) -> Node:
    """Store the providers that a visitor can choose from, for a list of the site's own.

    Where the template asks for the one used last, the page is that of one visitor.
    """
    tag, bits, variable = _split(token)
    if variable is None:
        raise TemplateSyntaxError(f"{tag} needs a name to store into: as providers")
    arguments = Arguments(tag, bits, parser, _all_but([DIRECT]))
    return StoreNode(
        lambda context: _choices(arguments, context, _request(context)), variable
    )


@register.tag
def logto_provider_buttons(parser: Parser, token: Token) -> Node:
    """Return a link for each of the providers.

    None is marked as the one used last, so that a page for everybody stays one.
    """
    tag, *bits = token.split_contents()
    arguments = Arguments(tag, bits, parser, _all_but([DIRECT]))
    return PartNode(
        PROVIDER_BUTTONS_TEMPLATE,
        lambda context: {"providers": _choices(arguments, context, None)},
    )


def _choices(
    arguments: Arguments, context: Context, request: HttpRequest | None
) -> list[ProviderChoice]:
    def url(provider: str) -> str:
        return _entry_url(SIGN_IN, arguments, context, **{DIRECT: provider})

    return provider_choices(known_experience(), url, request)
