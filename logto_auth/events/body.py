"""Reading what was sent, as it came and no more of it than there may be."""

from __future__ import annotations

from django.http import HttpRequest, UnreadablePostError


def read_body(request: HttpRequest, *, most: int) -> bytes | None:
    """Return the body, None when it is longer than ``most`` bytes or cannot be read.

    Django's own limit for bodies plays no part, and no other parser has a say in what
    was sent.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()) or len(length) > 15:
        return None
    if int(length) > most:
        return None
    try:
        body = request.read(most + 1)
    except (UnreadablePostError, OSError):
        return None
    return body if len(body) <= most else None
