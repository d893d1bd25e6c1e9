"""Reading what was sent, as it came and no more of it than there may be."""

from __future__ import annotations

from django.http import HttpRequest, UnreadablePostError


class BodyUnusable(ValueError):
    """It is ``too_large`` or ``unreadable``, as its only argument says."""


def read_body(request: HttpRequest, *, most: int) -> bytes:
    """Return the body.

    Django's own limit for bodies plays no part, and no other parser has a say in what
    was sent.

    Args:
        most: Bytes that it may have.

    Raises:
        BodyUnusable: It has more, or cannot be read.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise BodyUnusable("unreadable")
    if len(length) > 15 or int(length) > most:
        raise BodyUnusable("too_large")
    try:
        body = request.read(most + 1)
    except (UnreadablePostError, OSError):
        raise BodyUnusable("unreadable") from None
    if len(body) > most:
        raise BodyUnusable("too_large")
    return body
