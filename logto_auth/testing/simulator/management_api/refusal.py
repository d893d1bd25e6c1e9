"""How the Management API says no."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from ..answers import json_answer


class Refused(Exception):
    """A request that Logto does not do.

    Args:
        code: Logto's own; None for the one refusal that has none.
        data: What it is about.
        details: The same in words.
    """

    def __init__(
        self,
        status: int,
        code: str | None,
        message: str,
        *,
        data: dict[str, Any] | None = None,
        details: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.document = {
            name: value
            for name, value in {
                "code": code,
                "data": data,
                "details": details,
                "message": message,
            }.items()
            if value is not None
        }

    def answer(self) -> web.Response:
        """Return it as an answer."""
        return said(self.document, status=self.status)


def not_found() -> Refused:
    """Return the refusal for an id that nothing has."""
    return Refused(404, "entity.not_found", "The resource does not exist.")


def not_found_with_id(table: str, entity_id: str) -> Refused:
    """Return the refusal for an id that is in no row of Logto's ``table``."""
    return Refused(
        404,
        "entity.not_exists_with_id",
        f"The {table} with ID `{entity_id}` does not exist.",
    )


def said(document: Any, *, status: int = 200) -> web.Response:
    """Return ``document`` as an answer of the Management API."""
    return json_answer(document, status=status, no_store=False, cors=False)
