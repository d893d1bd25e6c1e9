"""Values of examples, which somebody copied and forgot to replace."""

from __future__ import annotations

import re

_PLACEHOLDER = re.compile(
    r"…|\.\.\.|<.*>|your[-_ ](app|domain|endpoint|logto|tenant)|replace[-_ ]"
    r"|change[-_ ]?me|^(.)\2{3,}$|^your[-_ ]",
    re.IGNORECASE,
)


def is_placeholder(value: str) -> bool:
    """Tell whether a value still is the one of an example."""
    return _PLACEHOLDER.search(value) is not None
