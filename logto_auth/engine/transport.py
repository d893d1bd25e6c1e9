"""One HTTP request to Logto, blocking or on an event loop, within the deadline.

Nothing is sent twice, no redirect is followed, no cookie is kept, and no exception
leaves here that holds what was sent.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import httpx2

from ..errors import ProviderResponseInvalid, ProviderUnreachable
from .deadline import deadline, remaining
from .failure import failure_of
from .sockets import blocking_client, loop_client, watch_leftovers

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 64
DEFAULT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Request:
    """What to send.

    ``form`` goes as ``application/x-www-form-urlencoded``, ``document`` as JSON.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    document: Any = field(default=None, repr=False)
    max_bytes: int = MAX_BYTES


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, whatever its status; the names in ``headers`` are lower-case."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Return the decoded body.

        Raises:
            ProviderResponseInvalid: It is not JSON in UTF-8 (RFC 8259) or its header
                says so, holds a number that is not finite, or nests deeper than
                ``MAX_DEPTH``; ``reason`` is ``not_json``.
        """
        try:
            if _is_json(self.headers.get("content-type")):
                return _decoded(self.body)
        except (ValueError, RecursionError):
            pass  # these hold the body
        raise ProviderResponseInvalid(reason="not_json")


def seconds_left() -> float:
    """Return what the deadline leaves, ``DEFAULT_SECONDS`` when there is none.

    Raises:
        ProviderTimeout: The deadline has passed.
    """
    return remaining() or DEFAULT_SECONDS


def is_printable_ascii(text: str) -> bool:
    """Tell whether ``text`` can stand in a header: VSCHAR of RFC 6749, appendix A."""
    return text.isascii() and text.isprintable()


def send(request: Request) -> Response:
    """Send ``request`` and wait for the answer, at most for what the deadline leaves.

    Without a deadline it is ``DEFAULT_SECONDS``.

    Raises:
        ProviderUnreachable: No connection, one that broke off, or nothing that could
            be sent; `failure` gives the ``reason``.
        ProviderTimeout: The answer was not complete in time.
        ProviderResponseInvalid: ``reason`` is ``too_large`` or ``content_encoding``.
    """
    try:
        return _exchange(request)
    except Exception as error:  # noqa: BLE001 - whatever it is may hold what was sent
        failure = failure_of(error)
    raise failure


async def asend(request: Request) -> Response:
    """Send ``request`` on the running loop. See send()."""
    try:
        return await _aexchange(request)
    except Exception as error:  # noqa: BLE001 - as in send()
        failure = failure_of(error)
    raise failure


def _exchange(request: Request) -> Response:
    with (
        deadline(seconds_left()),
        blocking_client().stream(**_arguments(request)) as answer,
    ):
        watch_leftovers(answer)
        body = _Body(answer, request.max_bytes)
        for chunk in answer.iter_raw():
            body.add(chunk)
        return body.response()


async def _aexchange(request: Request) -> Response:
    with deadline(seconds_left()):
        async with asyncio.timeout(remaining()):
            client = await loop_client()
            async with client.stream(**_arguments(request)) as answer:
                watch_leftovers(answer)
                body = _Body(answer, request.max_bytes)
                async for chunk in answer.aiter_raw():
                    body.add(chunk)
                return body.response()


def _arguments(request: Request) -> dict[str, Any]:
    for text in (*request.headers, *request.headers.values()):
        # httpcore2 writes one that is not valid into its log.
        if not is_printable_ascii(text) or text != text.strip():
            raise ProviderUnreachable("a header is not valid", reason="request")
    return {
        "method": request.method,
        "url": request.url,
        "headers": {**_headers(), **request.headers},
        "data": request.form,
        "json": request.document,
        "timeout": httpx2.Timeout(None, pool=remaining()),
    }


@cache
def _headers() -> dict[str, str]:
    try:
        release = version("django-logto-auth")
    except PackageNotFoundError:
        release = "dev"
    return {
        "Accept-Encoding": "identity",
        "User-Agent": f"django-logto-auth/{release}",
    }


class _Body:
    """The body of an answer as it arrives; stops it when it must not be read on."""

    def __init__(self, answer: httpx2.Response, max_bytes: int) -> None:
        encoding = answer.headers.get("content-encoding", "identity")
        if encoding.strip().lower() not in ("", "identity"):
            raise ProviderResponseInvalid(reason="content_encoding")
        self._answer = answer
        self._max_bytes = max_bytes
        self._bytes = bytearray()

    def add(self, chunk: bytes) -> None:
        if len(self._bytes) + len(chunk) > self._max_bytes:
            raise ProviderResponseInvalid(reason="too_large")
        self._bytes += chunk

    def response(self) -> Response:
        return Response(
            status=self._answer.status_code,
            headers=dict(self._answer.headers),
            body=bytes(self._bytes),
        )


def _is_json(content_type: str | None) -> bool:
    """Tell whether a body may be read as JSON; Logto's keys are ``jwk-set+json``."""
    if content_type is None:
        return True
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


def _decoded(body: bytes) -> Any:
    value = json.loads(body.decode(), parse_constant=_finite, parse_float=_finite)
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return value
    raise ValueError("nested too deep")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number
