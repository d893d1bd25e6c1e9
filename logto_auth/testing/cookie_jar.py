"""The cookies of one browser at one host."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit


class CookieJar:
    """Keeps cookies by name and path; what a server deletes is gone.

    No other cookie expires: the simulator's clock can be moved, this one's cannot.
    """

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str], str] = {}

    def store(self, headers: Iterable[str]) -> None:
        """Take the values of ``Set-Cookie`` headers."""
        for header in headers:
            pair, *attributes = header.split(";")
            name, _, value = pair.strip().partition("=")
            options = dict(_attribute(text) for text in attributes)
            key = (name, options.get("path", "/"))
            if _is_deleted(options):
                self._cookies.pop(key, None)
            else:
                self._cookies[key] = value

    def header(self, url: str) -> str:
        """Return the ``Cookie`` header for a request to ``url``."""
        asked = urlsplit(url).path
        return "; ".join(
            f"{name}={value}"
            for (name, path), value in self._cookies.items()
            if asked == path or asked.startswith(path.rstrip("/") + "/")
        )

    def clear(self) -> None:
        """Forget everything."""
        self._cookies.clear()


def _is_deleted(options: dict[str, str]) -> bool:
    if max_age := options.get("max-age"):
        return int(max_age) <= 0
    expires = options.get("expires")
    return bool(expires and parsedate_to_datetime(expires).timestamp() <= 0)


def _attribute(text: str) -> tuple[str, str]:
    name, _, value = text.strip().partition("=")
    return name.lower(), value
