"""The simulator's HTML pages: templates in ``pages/``, escaped, under a strict CSP."""

from __future__ import annotations

import functools
import html
import secrets
from collections.abc import Iterable, Sequence
from importlib import resources
from string import Template

from aiohttp import web


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


@functools.cache
def _template(name: str) -> Template:
    folder = resources.files(__package__) / "pages"
    return Template((folder / name).read_text(encoding="utf-8"))


def render(template: str, /, **values: str) -> Html:
    """Return ``template`` with ``values``, escaped unless they are Html."""
    escaped = {
        key: value if isinstance(value, Html) else html.escape(value)
        for key, value in values.items()
    }
    return Html(_template(template).substitute(escaped))


def joined(parts: Iterable[Html]) -> Html:
    """Return several pieces of HTML as one."""
    return Html("\n".join(parts))


def page(title: str, body: Html, *, status: int = 200) -> web.Response:
    """Return a whole page."""
    response = _answer(render("layout.html", title=title, body=body), status=status)
    # What Logto says about the pages of its sign-in experience.
    response.headers["Cache-Control"] = "no-cache, no-store, must-revalidate"
    return response


def self_posting_page(
    action: str, fields: Sequence[tuple[str, str]], *, status: int = 200
) -> web.Response:
    """Return a page that posts ``fields`` to ``action`` by itself.

    Without JavaScript there is a button.
    """
    nonce = secrets.token_urlsafe(16)
    text = render(
        "self_posting.html",
        action=action,
        nonce=nonce,
        fields=joined(
            render("hidden_field.html", name=name, value=value)
            for name, value in fields
        ),
    )
    return _answer(text, status=status, nonce=nonce)


def _answer(text: str, *, status: int, nonce: str = "") -> web.Response:
    # Browsers apply form-action to every redirect after a form, and the last of them
    # is anywhere that the application sends the person, so it cannot be narrower.
    policy = {
        "default-src": "'none'",
        "style-src": "'self'",
        "img-src": "'self'",
        "form-action": "http: https:" if "<form" in text else "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    if nonce:
        policy["script-src"] = f"'nonce-{nonce}'"
    return web.Response(
        status=status,
        text=text,
        content_type="text/html",
        headers={
            "Cache-Control": "no-store",
            "Content-Security-Policy": "; ".join(
                f"{name} {value}" for name, value in policy.items()
            ),
            "Referrer-Policy": "strict-origin-when-cross-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )
