"""How one topic is looked at, and what has to be right before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .context import Context
from .line import Line
from .topic import Topic


@dataclass(frozen=True, slots=True)
class Examination:
    """Looks at one topic.

    Args:
        topic: What its lines are about.
        look: Yields the lines. An error of this package becomes a failure with its
            explanation; any other a failure that names its type.
        needs: What must not have failed; all that they need is meant too.
    """

    topic: Topic
    look: Callable[[Context], Iterator[Line]]
    needs: tuple[Topic, ...] = ()
