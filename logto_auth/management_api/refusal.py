"""What Logto says when it refuses a call of the Management API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..engine.transport import Response
from ..errors import (
    ManagementAccessDenied,
    ManagementEntityNotFound,
    ManagementError,
    ManagementRequestInvalid,
    ManagementRequestRefused,
    ProviderResponseInvalid,
)

_CLASSES: Mapping[int, type[ManagementError]] = {
    400: ManagementRequestInvalid,
    401: ManagementAccessDenied,
    403: ManagementAccessDenied,
    404: ManagementEntityNotFound,
}
# Logto's codes, such as "connector.invalid_config"; messages may hold values.
_CODE = re.compile(r"[A-Za-z_]+\.[\w.]{1,100}", re.ASCII)
_WORD = re.compile(r"\w{1,40}", re.ASCII)
_MAX_ISSUES = 20


def refusal_of(response: Response, call: str) -> ManagementError:
    """Return the error that an answer other than 2xx stands for.

    Args:
        call: Method and path, for the log.
    """
    body = _body(response)
    code = body.get("code")
    is_code = isinstance(code, str) and _CODE.fullmatch(code)
    issues = tuple(_issues(body.get("data")))
    told = "; ".join(f"{path}: {word}" for path, word in issues)
    return _CLASSES.get(response.status, ManagementRequestRefused)(
        f"{call}: {told}" if told else call,
        reason=str(code) if is_code else f"status_{response.status}",
        status=response.status,
        issues=issues,
    )


def _body(response: Response) -> Mapping[str, Any]:
    try:
        body = response.json()
    except ProviderResponseInvalid:
        return {}  # an unknown address is answered with plain text
    return body if isinstance(body, Mapping) else {}


def _issues(data: Any) -> Iterator[tuple[str, str]]:
    """Yield the path and the word of each problem, but never what was sent."""
    issues = data.get("issues") if isinstance(data, Mapping) else None
    for issue in issues[:_MAX_ISSUES] if isinstance(issues, list) else ():
        if not isinstance(issue, Mapping):
            continue
        path, word = issue.get("path"), issue.get("code")
        if isinstance(path, list) and isinstance(word, str) and _WORD.fullmatch(word):
            steps = [str(step) for step in path if isinstance(step, str | int)]
            yield ".".join(steps)[:200], word
