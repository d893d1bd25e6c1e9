"""What reached the simulator and left it: calls to count, and secrets to look for."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from aiohttp import web

from .path_suffix import matches

#: Parameters whose values have no business in a site's log, pages or error reports.
SECRET_PARAMETERS = frozenset(
    {
        "access_token",
        "client_secret",
        "code",
        "code_verifier",
        "id_token",
        "nonce",
        "refresh_token",
        "state",
        "token",
    }
)


# Those of JSON documents; a `code` there is an error's.
_TOKENS = frozenset(name for name in SECRET_PARAMETERS if name.endswith("_token"))
# At any depth.
_SECRET_MEMBERS = frozenset({"clientSecret", "signingKey"})


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
    """Every request and connection since the last `forget_calls`.

    Attributes:
        secrets: The codes, verifiers, nonces, states, tokens, signing keys and secrets
            of applications and connectors that came and went since the beginning, each
            with the name of its parameter: what a site must not show.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.connections = 0
        self.secrets: dict[str, str] = {}

    def forget_calls(self) -> None:
        """Count requests and connections from zero."""
        self.calls.clear()
        self.connections = 0

    def count(self, path: str) -> int:
        """Return how often a path, or a path that ends so, was asked.

        Args:
            path: ``*`` in it stands for one segment, as in `Faults.put`.
        """
        return sum(matches(call.path, path) for call in self.calls)

    async def note(self, request: web.Request) -> None:
        """Write ``request`` down."""
        form: list[tuple[str, str]] = []
        if request.content_type == "application/x-www-form-urlencoded":
            form = parse_qsl((await request.read()).decode(errors="replace"))
        scheme, _, credentials = request.headers.get("Authorization", "").partition(" ")
        names = tuple(name for name, _ in form)
        self.calls.append(
            Call(request.method, request.path, dict(request.query), names, scheme)
        )
        self._note_secrets(
            [*request.query.items(), *form, *_credentials(scheme, credentials)]
        )
        if request.content_type == "application/json":
            self._note_members(await request.read())

    def note_answer(self, answer: web.StreamResponse) -> None:
        """Write down the secrets that leave with ``answer``."""
        self._note_secrets(
            parse_qsl(urlsplit(answer.headers.get("Location", "")).query)
        )
        if isinstance(answer, web.Response) and "json" in answer.content_type:
            self._note_members(answer.body)

    def _note_members(self, body: object) -> None:
        if isinstance(body, bytes):
            try:
                document = json.loads(body or b"null")
            except (ValueError, RecursionError):  # a forgery, or no JSON
                return
            for value, name in _members(document):
                if isinstance(value, str) and value:
                    self.secrets.setdefault(value, name)

    def _note_secrets(self, pairs: Iterable[tuple[str, object]]) -> None:
        for name, value in pairs:
            if name in SECRET_PARAMETERS and isinstance(value, str) and value:
                self.secrets.setdefault(value, name)


def _members(document: object) -> Iterator[tuple[object, str]]:
    """Yield each secret in a JSON document with its name."""
    if isinstance(document, dict):
        for name in _TOKENS & document.keys():
            yield document[name], name
    yield from _nested(document)


def _nested(document: object) -> Iterator[tuple[object, str]]:
    if isinstance(document, list):
        for item in document:
            yield from _nested(item)
    if not isinstance(document, dict):
        return
    for name, value in document.items():
        if name in _SECRET_MEMBERS:
            yield value, name
        yield from _nested(value)
    if {"applicationId", "value"} <= document.keys():
        yield document["value"], "client_secret"


def _credentials(scheme: str, credentials: str) -> list[tuple[str, str]]:
    if scheme == "Bearer":
        return [("access_token", credentials)]
    if scheme != "Basic":
        return []
    try:
        pair = base64.b64decode(credentials).decode()
    except ValueError:
        return []
    secret = unquote(pair.partition(":")[2])
    return [("client_secret", secret), ("client_secret", credentials)]
