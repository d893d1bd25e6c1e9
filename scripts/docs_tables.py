"""Writes the tables of docs/ that derive from the code; ``--check`` only compares."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from logto_auth.conf import Setting
    from logto_auth.errors import LogtoError

ROOT = Path(__file__).resolve().parent.parent


def settings_page() -> str:
    """Return docs/settings.md."""
    from logto_auth.checks import IDS
    from logto_auth.conf import SETTING_NAME, declared

    rows = [
        f"| `{setting.name}` | {_default(setting)} | {setting.help} |"
        for setting in declared()
    ]
    ids = [f"| `{id}` | {name.replace('_', ' ')} |" for name, id in IDS.items()]
    return "\n".join(
        [
            "# Settings",
            "",
            "<!-- Written by scripts/docs_tables.py. -->",
            "",
            (
                f"One dictionary, `{SETTING_NAME}`, read whenever it is needed. The "
                "package changes no settings."
            ),
            "",
            "| key | default | what it does |",
            "|---|---|---|",
            *rows,
            "",
            (
                "Django's own settings do the rest: `LOGIN_REDIRECT_URL` (`/` when not "
                "set), `LOGOUT_REDIRECT_URL`, `SECRET_KEY` and `SECRET_KEY_FALLBACKS`, "
                "the `SESSION_…` family."
            ),
            "",
            "## System checks",
            "",
            "| id | what it finds |",
            "|---|---|",
            *ids,
            "",
        ]
    )


def errors_page() -> str:
    """Return docs/errors.md."""
    from logto_auth import errors
    from logto_auth.log import Event

    return "\n".join(
        [
            "# Errors and log events",
            "",
            "<!-- Written by scripts/docs_tables.py. -->",
            "",
            (
                "Every error page shows its code and a reference, which the log line "
                "of the same event carries too. With `DEBUG` the page also tells what "
                "happened."
            ),
            "",
            "| code | status | what the visitor reads |",
            "|---|---|---|",
            *(
                f"| `{error.code}` | {error.status} | {error.title} |"
                for error in _raised(errors.LogtoError)
            ),
            "",
            (
                "The logger is `logto_auth`. Each record has `record.event`, one of "
                "the names below, and `record.logto`, a dictionary of fields. No "
                "record ever holds a code, token or secret."
            ),
            "",
            "| event | level |",
            "|---|---|",
            *(
                f"| `{event.code}` | {logging.getLevelName(event.level)} |"
                for event in Event
            ),
            "",
        ]
    )


def _default(setting: Setting[Any]) -> str:
    if setting.is_required:
        return "required"
    if isinstance(setting.default, tuple):
        return ", ".join(f"`{item}`" for item in setting.default) or "none"
    return "not set" if setting.default is None else f"`{setting.default}`"


def _raised(error: type[LogtoError]) -> Iterator[type[LogtoError]]:
    """Yield every error but the bases that only group others."""
    children = error.__subclasses__()
    if not children or error.__name__ == "TokenInvalid":
        yield error
    for child in children:
        yield from _raised(child)


PAGES = {"docs/settings.md": settings_page, "docs/errors.md": errors_page}


def main() -> int:
    """Write the pages, or report the first one that differs."""
    import django

    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    for name, write in PAGES.items():
        path = ROOT / name
        if "--check" not in sys.argv:
            path.write_text(write())
        elif not path.exists() or path.read_text() != write():
            print(f"{name} is not what the code says; run scripts/docs_tables.py")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
