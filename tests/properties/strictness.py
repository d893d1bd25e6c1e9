"""What JSON says to every reader, found by other means than the product's."""

import json
import math

from tests.properties.json_values import Members, Verbatim

MAX_DEPTH = 32


class NotStrict(ValueError):
    """Two readers may read it differently."""


def strictly(value, depth=0):
    """Return what a value is to every reader.

    Raises:
        NotStrict: It is not the same to all of them.
    """
    if depth > MAX_DEPTH:
        raise NotStrict
    if isinstance(value, Verbatim):
        return strictly(_read(value.text), depth)
    if isinstance(value, Members | dict):
        pairs = value.pairs if isinstance(value, Members) else value.items()
        read = {
            strictly(name): strictly(item, depth + 1) for name, item in tuple(pairs)
        }
        if len(read) != len(tuple(pairs)):
            raise NotStrict
        return read
    if isinstance(value, list):
        return [strictly(item, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise NotStrict
    if isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
        raise NotStrict
    return value


def _read(text):
    """Return a value as it is written, its objects as members."""
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: Members(tuple(pairs)))
    except (ValueError, RecursionError):
        raise NotStrict from None
