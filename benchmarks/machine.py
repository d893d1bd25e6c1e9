"""What a run was measured on: ratios may be compared between machines, times not."""

from __future__ import annotations

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("Django", "logto", "httpx2", "cryptography")


def description() -> list[str]:
    """Return a line for each thing that matters."""
    versions = [f"{name} {version(name)}" for name in PACKAGES]
    versions += [f"SQLite {sqlite3.sqlite_version}"]
    return [
        f"machine   {_processor()}, {os.cpu_count()} cores, {platform.system()}",
        f"versions  Python {platform.python_version()}, {', '.join(versions)}",
    ]


def _processor() -> str:
    with_names = Path("/proc/cpuinfo")
    if with_names.exists():
        for line in with_names.read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()
