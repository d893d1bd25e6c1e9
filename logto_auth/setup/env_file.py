"""A file of environment variables that nobody but its owner reads."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from django.views.decorators.debug import sensitive_variables

from ..errors import SetupRefused

_LINE = re.compile(r"(\s*(?:export\s+)?)(\w+)\s*=")


@sensitive_variables()
def is_fit(value: str) -> bool:
    """Tell whether shells and Python's readers of such files take a value alike."""
    return _quoted(value) is not None


@sensitive_variables()
def write_env_file(path: Path, variables: Mapping[str, str]) -> None:
    """Set variables in the file at ``path``, and keep its other lines.

    It is replaced at once or not at all, and has been its owner's alone at any moment.

    Raises:
        OSError: It cannot be read or written.
        SetupRefused: It is a link or no file.
        ValueError: A value is not fit for it.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise SetupRefused(f"{path}", reason="no_plain_file")
    lines = _lines(path.read_text("utf-8", "surrogateescape")) if path.exists() else []
    text = "".join(f"{line}\n" for line in _merged(lines, variables))
    # Which nobody else may read from the beginning.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(
            descriptor, "w", encoding="utf-8", errors="surrogateescape"
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def _lines(text: str) -> list[str]:
    """Return lines as readers of such files see them, who know one way to end them."""
    return text.removesuffix("\n").split("\n") if text else []


@sensitive_variables()
def _merged(lines: list[str], variables: Mapping[str, str]) -> list[str]:
    left = {name: f"{name}={_checked(value)}" for name, value in variables.items()}
    merged = []
    for line in lines:
        found = _LINE.match(line)
        prefix, name = found.groups() if found else ("", "")
        if name in variables:
            if name in left:
                merged.append(prefix + left.pop(name))
        else:
            merged.append(line)
    return [*merged, *left.values()]


@sensitive_variables()
def _checked(value: str) -> str:
    quoted = _quoted(value)
    if quoted is None:
        raise ValueError("a value is not fit for the file")
    return quoted


@sensitive_variables()
def _quoted(value: str) -> str | None:
    if re.fullmatch(r"[\w./:@%+=,-]*", value, re.ASCII):
        return value
    # What begins with it is another variable to some readers, quoted or not.
    if not value.isprintable() or value.startswith("$"):
        return None
    if "'" not in value:
        return f"'{value}'"
    return None if re.search(r'["$`\\!]', value) else f'"{value}"'
