"""What a template's author writes after the name of a tag."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.shortcuts import resolve_url
from django.template import Context, TemplateSyntaxError, Variable
from django.template.base import FilterExpression, Parser, token_kwargs

from ..errors import SignInOptionInvalid
from ..web.options import checked_options, option_text
from ..web.origin import NEXT


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
