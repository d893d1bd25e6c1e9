"""``{% load logto %}``: addresses and buttons for signing in and out.

What a template's author writes out is checked when the template is compiled. What comes
from a variable, a visitor's own query perhaps, is checked by the view that the link
leads to, with a coded answer, and cannot break the page that the link is on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, cast

from django.shortcuts import resolve_url
from django.template import (
    Context,
    Library,
    Node,
    Template,
    TemplateSyntaxError,
    Variable,
)
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.utils.html import conditional_escape

from ..accounts.pictures import safe_picture
from ..accounts.profile_pages import safe_profile_url
from ..branding import provider_icon, provider_name
from ..conf import logto_settings
from ..errors import SignInOptionInvalid
from ..providers import direct_sign_in
from ..web.options import OPTIONS, checked_options, option_text
from ..web.origin import CONNECT, NEXT, SIGN_IN, SIGN_OUT, SIGN_UP, view_url
from ..web.templates import PROVIDER_BUTTONS_TEMPLATE, SIGN_OUT_BUTTON_TEMPLATE
from ..web.views import SignInView, SignUpView

register = Library()

register.filter("logto_provider_name", provider_name)
register.filter("logto_provider_icon", provider_icon)
register.filter("logto_picture", safe_picture)
register.filter("logto_profile_url", safe_profile_url)

CompileTag = Callable[[Parser, Token], Node]
DIRECT = "direct_sign_in"


class Arguments:
    """``next`` and the options of one tag, as the template's author wrote them.

    Args:
        known: The options that the tag takes besides ``next``.

    Raises:
        TemplateSyntaxError: There is no such option, or Logto would not understand its
            value.
    """

    def __init__(
        self, tag: str, bits: list[str], parser: Parser, known: Collection[str]
    ) -> None:
        self.expressions = token_kwargs(bits, parser)
        if bits:
            raise TemplateSyntaxError(f"{tag} takes name=value, not {bits[0]!r}")
        self.options = {k: v for k, v in self.expressions.items() if k != NEXT}
        if unknown := sorted(self.options.keys() - known):
            raise TemplateSyntaxError(
                f"{tag} takes no {', '.join(unknown)}; "
                f"it takes {', '.join((NEXT, *known))}"
            )
        try:
            checked_options({k: _written(v) for k, v in self.options.items()})
        except SignInOptionInvalid as error:
            raise TemplateSyntaxError(
                f"{tag}: Logto knows no such {error.reason}"
            ) from None

    def options_in(self, context: Context) -> dict[str, str]:
        """Return the options that have a value."""
        values = {k: v.resolve(context) for k, v in self.options.items()}
        return {k: option_text(v) for k, v in values.items() if v not in (None, "")}

    def next_in(self, context: Context) -> str | None:
        """Return ``next``, None when it is not given.

        A name of a view has to be written out: a visitor's query may hold anything.
        """
        if NEXT not in self.expressions:
            return None
        if written := _written(self.expressions[NEXT]):
            return resolve_url(written)
        return str(self.expressions[NEXT].resolve(context) or "")


def _written(expression: FilterExpression) -> Any:
    """Return the value of a literal, None for what only the context knows."""
    value = expression.var
    if expression.filters:
        return None
    return value.literal if isinstance(value, Variable) else value


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


def _here(context: Context) -> str:
    """Return the page that is being made, empty where no request is known."""
    request = getattr(context, "request", None) or context.get("request")
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
def logto_provider_buttons(parser: Parser, token: Token) -> Node:
    """Return a link for each of the site's ``PROVIDERS``."""
    tag, *bits = token.split_contents()
    arguments = Arguments(tag, bits, parser, _all_but([DIRECT]))

    def button(provider: str, name: str, context: Context) -> Mapping[str, str]:
        option = {DIRECT: direct_sign_in(provider)}
        url = _entry_url(SIGN_IN, arguments, context, **option)
        icon = provider_icon(provider)
        return {"provider": provider, "name": name, "icon": icon, "url": url}

    def values(context: Context) -> dict[str, Any]:
        given = logto_settings.PROVIDERS.items()
        return {"providers": [button(key, name, context) for key, name in given]}

    return PartNode(PROVIDER_BUTTONS_TEMPLATE, values)
