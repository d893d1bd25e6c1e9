"""Kinds of values that connectors have.

Each function takes a value and returns the rest of a sentence that says what is
expected of it, or nothing when it is as expected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from ..errors import Text
from ..placeholder import is_placeholder

Kind = Callable[[Any], Text]

FINE = ""
#: What a column of Logto's holds, of what goes into addresses as it is.
_IDENTIFIER = re.compile(r"[\w.~-]{1,128}", re.ASCII)
_TEXT = _("must be text.")
_PLACEHOLDER = _("is still the value of an example.")
_ADDRESS = _("must be an address such as https://example.com/oauth/token.")
_IMAGE = _("must be the address of a picture, or a data: address that is one.")
_SWITCH = _("must be true or false.")
_TEXTS = _("must be a list of texts.")
_TEXT_OR_TEXTS = _("must be text, or a list of texts.")
_TEXT_OR_NUMBER = _("must be a number of seconds, or text such as 5 minutes.")
_IDENTIFIER_EXPECTED = _(
    "must be at most 128 letters without accents, digits, dots, hyphens, tildes and "
    "underscores."
)
_NAME = _("must be text, or a table of texts by language in which en is one.")
TABLE = _("must be a table.")
_TEXTS_BY_NAME = _("must be a table of texts.")
_SWITCHES_BY_NAME = _("must be a table of true and false.")
_ONE_OF = _("must be one of %(words)s.")


def text(value: Any) -> Text:
    """Any text that says something."""
    if not isinstance(value, str) or not value.strip():
        return _TEXT
    return _PLACEHOLDER if is_placeholder(value) else FINE


def address(value: Any) -> Text:
    """An http or https address, which may have a query."""
    expected = text(value)
    if expected:
        return expected
    return FINE if is_address(value) else _ADDRESS


def image(value: Any) -> Text:
    """An address that a page shows as a picture."""
    expected = text(value)
    if expected:
        return expected
    is_image = value.startswith("data:image/") or is_address(value)
    return FINE if is_image else _IMAGE


def identifier(value: Any) -> Text:
    """What stands in addresses of Logto, and of this site, as it is."""
    is_text = isinstance(value, str)
    return FINE if is_text and _IDENTIFIER.fullmatch(value) else _IDENTIFIER_EXPECTED


def switch(value: Any) -> Text:
    """True or False."""
    return FINE if isinstance(value, bool) else _SWITCH


def texts(value: Any) -> Text:
    """A list of texts."""
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return FINE if is_list and not any(map(text, value)) else _TEXTS


def text_or_texts(value: Any) -> Text:
    """Text, or a list of texts."""
    return _TEXT_OR_TEXTS if text(value) and texts(value) else FINE


def text_or_number(value: Any) -> Text:
    """A span of time: seconds, or in words."""
    return FINE if is_number(value) or not text(value) else _TEXT_OR_NUMBER


def name(value: Any) -> Text:
    """What people read: text, or one text for each language, in English at least."""
    is_table = isinstance(value, Mapping) and "en" in value
    return _NAME if text(value) and (not is_table or texts_by_name(value)) else FINE


def table(value: Any) -> Text:
    """A table of anything."""
    return FINE if _is_table(value, object) else TABLE


def texts_by_name(value: Any) -> Text:
    """A table of texts."""
    return FINE if _is_table(value, str) else _TEXTS_BY_NAME


def switches_by_name(value: Any) -> Text:
    """A table of true and false."""
    return FINE if _is_table(value, bool) else _SWITCHES_BY_NAME


def one_of(*words: str) -> Kind:
    """Return the kind that is one of ``words``."""

    def kind(value: Any) -> Text:
        is_word = isinstance(value, str) and value in words
        return FINE if is_word else _ONE_OF % {"words": ", ".join(words)}

    return kind


def never(why: Text) -> Kind:
    """Return the kind that nothing is of, because ``why``."""
    return lambda value: why


def is_number(value: Any) -> bool:
    """Tell whether this is a number, as JSON has them."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_address(value: str) -> bool:
    """Tell whether this is an http or https address."""
    try:
        parts = urlsplit(value)
        _ = parts.port  # not a number, or too large
    except ValueError:
        return False
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    return is_web and not any(char.isspace() for char in value)


def _is_table(value: Any, of: type) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(key, str) and isinstance(item, of) for key, item in value.items()
    )
