"""A file of environment variables that nobody but its owner reads."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

_OWNER_ONLY = 0o600
_LINE = re.compile(r"\s*(?:export\s+)?(\w+)\s*=")


@sensitive_variables()
def write_env_file(path: Path, variables: Mapping[str, str]) -> None:
    """Set variables in the file at ``path``, and keep its other lines.

    It is replaced at once or not at all, and has been its owner's alone at any moment.

    Raises:
        OSError: It cannot be read or written.
        ValueError: It is a link or no file; or a value has more than one line.
    """
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise ValueError(f"{path} is not a plain file.")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    text = "".join(f"{line}\n" for line in _merged(lines, variables))
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            Path(name).chmod(_OWNER_ONLY)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


@sensitive_variables()
def _merged(lines: list[str], variables: Mapping[str, str]) -> list[str]:
    left = {name: f"{name}={_quoted(value)}" for name, value in variables.items()}
    merged = []
    for line in lines:
        found = _LINE.match(line)
        name = found[1] if found else ""
        if name in variables:
            if name in left:
                merged.append(left.pop(name))
        else:
            merged.append(line)
    return [*merged, *left.values()]


@sensitive_variables()
def _quoted(value: str) -> str:
    """Return a value as shells, and Python's readers of such files, take it alike.

    Raises:
        ValueError: There is no such way.
    """
    if "\n" in value or "\r" in value:
        raise ValueError(_("A value has more than one line."))
    if re.fullmatch(r"[\w./:@%+=,-]*", value, re.ASCII):
        return value
    if "'" not in value:
        return f"'{value}'"
    if re.search(r'["$`\\!]', value):
        raise ValueError(
            _("A value has a quotation mark in it beside other signs of the shell.")
        )
    return f'"{value}"'
