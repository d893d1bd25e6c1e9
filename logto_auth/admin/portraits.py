"""A person's picture, with initials where there is none to show."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..accounts.pictures import safe_picture


def portrait(name: str, picture: object) -> SafeString:
    """Return the picture of who is called ``name``, if its address is a safe one."""
    return render_to_string(
        "logto_auth/admin/portrait.html",
        {"initials": _initials(name), "picture": safe_picture(picture)},
    )


def _initials(name: str) -> str:
    words = (word for word in name[:200].split() if word[0].isalnum())
    return "".join(word[0] for word, _ in zip(words, range(2), strict=False)).upper()
