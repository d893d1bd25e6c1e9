"""Writes the tables of docs/ that derive from the code; ``--check`` only compares."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from checks_page import checks_page
from doctor_page import doctor_page
from errors_page import errors_page
from keys_page import pages as pages_with_keys
from security_page import security_page
from simulator_page import simulator_page
from templates_page import templates_page

if TYPE_CHECKING:
    from logto_auth.setting import Setting

ROOT = Path(__file__).resolve().parent.parent


def settings_page() -> str:
    """Return docs/settings.md."""
    from logto_auth.conf import declared
    from logto_auth.setting import SETTING_NAME

    rows = [
        f"| `{setting.name}` | {_default(setting)} | {setting.help} |"
        for setting in declared()
    ]
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
            "The [system checks](checks.md) say what is missing or wrong.",
            "",
        ]
    )


def _default(setting: Setting[Any]) -> str:
    if setting.is_required:
        return "required"
    if isinstance(setting.default, tuple | Mapping):
        return ", ".join(f"`{item}`" for item in setting.default) or "none"
    return "not set" if setting.default in (None, "") else f"`{setting.default}`"


PAGES = {
    "docs/settings.md": settings_page,
    "docs/checks.md": checks_page,
    "docs/errors.md": errors_page,
    "docs/doctor.md": doctor_page,
    "docs/templates.md": templates_page,
    "docs/security.md": security_page,
    "docs/simulator.md": simulator_page,
    **pages_with_keys(),
}


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
