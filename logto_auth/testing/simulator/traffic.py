"""What reached the simulator: requests and connections, for tests that count them."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from aiohttp import web


@dataclass(frozen=True)
class Call:
    """One request.

    Args:
        query: Its query parameters, which may hold a code or a token.
        form_names: The names of its form fields; the values are secrets.
        authorization: The scheme of its ``Authorization`` header, such as ``Basic``.
    """

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict, repr=False)
    form_names: tuple[str, ...] = ()
    authorization: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Traffic:
    """Every request and connection since the last `forget_calls`."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.connections = 0

    def forget_calls(self) -> None:
        """Count requests and connections from zero."""
        self.calls.clear()
        self.connections = 0

    async def note(self, request: web.Request) -> None:
        """Write ``request`` down."""
        names: tuple[str, ...] = ()
        if request.content_type == "application/x-www-form-urlencoded":
            pairs = parse_qsl((await request.read()).decode(errors="replace"))
            names = tuple(name for name, _ in pairs)
        scheme = request.headers.get("Authorization", "").partition(" ")[0]
        self.calls.append(
            Call(request.method, request.path, dict(request.query), names, scheme)
        )
