"""How a test names endpoints: by the end of their path."""

from __future__ import annotations

import re
from functools import cache


def matches(path: str, path_suffix: str) -> bool:
    """Whether ``path`` ends in ``path_suffix``, where ``*`` stands for one segment."""
    return _pattern(path_suffix).search(path) is not None


@cache
def _pattern(path_suffix: str) -> re.Pattern[str]:
    return re.compile(re.escape(path_suffix).replace(r"\*", "[^/]+") + r"\Z")
