"""docs/templates.md: the tables of its templates, blocks and variables."""

from __future__ import annotations

import re
from pathlib import Path

from tables import filled, table

ROOT = Path(__file__).resolve().parent.parent


def templates_page() -> str:
    """Return docs/templates.md with its tables filled in; the rest stays as it is."""
    from logto_auth.web.templates import BLOCKS, PAGE_VARIABLES, TEMPLATES

    pages = [["template", "shown", "blocks", "variables"]]
    parts = [["template", "shown", "variables"]]
    for name, template in TEMPLATES.items():
        told = "; ".join(f"`{k}`: {text}" for k, text in template.variables.items())
        if template.is_page:
            pages.append([f"`{name}`", template.shown, _blocks(name), told])
        else:
            parts.append([f"`{name}`", template.shown, told])
    blocks = [["block", "what it holds"], *([f"`{k}`", v] for k, v in BLOCKS.items())]
    everywhere = "; ".join(f"`{k}`, {text}" for k, text in PAGE_VARIABLES.items())
    tables = {
        "pages": f"{table(pages)}\n\nBesides these, every page has {everywhere}.",
        "blocks": table(blocks),
        "parts": table(parts),
    }
    return filled((ROOT / "docs/templates.md").read_text(), tables)


def _blocks(name: str) -> str:
    source = (ROOT / "logto_auth/templates" / name).read_text()
    return ", ".join(f"`{found}`" for found in re.findall(r"{% block (\w+) %}", source))
