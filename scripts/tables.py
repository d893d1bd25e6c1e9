"""Tables in Markdown, and pages that hold some between their prose."""

from __future__ import annotations

from collections.abc import Mapping


def table(rows: list[list[str]]) -> str:
    """Return a table; the first row is its head."""
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|---" * len(rows[0]) + "|", *body])


def filled(page: str, tables: Mapping[str, str]) -> str:
    """Return ``page`` with each table at its place.

    The place is between the comments ``<!-- name: … -->`` and ``<!-- end -->``.
    """
    for name, text in tables.items():
        begin = page.index("\n", page.index(f"<!-- {name}: ")) + 1
        end = page.index("<!-- end -->", begin)
        page = f"{page[:begin]}\n{text}\n\n{page[end:]}"
    return page
