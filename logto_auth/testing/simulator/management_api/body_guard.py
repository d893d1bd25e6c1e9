"""Whether a request's JSON is what Logto asks for; all that is wrong is told."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from .refusal import Refused

Path = tuple[str | int, ...]
Issue = dict[str, Any]
Check = Callable[[Any, Path], list[Issue]]
#: What a member is that is not there.
UNDEFINED = object()
_LONGEST_TITLE = 256


def text(value: Any, path: Path) -> list[Issue]:
    """Take a text."""
    return _typed("string", value, path)


def flag(value: Any, path: Path) -> list[Issue]:
    """Take true or false."""
    return _typed("boolean", value, path)


def number(value: Any, path: Path) -> list[Issue]:
    """Take a number."""
    return _typed("number", value, path)


def mapping(value: Any, path: Path) -> list[Issue]:
    """Take any object."""
    return _typed("object", value, path)


def title(value: Any, path: Path) -> list[Issue]:
    """Take a text that is not empty, nor longer than Logto keeps a name."""
    issues = text(value, path)
    if issues or 0 < len(value) <= _LONGEST_TITLE:
        return issues
    is_empty = not value
    limit, which = (1, "minimum") if is_empty else (_LONGEST_TITLE, "maximum")
    most = "least" if is_empty else "most"
    return [
        {
            "code": "too_small" if is_empty else "too_big",
            which: limit,
            "type": "string",
            "inclusive": True,
            "exact": False,
            "message": f"String must contain at {most} {limit} character(s)",
            "path": list(path),
        }
    ]


def web_address(value: Any, path: Path) -> list[Issue]:
    """Take an address of a page."""
    issues = text(value, path)
    if issues:
        return issues
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_address = False
    if is_address and not re.search(r"\s", value):
        return []
    return [{"code": "custom", "message": "Invalid input", "path": list(path)}]


def no_date(value: Any, path: Path) -> list[Issue]:
    """Take nothing: a date is wanted, and JSON has none."""
    return _typed("date", value, path)


def each(check: Check) -> Check:
    """Take an object whose members are what ``check`` takes."""

    def check_each(value: Any, path: Path) -> list[Issue]:
        return mapping(value, path) or [
            issue
            for name, member in value.items()
            for issue in check(member, (*path, name))
        ]

    return check_each


texts = each(text)


def optional(check: Check) -> Check:
    """Take nothing, or what ``check`` takes."""
    return lambda value, path: [] if value is UNDEFINED else check(value, path)


def nullable(check: Check) -> Check:
    """Take null, nothing, or what ``check`` takes."""
    return lambda value, path: [] if value in (UNDEFINED, None) else check(value, path)


def list_of(check: Check) -> Check:
    """Take a list of what ``check`` takes."""

    def check_list(value: Any, path: Path) -> list[Issue]:
        return _typed("array", value, path) or [
            issue
            for position, item in enumerate(value)
            for issue in check(item, (*path, position))
        ]

    return check_list


def members(**checks: Check) -> Check:
    """Take an object with these members; others do not matter."""

    def check_members(value: Any, path: Path) -> list[Issue]:
        return _typed("object", value, path) or [
            issue
            for name, check in checks.items()
            for issue in check(value.get(name, UNDEFINED), (*path, name))
        ]

    return check_members


def one_of(*options: str) -> Check:
    """Take one of these texts."""
    expected = " | ".join(f"'{option}'" for option in options)

    def check_option(value: Any, path: Path) -> list[Issue]:
        if not isinstance(value, str):
            return _typed(expected, value, path)
        if value in options:
            return []
        message = f"Invalid enum value. Expected {expected}, received '{value}'"
        return [
            {
                "received": value,
                "code": "invalid_enum_value",
                "options": list(options),
                "path": list(path),
                "message": message,
            }
        ]

    return check_option


def literal(expected: str) -> Check:
    """Take this text alone."""

    def check_literal(value: Any, path: Path) -> list[Issue]:
        if value == expected:
            return []
        return [
            {
                "code": "invalid_literal",
                "expected": expected,
                "received": value,
                "path": list(path),
                "message": f'Invalid literal value, expected "{expected}"',
            }
        ]

    return check_literal


def either(*checks: Check) -> Check:
    """Take what one of the checks takes."""

    def check_either(value: Any, path: Path) -> list[Issue]:
        found = [check(value, path) for check in checks]
        if not all(found):
            return []
        return [
            {
                "code": "invalid_union",
                "unionErrors": [_zod_error(issues) for issues in found],
                "path": list(path),
                "message": "Invalid input",
            }
        ]

    return check_either


async def checked_body(
    request: web.Request, checks: Mapping[str, Check]
) -> dict[str, Any]:
    """Return those members of the request's JSON that have a check.

    Raises:
        Refused: It is not JSON, or not what ``checks`` take.
    """
    document = await _document(request)
    refuse_if(
        members(**checks)(document, ()),
        "guard.invalid_input",
        "The request body is invalid.",
    )
    return {name: document[name] for name in checks if name in document}


def refuse_if(issues: Sequence[Issue], code: str, message: str) -> None:
    """Do nothing when there are no issues.

    Raises:
        Refused: There are.
    """
    if issues:
        raise Refused(
            400,
            code,
            message,
            data=_zod_error(issues),
            details="\n".join(_in_words(issue) for issue in issues),
        )


def _zod_error(issues: Sequence[Issue]) -> dict[str, Any]:
    return {"issues": list(issues), "name": "ZodError"}


def _typed(expected: str, value: Any, path: Path) -> list[Issue]:
    received = _type_of(value)
    if received == expected:
        return []
    message = f"Expected {expected}, received {received}"
    return [
        {
            "code": "invalid_type",
            "expected": expected,
            "received": received,
            "path": list(path),
            "message": "Required" if value is UNDEFINED else message,
        }
    ]


def _type_of(value: Any) -> str:
    if value is UNDEFINED or value is None:
        return "null" if value is None else "undefined"
    kinds = {bool: "boolean", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "number")


def _in_words(issue: Issue) -> str:
    path = ".".join(str(part) for part in issue["path"])
    place = f'key path "{path}"' if path else "root path"
    said = issue["message"]
    if issue["code"] == "invalid_type":
        said = f"Expected {issue['expected']} but received {issue['received']}."
    return f"Error in {place}: ({issue['code']}) {said}"


async def _document(request: web.Request) -> Any:
    body = await request.read()
    try:
        return json.loads(body or b"{}")
    except json.JSONDecodeError as error:
        place = f"at position {error.pos} (line {error.lineno} column {error.colno})"
        wanted = "Unexpected token"
        if error.msg.startswith("Expecting property name"):
            wanted = "Expected property name or '}'"
        raise Refused(400, None, f"{wanted} in JSON {place}") from None
    except (UnicodeDecodeError, RecursionError):
        raise Refused(400, None, "Unexpected token in JSON at position 0") from None
