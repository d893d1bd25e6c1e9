"""Output that ends in no error, whatever the terminal's encoding is."""

from __future__ import annotations

import io
import sys


def print_whatever_comes() -> None:
    """Let signs that a terminal does not know be written as their numbers.

    Names of providers are in any script, and the command has more to say.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
